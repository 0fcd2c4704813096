import type { ProviderState } from '../../../../core/domain/observed.ts';
import { diffProvider } from '../../../../core/resources/identity-provider/diff.ts';
import { specsOf } from '../../../../core/resources/specs.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';

const desired = demoCluster();
export const ARN = desired.providerArn;
export const URL_ = desired.issuer.url;
export const TAGS = desired.tags;
export const SPEC = specsOf(desired).identityProvider;
export const RUN_TAGS = { ...TAGS, 'sts-prep/run': RUN };

/** The provider as it is once it is converged; parts can be replaced. */
export function providerState(parts: Partial<ProviderState> = {}): ProviderState {
  return {
    host: desired.issuer.host,
    audiences: ['openshift', 'sts.amazonaws.com'],
    thumbprints: ['AB'],
    tags: TAGS,
    ...parts,
  };
}

/** What a plan says that was made when the provider was like this. */
export function planned(before: ProviderState | undefined) {
  return { ...SPEC, run: RUN, changes: diffProvider(SPEC, before), before };
}
