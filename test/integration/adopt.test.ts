import { afterAll } from 'vitest';
import { close } from '../support/adopt/account.ts';
// In one emulator, in an account of its own for each test.
import './adopt/made-by-ccoctl.ts';
import './adopt/others.ts';
import './adopt/refused.ts';

afterAll(close);
