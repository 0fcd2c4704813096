import { afterAll, beforeAll } from 'vitest';
import { close, open } from '../support/prune/account.ts';
// In one emulator, which one account after the other has to itself.
import './prune/release.ts';
import './prune/unclaimed-roles.ts';
import './prune/failing.ts';

beforeAll(open);
afterAll(close);
