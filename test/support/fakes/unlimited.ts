import type { AccountLimits } from '../../../core/aws/account-limits.ts';
import { DEFAULT_RULES, widenRules } from '../../../core/domain/policy-guard.ts';

const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** An account with room for everything. */
export function fakeLimits(limits: Partial<AccountLimits> = {}): AccountLimits {
  return {
    roleQuota: async () => undefined,
    providerQuota: async () => undefined,
    publicAccessBlock: async () => [],
    boundary: async () => EVERYTHING,
    ...limits,
  };
}

/** What nothing stands against; the guard lets pass what requests of samples ask for. */
export const UNLIMITED = { limits: fakeLimits(), guard: widenRules(DEFAULT_RULES, []) };
