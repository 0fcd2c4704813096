import type { CredentialsRequest } from './credentials-request.ts';
import { type GuardRules, guardStatement } from './policy-guard.ts';
import type { Problem } from './problem.ts';

/** After so many, no further statement is looked at: they would not be told. */
const MAX_PROBLEMS = 2_000;

/** What the policy guard refuses about requests: one problem for each action. */
export function guardRequests(requests: readonly CredentialsRequest[], rules: GuardRules): Problem[] {
  const problems: Problem[] = [];
  for (const { source, statements } of requests) {
    for (const [index, statement] of statements.entries()) {
      for (const { reason, remedy } of guardStatement(statement, rules))
        problems.push({
          code: 'PolicyRefused',
          ...source,
          field: `spec.providerSpec.statementEntries[${index}].action`,
          message: reason,
          remedy,
        });
      if (problems.length >= MAX_PROBLEMS) return problems;
    }
  }
  return problems;
}
