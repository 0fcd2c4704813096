import { afterAll, beforeAll } from 'vitest';
import { close, open } from '../support/add-ons/account.ts';
// In one emulator, which one account after the other has to itself.
import './add-ons/add-and-remove.ts';
import './add-ons/with-the-release.ts';
import './add-ons/audited.ts';
import './add-ons/failing.ts';

beforeAll(open);
afterAll(close);
