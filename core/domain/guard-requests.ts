import type { CredentialsRequest } from './credentials-request.ts';
import { type GuardRules, guardStatement } from './policy-guard.ts';
import type { Problem } from './problem.ts';

/** What the policy guard refuses about requests: one problem for each action. */
export function guardRequests(requests: readonly CredentialsRequest[], rules: GuardRules): Problem[] {
  return requests.flatMap(({ source, statements }) =>
    statements.flatMap((statement, index) =>
      guardStatement(statement, rules).map(
        ({ reason, remedy }): Problem => ({
          code: 'PolicyRefused',
          ...source,
          field: `spec.providerSpec.statementEntries[${index}].action`,
          message: reason,
          remedy,
        }),
      ),
    ),
  );
}
