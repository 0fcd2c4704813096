import type { ClusterAudit, Finding, ReleaseAudit } from '../../domain/audit/report.ts';
import { compareReleases, parseRelease, type Release, sameRelease } from '../../domain/release.ts';
import {
  compareMinors,
  isBetween,
  type Minor,
  minorName,
  WITHOUT_CHANNEL,
} from '../../domain/release-path.ts';
import { grouped } from '../../util/grouped.ts';
import { approvalCommands, releaseAnnotation, removeAnnotation, setAnnotation } from './approval-commands.ts';
import type { ComparedRelease } from './audit-release.ts';
import { type OnHand, obstacle, whatIsInTheWay } from './way-to-release.ts';

/** The cluster that a way leads from, as it is on record. */
export interface GatedCluster {
  readonly name: string;
  readonly release?: string | undefined;
  /** Releases that it was prepared for in addition. */
  readonly upgrades?: readonly string[];
  /** What of it was never made, in a sentence: then no release is known to be all that it needs. */
  readonly unfinished?: string | undefined;
  /** Why it may not be what is on record, in a sentence. */
  readonly contradiction?: string | undefined;
  /** Why what was found of it may be of a moment only: nothing is opened or taken back on it. */
  readonly doubt?: string | undefined;
}

/** A release whose own result is settled, and the one that it is of. */
interface Settled {
  readonly compared: ComparedRelease;
  readonly release: Release;
}

/**
 * Decides which releases the way is open to, and writes the commands that open it. A release is ready when it is
 * known what the cluster runs, nothing is missing for the release, nothing of the cluster itself is broken, no other
 * bundle of the same minor version says otherwise, and every minor version on the way is ready too. For the annotation
 * opens the upgrades to all minor versions up to its own: OpenShift only asks whether it is above the cluster's
 * (cloud-credential-operator, pkg/operator/status: upgradeable check).
 */
export function approveUpgrades(
  compared: readonly ComparedRelease[],
  cluster: GatedCluster,
  drift: readonly Finding[],
  outputBucket: string,
): ReleaseAudit[] {
  const current = cluster.release === undefined ? undefined : parseRelease(cluster.release);
  const own = [...compared].sort(byRelease).map((each) => withCluster(each, cluster, current, drift));
  if (current === undefined) return own.map(withoutAdded);
  const settled = own.flatMap((each): Settled[] => {
    const release = parseRelease(each.release);
    return release === undefined ? [] : [{ compared: each, release }];
  });
  const closed = new Map<string, ReleaseAudit>();
  const open = new Set<string>();
  const gated: ReleaseAudit[] = [];
  for (const [name, group] of grouped(settled, ({ release }) => minorName(release))) {
    const minor = group[0].release;
    const bundles = group.map(({ compared: each }) => each);
    const audits = bundles.map((each) =>
      gate(
        each,
        bundles.filter((other) => other !== each),
        { cluster, current, minor, open, closed, outputBucket },
      ),
    );
    for (const audit of audits) gated.push(audit);
    const worst =
      audits.find(({ status }) => status === 'not-ready') ?? audits.find(({ status }) => status !== 'ready');
    if (worst === undefined) open.add(name);
    else closed.set(name, worst);
  }
  // What is no release comes last.
  return [...gated, ...own.slice(gated.length).map(withoutAdded)];
}

/** What the state of the cluster itself makes of a release's own result. */
function withCluster(
  compared: ComparedRelease,
  cluster: GatedCluster,
  current: Release | undefined,
  drift: readonly Finding[],
): ComparedRelease {
  const broken = drift.filter(({ severity }) => severity === 'critical').map(({ kind }) => kind);
  const { doubt, unfinished, contradiction } = cluster;
  const unknown = [
    ...(doubt === undefined ? [] : [doubt]),
    ...(unfinished === undefined ? [] : [unfinished]),
    ...(contradiction === undefined ? [] : [contradiction]),
    ...(current === undefined ? [sayTheRelease(cluster)] : []),
  ];
  const reasons = [
    ...unknown,
    ...compared.reasons,
    ...(broken.length === 0 ? [] : [`The cluster itself has drifted: ${[...new Set(broken)].join(', ')}.`]),
  ];
  if (unknown.length > 0) return { ...compared, status: 'unknown', reasons };
  if (compared.status === 'ready' && broken.length > 0) return { ...compared, status: 'not-ready', reasons };
  return { ...compared, reasons };
}

/** A prepare may not say less than an upgrade has added, so that after one the release is said by a prune. */
function sayTheRelease({ name, upgrades = [] }: GatedCluster): string {
  const how =
    upgrades.length === 0
      ? 'upload the bundle of the cluster below prepare/ again, with release in its cluster.yaml.'
      : `upload the bundle of the release that it runs as prune/${name}/<release>.tgz.`;
  return `It is not on record which release the cluster runs, so it is not known which releases lie on the way. Say the release: ${how}`;
}

interface Way extends OnHand {
  readonly cluster: GatedCluster;
  readonly current: Release;
  readonly minor: Minor;
  readonly outputBucket: string;
}

/** Opens the way to a release, or says what stands in it. */
function gate(compared: ComparedRelease, others: readonly ComparedRelease[], way: Way): ReleaseAudit {
  const { added, ...audit } = compared;
  if (audit.status !== 'ready') return audit;
  const { cluster, current, minor, outputBucket } = way;
  // Updates inside a minor version are not held back.
  const isHeldBack = compareMinors(minor, current) > 0;
  const obstacles = isHeldBack
    ? [
        ...others
          .filter(({ status }) => status !== 'ready')
          .map(({ release, status }) => obstacle(status, `The way would be open to ${release} too`)),
        ...whatIsInTheWay(current, minor, way, cluster.name),
      ]
    : [];
  if (obstacles.length > 0)
    return {
      ...audit,
      status: obstacles.some(({ status }) => status === 'not-ready') ? 'not-ready' : 'unknown',
      reasons: obstacles.map(({ reason }) => reason),
    };
  const aside = WITHOUT_CHANNEL.filter((name) => isBetween(name, current, minor) && !way.open.has(name));
  return {
    ...audit,
    gate: approvalCommands(cluster.name, audit.release, isHeldBack, added, outputBucket),
    ...(isHeldBack && aside.length > 0
      ? {
          notes: [
            ...(audit.notes ?? []),
            `The annotation opens ${aside.join(', ')} too, which no bundle on hand is of. No update channel leads there.`,
          ],
        }
      : {}),
  };
}

function withoutAdded({ added: _, ...audit }: ComparedRelease): ReleaseAudit {
  return audit;
}

function byRelease(left: ComparedRelease, right: ComparedRelease): number {
  const [a, b] = [parseRelease(left.release), parseRelease(right.release)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareReleases(a, b);
}

/**
 * What an earlier audit opened and this one does not. The annotation for a minor version opens all before it, so it
 * has to be revoked only when no release of that minor version, or of a later one, is open any more. Nothing in the
 * cluster does that. Releases that the cluster has reached meanwhile no longer count, and in doubt nothing is revoked.
 */
export function revokeApprovals(
  earlier: readonly string[],
  releases: readonly ReleaseAudit[],
  { release: current, doubt }: Omit<GatedCluster, 'name'>,
): Pick<ClusterAudit, 'opened' | 'retract'> {
  if (doubt !== undefined) return { opened: [...earlier] };
  const open = releases.filter(({ gate: commands }) => commands !== undefined).map(({ release }) => release);
  const ahead = (release: string) => current === undefined || isLater(release, current);
  // One inside the cluster's own minor version needs no annotation, so that there will be none to revoke.
  const heldBack = open.filter((release) => current === undefined || isLaterMinor(release, current));
  const closed = earlier.filter(
    (release) => ahead(release) && !open.some((other) => !isLaterMinor(release, other)),
  );
  const opened = [...heldBack, ...closed];
  if (closed.length === 0) return { opened };
  const latest = current === undefined ? undefined : heldBack.at(-1);
  return {
    opened,
    retract: {
      releases: closed,
      reason: closed.map((release) => whyClosed(release, releases)).join(' '),
      commands: [latest === undefined ? removeAnnotation() : setAnnotation(releaseAnnotation(latest))],
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

/** Whether a release is of a later minor version than another; one that is no release is taken to. */
function isLaterMinor(release: string, than: string): boolean {
  const [a, b] = [parseRelease(release), parseRelease(than)];
  if (a === undefined || b === undefined) return release !== than;
  return compareMinors(a, b) > 0;
}
