import type { DesiredState } from './desired-state.ts';
import { compareReleases, parseRelease } from './release.ts';

export interface PublishedKey {
  readonly kid: string;
  readonly thumbprint: string;
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
  /** Certificate thumbprints of the provider; S3 issuers do without, but a change of them is drift. */
  readonly providerThumbprints: readonly string[];
  readonly keyId: string;
  /** Every key of the JWKS as it was verified, by its id and RFC 7638 thumbprint. */
  readonly keys: readonly PublishedKey[];
  /** Releases that were prepared for in addition, by `upgrade`, since `release`. */
  readonly upgrades: readonly string[];
  readonly roles: readonly {
    readonly name: string;
    readonly arn: string;
    readonly secret: string;
    readonly serviceAccounts: readonly string[];
    /** The release that first asked for it, when an `upgrade` brought it. */
    readonly since?: string;
  }[];
  /** SHA-256 of the desired state and of what the archive was made from. */
  readonly hashes: { readonly desired: string; readonly archive: string };
  readonly lastRun: { readonly id: string; readonly endedAt: string; readonly report: string };
}

/**
 * The entry of a cluster after a run.
 *
 * @param former The entry before the run, if there was one: it knows which upgrade brought a role.
 */
export function registryEntry(
  desired: DesiredState,
  facts: Pick<RegistryEntry, 'keyId' | 'hashes' | 'lastRun' | 'providerThumbprints' | 'keys'>,
  former?: RegistryEntry,
): RegistryEntry {
  const { cluster, issuer, providerArn, roles } = desired;
  const broughtBy = new Map(former?.roles.map(({ name, since }) => [name, since]));
  return {
    version: 1,
    name: cluster.name,
    region: cluster.region,
    ...(cluster.release === undefined ? {} : { release: cluster.release }),
    featureSet: cluster.featureSet,
    issuer: { type: 'public-bucket', url: issuer.url, bucket: issuer.bucket },
    providerArn,
    upgrades: upgradesAfter(desired, former?.upgrades ?? []),
    roles: roles.map(({ name, arn, secretRef, subjects, since = broughtBy.get(name) }) => ({
      name,
      arn,
      secret: `${secretRef.namespace}/${secretRef.name}`,
      serviceAccounts: subjects,
      ...(since === undefined ? {} : { since }),
    })),
    ...facts,
  };
}

/**
 * The releases that a cluster is prepared for in addition. An upgrade adds its own; any other run leaves the
 * roles with just what its bundle asks for, so that none is left.
 */
function upgradesAfter({ releaseChange }: DesiredState, before: readonly string[]): readonly string[] {
  if (releaseChange?.operation !== 'upgrade') return [];
  const { release } = releaseChange;
  const others = before.filter((other) => compare(other, release) !== 0);
  return [...others, release].sort(compare);
}

function compare(left: string, right: string): number {
  const [a, b] = [parseRelease(left), parseRelease(right)];
  return a === undefined || b === undefined ? 0 : compareReleases(a, b);
}

/** Releases that a cluster was prepared for in addition before a run, and neither is nor runs after it. */
export function upgradesLost(before: RegistryEntry | undefined, after: RegistryEntry): readonly string[] {
  const isReached = (release: string) => after.release !== undefined && compare(release, after.release) <= 0;
  return (before?.upgrades ?? []).filter(
    (release) => !after.upgrades.some((other) => compare(other, release) === 0) && !isReached(release),
  );
}
