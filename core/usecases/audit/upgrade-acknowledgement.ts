import type { ClusterAudit, Finding, ReleaseAudit } from '../../domain/audit/report.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { secretManifest } from '../../domain/manifests.ts';
import { compareReleases, parseRelease, type Release, sameMinor, sameRelease } from '../../domain/release.ts';
import * as layout from '../../storage/layout.ts';
import type { ComparedRelease } from './audit-release.ts';

const ANNOTATION = 'cloudcredential.openshift.io/upgradeable-to';
const CLUSTER_OBJECT = 'cloudcredential.operator.openshift.io/cluster';

/**
 * Decides which releases the way is open to, and writes the commands that open it. A release is ready when
 * nothing is missing for it, nothing of the cluster itself is broken, and every minor version on the way to it is
 * ready too: the annotation for a later minor opens the upgrades to all before it, because OpenShift only asks
 * whether it is above the cluster's own (pkg/operator upgradeable check).
 */
export function approveUpgrades(
  compared: readonly ComparedRelease[],
  cluster: { readonly name: string; readonly release?: string | undefined },
  drift: readonly Finding[],
  outputBucket: string,
): ReleaseAudit[] {
  const broken = drift.filter(({ severity }) => severity === 'critical');
  const sorted = [...compared].sort(byRelease);
  const current = cluster.release === undefined ? undefined : parseRelease(cluster.release);
  const from = current ?? minorBefore(parseRelease(sorted[0]?.release ?? ''));
  const ready: Release[] = [];
  return sorted.map(({ added, ...audit }) => {
    const release = parseRelease(audit.release);
    const reasons = [
      ...audit.reasons,
      ...(broken.length === 0
        ? []
        : [`The cluster itself has drifted: ${broken.map(({ kind }) => kind).join(', ')}.`]),
    ];
    if (audit.status === 'ready' && broken.length > 0) return { ...audit, status: 'not-ready', reasons };
    if (audit.status !== 'ready' || release === undefined) return { ...audit, reasons };
    const skipped = notReadyBetween(from, release, ready);
    if (skipped.length > 0) {
      return {
        ...audit,
        status: 'unknown',
        reasons: [
          `The way there leads through ${skipped.join(', ')}, which is not known to be ready: upload its bundle below releases/ too.`,
        ],
      };
    }
    ready.push(release);
    return { ...audit, gate: approvalCommands(cluster.name, audit.release, from, added, outputBucket) };
  });
}

function byRelease(left: ComparedRelease, right: ComparedRelease): number {
  const [a, b] = [parseRelease(left.release), parseRelease(right.release)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareReleases(a, b);
}

/**
 * What lies between the cluster and a release without being ready. When the cluster's own release is not on record, the
 * way is taken to begin right before the earliest available release.
 */
function notReadyBetween(from: Release, to: Release, ready: readonly Release[]): readonly string[] {
  if (from.major !== to.major) return [`the last releases of ${from.major}`];
  const between = Array.from({ length: Math.max(0, to.minor - from.minor - 1) }, (_, index) => ({
    major: from.major,
    minor: from.minor + 1 + index,
    patch: 0,
  }));
  return between
    .filter((minor) => !ready.some((release) => sameMinor(release, minor)))
    .map(({ major, minor }) => `${major}.${minor}`);
}

function minorBefore(release: Release | undefined): Release {
  const { major = 0, minor = 0 } = release ?? {};
  return { major, minor: minor - 1, patch: 0 };
}

/** The version as the annotation takes it: x.y.z. */
function annotationVersion(release: string): string {
  const { major, minor } = parseRelease(release) ?? {};
  return /^\d+\.\d+\.\d+/.test(release) ? release : `${major}.${minor}.0`;
}

function approvalCommands(
  cluster: string,
  release: string,
  from: Release,
  added: readonly DesiredRole[],
  outputBucket: string,
): string[] {
  const to = parseRelease(release);
  const namespaces = [...new Set(added.map(({ secretRef }) => secretRef.namespace))].sort();
  return [
    ...namespaces.map((namespace) => `oc get namespace ${namespace} || oc create namespace ${namespace}`),
    ...added.map(({ secretRef, arn }) => {
      const key = layout.installFile.of({ cluster, path: secretManifest(secretRef, arn).path });
      return `aws s3 cp s3://${outputBucket}/${key} - | oc apply -f -`;
    }),
    // Updates inside a minor version are not held back.
    ...(to !== undefined && sameMinor(from, to)
      ? []
      : [`oc annotate --overwrite ${CLUSTER_OBJECT} ${ANNOTATION}=${annotationVersion(release)}`]),
  ];
}

/**
 * What an earlier audit opened and this one does not. The annotation for a minor version opens all before it, so it
 * has to be revoked only when no release of that minor version, or of a later one, is open any more. Nothing in the
 * cluster does that. Releases that the cluster has reached meanwhile no longer count.
 */
export function revokeApprovals(
  earlier: readonly string[],
  releases: readonly ReleaseAudit[],
  clusterRelease: string | undefined,
): Pick<ClusterAudit, 'opened' | 'retract'> {
  const open = releases.filter(({ gate }) => gate !== undefined).map(({ release }) => release);
  const ahead = (release: string) => clusterRelease === undefined || isLater(release, clusterRelease);
  const closed = earlier.filter(
    (release) => ahead(release) && !open.some((other) => !isLaterMinor(release, other)),
  );
  const opened = [...open.filter(ahead), ...closed];
  if (closed.length === 0) return { opened };
  const [latest] = open.slice(-1);
  return {
    opened,
    retract: {
      releases: closed,
      reason: closed.map((release) => whyClosed(release, releases)).join(' '),
      commands: [
        latest === undefined
          ? `oc annotate ${CLUSTER_OBJECT} ${ANNOTATION}-`
          : `oc annotate --overwrite ${CLUSTER_OBJECT} ${ANNOTATION}=${annotationVersion(latest)}`,
      ],
    },
  };
}

function whyClosed(release: string, releases: readonly ReleaseAudit[]): string {
  const audit = releases.find((each) => sameRelease(each.release, release));
  return audit === undefined
    ? `${release} is no longer available, so it is not known to be ready.`
    : `${release} is no longer ready: ${audit.reasons.join(' ')}`;
}

/** Whether a release comes after another; one that is no release is taken to. */
function isLater(release: string, than: string): boolean {
  const [a, b] = [parseRelease(release), parseRelease(than)];
  return a === undefined || b === undefined || compareReleases(a, b) > 0;
}

function isLaterMinor(release: string, than: string): boolean {
  const [a, b] = [parseRelease(release), parseRelease(than)];
  if (a === undefined || b === undefined) return release !== than;
  return a.major > b.major || (a.major === b.major && a.minor > b.minor);
}
