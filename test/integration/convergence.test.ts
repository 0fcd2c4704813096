import { afterAll, beforeAll } from 'vitest';
import { close, open } from '../support/convergence/account.ts';
// In one emulator, which one account after the other has to itself.
import './convergence/second-run.ts';
import './convergence/made-by-ccoctl.ts';
import './convergence/drifted.ts';
import './convergence/keys.ts';
import './convergence/of-somebody-else.ts';

beforeAll(open);
afterAll(close);
