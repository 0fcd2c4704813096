import { afterAll, beforeAll } from 'vitest';
import { close, open } from '../support/lock/account.ts';
// In one account, whose state machines stand for those of other runs.
import './lock/held.ts';
import './lock/left.ts';

beforeAll(open);
afterAll(close);
