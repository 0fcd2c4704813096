import type { CheckResult } from '../../../../core/domain/checks.ts';
import type { Account } from '../prepare/prepared.ts';

export const failedChecks = (results: readonly CheckResult[]) => [
  ...new Set(results.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check)),
];

export const of = (results: readonly CheckResult[], check: string) =>
  results.filter((result) => result.check === check).map(({ outcome }) => outcome);

/** Changes a document of the issuer behind everybody's back. */
export function rewrite(account: Account, key: string, changed: (body: string) => string | undefined): void {
  const documents = account.issuerBucket.content?.documents ?? {};
  const there = documents[key];
  const body = changed(there?.body ?? '');
  if (there === undefined || body === undefined) delete documents[key];
  else documents[key] = { ...there, body };
}
