import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import type { HandedOver } from '../../domain/audit/report.ts';
import {
  type ClusterCheckName,
  type ClusterCheckReport,
  outcomeOf,
} from '../../domain/cluster-check/report.ts';
import { DocumentUnreadable, DocumentVersionUnknown } from '../../domain/errors.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import { shortened } from '../../util/visible.ts';

/** Some 40 times what a cluster of 40 requests comes to. Whoever may upload could fill the function's memory else. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Clocks differ, and what is said to be of tomorrow is nobody's finding. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Reads what was found in a running cluster, where somebody handed it over. What cannot be read, or is of another cluster, is
 * told as unknown and never fails an audit. Throws what S3 throws.
 *
 * @param intake The intake bucket.
 */
export async function readHandedOver(
  cluster: string,
  intake: Pick<ObjectStore, 'get'>,
): Promise<ClusterCheckReport | string | undefined> {
  const key = layout.handedOver.of({ cluster });
  try {
    const object = await intake.get(key, { maxBytes: MAX_BYTES });
    if (object === undefined) return undefined;
    const report = documents.handedOver.parse(object.bytes, key);
    return report.cluster === cluster ? report : `${key} is about cluster ${short(report.cluster)}.`;
  } catch (error) {
    const isOfDocument = [DocumentUnreadable, DocumentVersionUnknown, ObjectTooLarge].some(
      (kind) => error instanceof kind,
    );
    if (!isOfDocument) throw error;
    return (error as Error).message;
  }
}

/**
 * What a handed-over result says of the cluster as it is now: nothing, where it was compared with what an earlier run
 * prepared. Pure.
 *
 * @param lastRun The run whose results the cluster has to have.
 * @param now Milliseconds since the epoch.
 */
export function handedOver(found: ClusterCheckReport | string, lastRun: string, now: number): HandedOver {
  if (typeof found === 'string') return { outcome: 'unknown', findings: 0, unknown: 0, reason: found };
  const { at, outcome, results } = found;
  const counted = (wanted: (typeof results)[number]['outcome']) =>
    results.filter((result) => result.outcome === wanted).length;
  const reason = whyNothing(found, lastRun, now);
  return {
    outcome: reason === undefined ? outcome : 'unknown',
    ...defined({ at: timeOf(at), reason }),
    findings: counted('finding'),
    unknown: counted('unknown'),
  };
}

/** What an audit goes by and cannot see: a cluster that is at another release, or signs for another issuer, is not the one on record. */
const ON_RECORD: readonly ClusterCheckName[] = ['issuer', 'version'];

/**
 * Why what is on record of a cluster may not be so, by what was found in it since its last run; undefined where nothing says
 * so. Pure. Parameters as of `handedOver`.
 */
export function contradictionOf(
  found: ClusterCheckReport | string | undefined,
  lastRun: string,
  now: number,
): string | undefined {
  if (found === undefined || typeof found === 'string') return undefined;
  if (whyNothing(found, lastRun, now) !== undefined) return undefined;
  const wrong = found.results.filter(
    ({ check, outcome }) => outcome === 'finding' && ON_RECORD.includes(check),
  );
  if (wrong.length === 0) return undefined;
  const said = wrong.map(({ check, detail = '' }) => `${check}: ${shortened(detail, MAX_DETAIL)}`).join(' ');
  return `The cluster was found to be another than the one on record, at ${timeOf(found.at)} (${said}) Put that right, and hand over what sts-prep verify-cluster finds then.`;
}

/** What a stranger wrote, as long as a sentence of ours is. */
const MAX_DETAIL = 400;

function whyNothing(
  { at, preparedBy, outcome, results }: ClusterCheckReport,
  lastRun: string,
  now: number,
): string | undefined {
  const time = timeOf(at);
  if (time === undefined) return `It was found at ${short(at)}, which is no time.`;
  if (Date.parse(time) > now + CLOCK_SKEW_MS) return `It is of ${time}, which has not come yet.`;
  if (preparedBy !== lastRun)
    return `It was compared with what run ${short(preparedBy)} prepared; the last run of the cluster is ${lastRun}.`;
  // What the results come to is counted here too: a file may say one thing and list another.
  return outcome === outcomeOf(results) ? undefined : `It says ${outcome}, and its results do not.`;
}

/** As ISO 8601; undefined of what is no time. */
function timeOf(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** What a stranger wrote, as long as a name may be. */
function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
