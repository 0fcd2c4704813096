import { afterEach, beforeAll, vi } from 'vitest';
import { openAccount } from '../support/rollback/account.ts';
// In this order, in one account: the starts that the first prepares, the others run from, and the name of a bucket
// can be taken once in all accounts.
import './rollback/failing-steps.ts';
import './rollback/half-way.ts';
import './rollback/undo.ts';
import './rollback/changed-meanwhile.ts';
import './rollback/found-by-plan.ts';

beforeAll(openAccount);

afterEach(() => {
  vi.restoreAllMocks();
});
