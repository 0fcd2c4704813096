import type { ClusterSpec } from '../../../core/domain/cluster-spec.ts';
import type { CredentialsRequest } from '../../../core/domain/credentials-request.ts';
import {
  type BucketIssuer,
  type DesiredState,
  desiredIssuer,
  desiredRole,
  desiredTags,
} from '../../../core/domain/desired-state.ts';
import { providerArn } from '../../../core/domain/names.ts';
import { type RegistryEntry, registryEntry } from '../../../core/domain/registry.ts';
import type { Run } from '../../../core/storage/run.ts';

export const RUN = 'demo-prepare-0123456789ab';
export const ACCOUNT = '123456789012';
const AWS = { id: 'aws', dnsSuffix: 'amazonaws.com' };

export const CLUSTER: ClusterSpec = {
  name: 'demo',
  region: 'us-east-2',
  release: '4.20.3',
  featureSet: 'Default',
  rolePath: '/',
  tags: { team: 'platform' },
};

/** The run that the tasks of a test belong to. */
export const DEMO_RUN: Run = {
  id: RUN,
  arn: `arn:aws:states:us-east-2:${ACCOUNT}:execution:prepare:${RUN}`,
  cluster: { name: CLUSTER.name, region: CLUSTER.region },
};

export function request(namespace: string, name: string, ...accounts: string[]): CredentialsRequest {
  return {
    source: { file: `${namespace}.yaml`, document: 1 },
    name: `${namespace}-request`,
    secretRef: { namespace, name },
    serviceAccountNames: accounts,
    statements: [{ effect: 'Allow', action: ['s3:GetObject', 's3:ListBucket'], resource: '*' }],
  };
}

/** The desired state of a small cluster: two roles with three service accounts. */
export function demoCluster(
  facts: Partial<ClusterSpec> = {},
  requests: readonly CredentialsRequest[] = [
    request('openshift-ingress-operator', 'cloud-credentials', 'ingress-operator'),
    request('openshift-image-registry', 'installer-cloud-credentials', 'registry', 'operator'),
  ],
): DesiredState & { readonly issuer: BucketIssuer } {
  const cluster = { ...CLUSTER, ...facts };
  const issuer = desiredIssuer(cluster.name, cluster.region, AWS);
  const placement = { iamPartition: 'aws', accountId: ACCOUNT };
  return {
    version: 2,
    run: RUN,
    bundle: { bucket: 'intake', key: 'prepare/demo.tgz', versionId: 'v1' },
    cluster,
    tags: desiredTags(cluster),
    issuer,
    providerArn: providerArn('aws', ACCOUNT, issuer.host),
    roles: requests.map((each) => desiredRole(each, cluster, issuer, placement)),
    acceptedKeys: [],
    addOns: [],
    skipped: [],
    warnings: [],
  };
}

/** The registry entry that its run writes. */
export function demoEntry(desired = demoCluster()): RegistryEntry {
  return registryEntry(desired, {
    keyId: 'kid',
    keys: [{ kid: 'kid', thumbprint: 'thumbprint', state: 'signing' }],
    providerThumbprints: [],
    hashes: { desired: '', archive: '' },
    lastRun: {
      id: RUN,
      endedAt: '2026-01-02T03:04:05.000Z',
      report: `clusters/demo/runs/${RUN}/report.json`,
    },
  });
}
