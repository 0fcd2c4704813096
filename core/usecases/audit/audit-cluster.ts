import type { ObjectStore } from '../../aws/object-store.ts';
import type { ClusterRoles } from '../../domain/audit/cluster-roles.ts';
import { finding, markNew } from '../../domain/audit/finding.ts';
import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import type { ClusterAudit, Finding, ReleaseAudit } from '../../domain/audit/report.ts';
import type { ClusterCheckReport } from '../../domain/cluster-check/report.ts';
import type { Part } from '../../domain/cluster-run.ts';
import { hasPart, whatIsToCome } from '../../domain/parts.ts';
import { isAuditable } from '../../domain/registry.ts';
import { recordedSpecs } from '../../resources/specs.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { compareReleaseBundles } from './compare-bundles.ts';
import type { DesiredRelease } from './desired-release.ts';
import { filesDrift } from './drift/files.ts';
import { issuerDrift } from './drift/issuer.ts';
import { providerDrift } from './drift/provider.ts';
import { rolesDrift } from './drift/roles.ts';
import { signingKeyDrift } from './drift/signing-key.ts';
import { contradictionOf, handedOver } from './handed-over.ts';
import type { ObservedCluster } from './observe.ts';
import type { Simulated } from './simulate.ts';
import { approveUpgrades } from './upgrade-acknowledgement.ts';

/** Reads a cluster's record; a text says why there is none that can be used. */
export async function readRecord(cluster: string, store: ObjectStore): Promise<ClusterRecord | string> {
  const unreadable = ({ message }: { readonly message: string }) =>
    `${message} Bring its last version back; the output bucket keeps them.`;
  const found = await documents.registryEntry.read({ cluster }, store, unreadable);
  if (found === undefined) return 'No cluster of this name was prepared here.';
  const { value: entry } = found;
  if (typeof entry === 'string') return entry;
  const place = { cluster, run: entry.lastRun.id };
  const stored = await documents.desiredState.read(place, store, unreadable);
  const desired = stored?.value;
  if (desired === undefined)
    return `${layout.desiredState.of(place)} is gone. Bring its last version back; the output bucket keeps them.`;
  if (typeof desired === 'string') return desired;
  if (entry.lastRun.desired !== undefined && stored?.digest !== entry.lastRun.desired)
    return `${layout.desiredState.of(place)} is not what the last run wrote. Find out who changed it, and bring the version with the SHA-256 ${entry.lastRun.desired} back; the output bucket keeps them.`;
  if (!isAuditable(entry))
    return 'Its registry entry is of an earlier version of the pipeline. Upload the bundle of the cluster again.';
  return { entry, desired };
}

/** An audit of which nothing is known but why. What an earlier one opened stays on record. */
export function unknownCluster(
  audit: string,
  cluster: string,
  reason: string,
  previous: ClusterAudit | undefined,
): ClusterAudit {
  return {
    version: 1,
    audit,
    at: new Date().toISOString(),
    cluster,
    status: 'unknown',
    reason,
    drift: [],
    releases: [],
    roles: [],
    opened: previous?.opened ?? [],
  };
}

export interface AuditedCluster {
  readonly audit: string;
  readonly record: ClusterRecord;
  readonly observed: ObservedCluster;
  readonly releases: readonly DesiredRelease[];
  readonly previous: ClusterAudit | undefined;
  readonly outputBucket: string;
  /** Why what was observed may be a run's doing that had not ended, in a sentence. */
  readonly doubt?: string;
  /** What was found in the running cluster, where that was handed over; a text says why it cannot be read. */
  readonly verified?: ClusterCheckReport | string;
  /** What IAM's own simulator says, where it was asked. */
  readonly simulated?: Simulated;
  /** Why it was not asked about everything, by the error of the first call that it did not answer. */
  readonly brokenOff?: string;
}

/** Compares a cluster with what it was last prepared to be, and with the releases. Pure but for the time it notes. */
export function auditCluster({
  audit,
  record: { entry, desired },
  observed,
  releases,
  previous,
  outputBucket,
  doubt,
  verified,
  simulated = new Map(),
  brokenOff,
}: AuditedCluster): ClusterAudit {
  const { name, region } = desired.cluster;
  const at = new Date().toISOString();
  const specs = recordedSpecs(desired, entry);
  // What was never asked for is not missing, and what is there of it is somebody else's.
  const of = (part: Part, found: () => readonly Finding[]) => (hasPart(desired, part) ? found() : []);
  const unfinished = whatIsToCome(name, desired);
  const drift = [
    ...of('issuer', () => issuerDrift(specs.issuer, observed.issuer)),
    ...of('issuer', () => providerDrift(specs.identityProvider, observed.provider)),
    ...of('roles', () => rolesDrift(desired, specs, observed.roles)),
    ...filesDrift(specs.installFiles, observed.files),
    ...signingKeyDrift(specs.signingKey, observed, outputBucket),
    ...(unfinished === undefined
      ? []
      : [finding('ClusterUnfinished', { resource: `cluster ${name}`, ...unfinished })]),
  ];
  const compared = compareReleaseBundles(releases, { desired, observed, outputBucket, simulated, at }).map(
    (release) =>
      brokenOff === undefined
        ? release
        : { ...release, notes: [...(release.notes ?? []), notAsked(brokenOff)] },
  );
  const cluster = {
    name,
    release: entry.release,
    upgrades: entry.upgrades,
    unfinished: unfinished?.message,
    contradiction: contradictionOf(verified, entry.lastRun.id, Date.parse(at)),
    doubt,
  };
  const gated = approveUpgrades(compared, cluster, drift, outputBucket);
  const earlier = previous && idsOf(previous);
  const byName = new Map(observed.roles.roles.map((role) => [role.name, role]));
  return {
    version: 1,
    audit,
    at,
    cluster: name,
    region,
    ...defined({ release: entry.release }),
    issuer: desired.issuer.url,
    ...statusOf(drift, doubt),
    ...defined({ doubt }),
    ...(verified === undefined ? {} : { verified: handedOver(verified, entry.lastRun.id, Date.parse(at)) }),
    drift: markNew(drift, earlier),
    releases: gated.map((release) => ({
      ...release,
      findings: markNew(ofRelease(release), earlier),
    })),
    roles: desired.roles.map(({ name: role, secretRef }) => {
      const { createdAt, lastUsed, lastUsedRegion } = byName.get(role) ?? {};
      return {
        name: role,
        secret: `${secretRef.namespace}/${secretRef.name}`,
        ...defined({ createdAt, lastUsed, region: lastUsedRegion }),
      };
    }),
    // What it opens, and takes back, is decided when the audit ends: see settle-audit.ts.
    opened: previous?.opened ?? [],
  };
}

/** What a run is changing right now is no drift, and cannot be told from it. */
function statusOf(
  drift: readonly Finding[],
  doubt: string | undefined,
): Pick<ClusterAudit, 'status' | 'reason'> {
  if (doubt !== undefined) return { status: 'unknown', reason: doubt };
  return { status: drift.every(({ severity }) => severity === 'info') ? 'clean' : 'drifted' };
}

/** The same finding in two releases is two findings. */
function ofRelease({ release, findings }: ReleaseAudit): Finding[] {
  return findings.map((found) => ({ ...found, id: `${release}:${found.id}` }));
}

function idsOf({ drift, releases }: ClusterAudit): ReadonlySet<string> {
  return new Set([...drift, ...releases.flatMap(({ findings }) => findings)].map(({ id }) => id));
}

/** Releases of one audit are the same for all its clusters. */
export async function readBundles(auditId: string, store: ObjectStore): Promise<readonly ReleaseBundle[]> {
  return (await documents.auditReleases.read({ audit: auditId }, store))?.value ?? [];
}

export async function readRoles(auditId: string, cluster: string, store: ObjectStore): Promise<ClusterRoles> {
  return (await documents.auditRoles.readExisting({ audit: auditId, cluster }, store)).value;
}

/** The comparison stands, but for what it cannot see. */
function notAsked(error: string): string {
  return `IAM's policy simulator was not asked about everything (${error}): a service control policy that denies something may be missing here.`;
}
