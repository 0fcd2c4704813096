import type { ObjectStore } from '../../aws/object-store.ts';
import type { ClusterAudit, ReleaseAudit } from '../../domain/audit/report.ts';
import { NotYetConsistent } from '../../domain/errors.ts';
import type { Audit } from '../../storage/audit.ts';
import * as documents from '../../storage/documents.ts';
import { defined } from '../../util/defined.ts';
import { revokeApprovals } from './upgrade-acknowledgement.ts';

/**
 * After this an account may be another one. No audit takes so long by itself; one that failed can be redriven for
 * 14 days (Step Functions, RedriveExecution), and goes on with what it read when it began.
 */
const TOO_OLD_MS = 6 * 60 * 60 * 1_000;

const TRIES = 5;

/**
 * Makes what an audit found of a cluster the latest that is known of it, where it is, and returns what the audit may say:
 * audits overlap, and one that failed may come to its end after others. Only what is on record when an audit ends tells
 * what others opened meanwhile. Throws NotYetConsistent where others write the record over and over.
 */
export async function settleAudit(
  audit: Audit,
  found: ClusterAudit,
  store: ObjectStore,
): Promise<ClusterAudit> {
  const place = { cluster: found.cluster };
  for (let tries = 0; tries < TRIES; tries += 1) {
    // One that cannot be read is as good as none: what it opened is opened or taken back by what is found now.
    const latest = await documents.latestAuditOfCluster.read(place, store, () => undefined);
    const known = latest?.value;
    // An attempt before this one wrote it.
    if (known?.audit === audit.id) return known;
    if (known !== undefined && beganLater(known.startedAt ?? known.at, audit.startedAt))
      return overtaken(found, known);
    const settled = settledBy(audit, found, known);
    // Of a cluster that could not be looked at, what was found before still is the latest that is known.
    if (found.issuer === undefined) return settled;
    const onlyIf = latest === undefined ? 'absent' : { etag: latest.etag };
    if ((await documents.latestAuditOfCluster.write(place, settled, store, { onlyIf })) !== undefined)
      return settled;
  }
  throw new NotYetConsistent(`The latest audit of ${found.cluster} is being written by others.`);
}

/** Whether a time is after another; what is no time is not. */
export function beganLater(time: string, than: string): boolean {
  return Date.parse(time) > Date.parse(than);
}

/** Nothing is opened by what was found before somebody else looked again, and what that one opened stays on record. */
function overtaken(found: ClusterAudit, known: ClusterAudit): ClusterAudit {
  const reason = `The audit ${known.audit} began later and has looked since: its report counts.`;
  return {
    ...found,
    releases: withheld(found.releases, reason),
    opened: known.opened,
    ...defined({ retract: known.retract }),
  };
}

function settledBy(audit: Audit, found: ClusterAudit, known: ClusterAudit | undefined): ClusterAudit {
  const earlier = known?.opened ?? [];
  const { startedAt } = audit;
  const isOld = Date.now() - Date.parse(startedAt) > TOO_OLD_MS;
  if (isOld) {
    const reason = `The audit began at ${startedAt}, more than ${TOO_OLD_MS / 3_600_000} hours before it came to its end, and what it read may not be so any more. Start a new audit.`;
    return { ...found, startedAt, releases: withheld(found.releases, reason), opened: earlier };
  }
  if (found.issuer === undefined) return { ...found, startedAt, opened: earlier };
  return { ...found, startedAt, ...revokeApprovals(earlier, found.releases, found) };
}

function withheld(releases: readonly ReleaseAudit[], reason: string): readonly ReleaseAudit[] {
  return releases.map(({ gate, ...release }) =>
    gate === undefined ? release : { ...release, status: 'unknown', reasons: [reason] },
  );
}
