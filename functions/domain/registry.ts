import type { DesiredState } from './desired-state.ts';

/** Address of a cluster's registry entry in the output bucket. */
export function registryKey(clusterName: string): string {
  return `clusters/${clusterName}/cluster.json`;
}

/** What the output bucket knows of a prepared cluster: where everything is, and which run made it so. */
export interface RegistryEntry {
  readonly version: 1;
  readonly name: string;
  readonly region: string;
  readonly release?: string;
  readonly featureSet: string;
  readonly issuer: { readonly type: 'public-bucket'; readonly url: string; readonly bucket: string };
  readonly providerArn: string;
  readonly keyId: string;
  readonly roles: readonly {
    readonly name: string;
    readonly arn: string;
    readonly secret: string;
    readonly serviceAccounts: readonly string[];
  }[];
  /** SHA-256 of the desired state and of what the archive was made from. */
  readonly hashes: { readonly desired: string; readonly archive: string };
  readonly lastRun: { readonly id: string; readonly endedAt: string; readonly report: string };
}

export function registryEntry(
  desired: DesiredState,
  facts: {
    readonly keyId: string;
    readonly hashes: RegistryEntry['hashes'];
    readonly lastRun: RegistryEntry['lastRun'];
  },
): RegistryEntry {
  const { cluster, issuer, providerArn, roles } = desired;
  return {
    version: 1,
    name: cluster.name,
    region: cluster.region,
    ...(cluster.release === undefined ? {} : { release: cluster.release }),
    featureSet: cluster.featureSet,
    issuer: { type: 'public-bucket', url: issuer.url, bucket: issuer.bucket },
    providerArn,
    roles: roles.map(({ name, arn, secretRef, subjects }) => ({
      name,
      arn,
      secret: `${secretRef.namespace}/${secretRef.name}`,
      serviceAccounts: subjects,
    })),
    ...facts,
  };
}
