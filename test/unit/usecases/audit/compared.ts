import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { SourceDocument } from '../../../../core/domain/source-document.ts';
import { type ComparedRelease, compareRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import type { Simulated } from '../../../../core/usecases/audit/simulate.ts';
import {
  AT,
  asks,
  bundleOf,
  INGRESS_REQUEST,
  observed,
  type PreparedCluster,
  preparedCluster,
  REGISTRY_REQUEST,
  RULES,
} from './audited.ts';

export const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
export const REGISTRY = 'demo-openshift-image-registry-installer-cloud-credentials';
export const INGRESS_FILE = 'manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml';
export const UPLOAD = 'Upload the bundle of the release as upgrade/demo/4.21.0.tgz.';
export const NEW = asks('openshift-machine-api', 'aws-cloud-credentials', ['machine-api']);
export const NEW_ROLE = 'demo-openshift-machine-api-aws-cloud-credentials';

/** Changes to a request, which put it into one feature set. */
export const inFeatureSet = (value: string) => ({
  'metadata.annotations': { 'release.openshift.io/feature-set': value },
});

/** Something that is done to the prepared cluster. */
export type Change = (cluster: PreparedCluster) => unknown;

/** Compares the prepared demo cluster, to which something was done, with what a release asks for. */
export async function comparedWith(
  documents: readonly SourceDocument[],
  changes: readonly Change[] = [],
  simulated: Simulated = new Map(),
): Promise<ComparedRelease> {
  const cluster = await preparedCluster();
  for (const change of changes) await change(cluster);
  const { desired } = cluster.record;
  const wanted = desiredReleaseOf(bundleOf('4.21.0', documents), desired, RULES);
  return compareRelease(wanted, {
    desired,
    observed: await observed(cluster),
    outputBucket: 'output',
    simulated,
    at: AT,
  });
}

/** The requests that the cluster was prepared for. */
export const SAME = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST)];
/** The documents of the same release, one request with changes. */
export const changed = (
  changes: Parameters<typeof asks>[3],
  accounts: readonly string[] = INGRESS_REQUEST[2],
) => [asks(INGRESS_REQUEST[0], INGRESS_REQUEST[1], accounts, changes), asks(...REGISTRY_REQUEST)];
/** Changes to a request, which give it other statements. */
export const statements = (...all: object[]) => ({ 'spec.providerSpec.statementEntries': all });
/** The kinds of what was found, in its order. */
export const kindsOf = ({ findings }: ComparedRelease) => findings.map(({ kind }) => kind);
/** The names of roles. */
export const nameOf = (roles: readonly DesiredRole[]) => roles.map(({ name }) => name);
