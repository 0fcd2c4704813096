import type { ClusterCheckName, ClusterCheckResult } from './report.ts';
import type { Facts, FactsName, Reading } from './snapshot.ts';

export function verified(check: ClusterCheckName, subject: string): ClusterCheckResult {
  return { check, subject, outcome: 'verified' };
}

export function wrong(
  check: ClusterCheckName,
  subject: string,
  detail: string,
  remedy: string,
): ClusterCheckResult {
  return { check, subject, outcome: 'finding', detail, remedy };
}

export function note(check: ClusterCheckName, subject: string, detail: string): ClusterCheckResult {
  return { check, subject, outcome: 'note', detail };
}

export function unknown(check: ClusterCheckName, subject: string, detail: string): ClusterCheckResult {
  return { check, subject, outcome: 'unknown', detail, remedy: READ_AGAIN };
}

const READ_AGAIN = 'Read it again by the commands of docs/verify-cluster.md, with rights to all of it.';

/** Items of a reading; none where it is not known. */
export function itemsOf<Name extends FactsName>(reading: Reading<Name>): readonly Facts<Name>[] {
  return 'unknown' in reading ? [] : reading.items;
}

/** Why there may be more than what was read; undefined when that is all. */
export function whyNotAll(reading: Reading<FactsName>): string | undefined {
  return 'unknown' in reading ? reading.unknown : reading.incomplete;
}
