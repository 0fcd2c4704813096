import { afterAll, beforeAll } from 'vitest';
import { close, open } from '../support/upgrade/account.ts';
// In one emulator, which one account after the other has to itself.
import './upgrade/release.ts';
import './upgrade/changed-by-hand.ts';
import './upgrade/meanwhile.ts';
import './upgrade/refused.ts';

beforeAll(open);
afterAll(close);
