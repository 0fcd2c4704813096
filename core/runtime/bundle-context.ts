import type { DesiredState } from '../domain/desired-state.ts';
import type { ReleaseRules } from '../usecases/audit/desired-release.ts';
import type { BundleContext } from '../usecases/prepare/read-bundle.ts';
import type { Environment } from './environment.ts';
import { guardRules } from './guard.ts';

/** What the deployment adds to a bundle, from its environment. */
export function bundleContext(
  run: string,
  bundle: DesiredState['bundle'],
  env: Environment<'read-bundle'>,
): BundleContext {
  return {
    run,
    bundle,
    ...releaseRules(env),
    rules: {
      // An emulator has one partition for all regions, and any account.
      ...(env.PLATFORM === 'aws' ? { partition: env.PARTITION, accountId: env.ACCOUNT_ID } : {}),
      ...(env.REQUIRED_BOUNDARY_ARN === '' ? {} : { requiredBoundaryArn: env.REQUIRED_BOUNDARY_ARN }),
    },
  };
}

/** What the deployment decides about the requests of every release: a run and an audit go by the same. */
export function releaseRules(env: Environment<'read-bundle' | 'audit-cluster'>): ReleaseRules {
  return {
    guard: guardRules(env),
    placement: { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID },
  };
}
