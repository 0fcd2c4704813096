import { quoted } from '../util/visible.ts';
import type { CredentialsRequest } from './credentials-request.ts';
import { fieldAt, type Problem } from './problem.ts';

/** After so many, no further statement is looked at: they would not be told. */
const MAX_PROBLEMS = 200;

/**
 * Statements whose resource is of another partition than the cluster: IAM takes no policy with one (MalformedPolicyDocument), and
 * would say so only when the role is made.
 */
export function checkPartitions(requests: readonly CredentialsRequest[], partition: string): Problem[] {
  const problems: Problem[] = [];
  for (const { source, statements } of requests) {
    for (const [index, { resource }] of statements.entries()) {
      const [, named] = /^arn:([a-z0-9-]+):/.exec(resource) ?? [];
      if (named === undefined || named === partition) continue;
      problems.push({
        code: 'ResourceOutsidePartition',
        ...fieldAt(source, `spec.providerSpec.statementEntries[${index}].resource`),
        message: `${quoted(resource)} is of partition ${named}, and the cluster is in ${partition}.`,
        remedy: `Begin it with arn:${partition}: in the manifest, or ask whoever makes it for one that fits all partitions.`,
      });
      if (problems.length >= MAX_PROBLEMS) return problems;
    }
  }
  return problems;
}
