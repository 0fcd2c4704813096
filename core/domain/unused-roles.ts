import { releaseOf } from './cluster-change.ts';
import type { DesiredRole, DesiredState } from './desired-state.ts';
import type { StoredEntry } from './registry.ts';
import { isOlder } from './release.ts';

/** A role that no request asks for any more. */
export interface UnusedRole {
  readonly role: DesiredRole;
  /** It stays when IAM shows that it was used after this; without it it goes whatever IAM shows. */
  readonly unlessUsedSince?: {
    /** ISO 8601. */
    readonly at: string;
    /** What happened then, in words. */
    readonly event: string;
  };
}

/** Sorts the roles that a release does not ask for, and no add-on: those that may go, and those that stay for the cluster's sake. */
export function sortUnasked(
  unasked: readonly DesiredRole[],
  desired: Pick<DesiredState, 'clusterChange' | 'cluster'>,
  entry: Pick<StoredEntry, 'upgradedAt' | 'lastRun'>,
): {
  readonly unused: readonly UnusedRole[];
  readonly kept: readonly { readonly role: DesiredRole; readonly why: string }[];
} {
  const { clusterChange: change, cluster } = desired;
  const named = new Set(change !== undefined && 'named' in change ? change.named : []);
  const sorted = unasked.map((role) => ({
    role,
    why: named.has(role.name) ? undefined : whyItStays(role, releaseOf(desired), cluster.name),
  }));
  const unlessUsedSince =
    entry.upgradedAt === undefined
      ? { at: entry.lastRun.endedAt, event: 'the last run' }
      : { at: entry.upgradedAt, event: 'the upgrade' };
  return {
    unused: sorted
      .filter(({ why }) => why === undefined)
      .map(({ role }) => (named.has(role.name) ? { role } : { role, unlessUsedSince })),
    kept: sorted.flatMap(({ role, why }) => (why === undefined ? [] : { role, why: stays(role, why) })),
  };
}

const HOUR_MS = 3_600_000;

/** IAM shows a use up to four hours late (IAM User Guide, role last used: tracking period). */
const SHOWN_LATE_MS = 4 * HOUR_MS;

/** Components get credentials every hour; one that was not used for so long is not used by one of them. */
const IN_USE_MS = 24 * HOUR_MS;

/**
 * Why a role stays that IAM shows to be in use, or cannot show yet to be in none; undefined when it may go.
 *
 * @param lastUsed As IAM shows it now, ISO 8601.
 * @param now Milliseconds since the epoch.
 */
export function whyInUse(
  { role, unlessUsedSince }: UnusedRole,
  lastUsed: string | undefined,
  now: number,
): string | undefined {
  if (unlessUsedSince === undefined || lastUsed === undefined) return undefined;
  const { at, event } = unlessUsedSince;
  const since = Date.parse(at);
  if (Date.parse(lastUsed) > since)
    return stays(
      role,
      `IAM saw it used at ${lastUsed}, which is after ${event} of the cluster (${at}). ${IF_NOTHING_USES_IT}`,
    );
  const isKnown = now >= since + SHOWN_LATE_MS;
  if (isKnown || Date.parse(lastUsed) < since - IN_USE_MS) return undefined;
  return stays(
    role,
    `IAM saw it used at ${lastUsed} and shows a use up to four hours late, so it is not known whether it was used after ${event} of the cluster (${at}). Upload the bundle again after ${new Date(since + SHOWN_LATE_MS).toISOString()}. ${IF_NOTHING_USES_IT}`,
  );
}

const IF_NOTHING_USES_IT =
  'If nothing uses it, name it under removeRoles in cluster.yaml of the bundle, and upload that below prune/.';

function whyItStays(
  { requestedBy, since }: DesiredRole,
  release: string | undefined,
  cluster: string,
): string | undefined {
  if (requestedBy.length === 0)
    return `it is not on record whether the release or an optional operator asked for it. If an optional operator uses it, upload the operator's request as add/${cluster}/<name>.tgz. ${IF_NOTHING_USES_IT}`;
  if (since !== undefined && isOlder(release ?? '', since))
    return `it was prepared for the later release ${since}. ${IF_NOTHING_USES_IT}`;
  return undefined;
}

function stays({ name }: DesiredRole, why: string): string {
  return `IAM role ${name} stays, though the release does not ask for it: ${why}`;
}
