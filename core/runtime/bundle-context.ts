import type { DesiredState } from '../domain/desired-state.ts';
import { DEFAULT_RULES, widenRules } from '../domain/policy-guard.ts';
import type { BundleContext } from '../usecases/prepare/read-bundle.ts';
import type { Environment } from './environment.ts';

/** What the deployment adds to a bundle, from its environment. */
export function bundleContext(
  run: string,
  bundle: DesiredState['bundle'],
  env: Environment<'read-bundle'>,
): BundleContext {
  const additions = env.POLICY_GUARD_ADDITIONS.split(',')
    .map((action) => action.trim())
    .filter((action) => action !== '');
  return {
    run,
    bundle,
    guard: widenRules(DEFAULT_RULES, additions),
    rules: {
      // An emulator has one partition for all regions.
      ...(env.PLATFORM === 'aws' ? { partition: env.PARTITION } : {}),
      ...(env.REQUIRED_BOUNDARY_ARN === '' ? {} : { requiredBoundaryArn: env.REQUIRED_BOUNDARY_ARN }),
    },
    placement: { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID },
  };
}
