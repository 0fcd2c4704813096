import { canonicalStatement, type PolicyDocument, statementsOf } from '../policy-document.ts';
import { characters, overlaps, REACHES, tokensOf } from './patterns.ts';
import { statementName } from './public-reading.ts';
import { readStatements, type Selection } from './statements.ts';

/** A statement of a bucket policy that allows more than was prepared. */
export interface FurtherAllow {
  readonly name: string;
  /** Whether it may let somebody write the resources asked about; else it is about something else in the bucket. */
  readonly writes: boolean;
  /** The policy without it. */
  readonly without: PolicyDocument;
}

const STEPS = 10_000;

/**
 * The statements of a bucket policy that allow something else than reading, and are not among those prepared. What
 * cannot be understood is taken for what it may be.
 *
 * @param resources ARNs of the bucket and of the objects that nobody else is to write.
 */
export function furtherAllows(
  policy: PolicyDocument,
  prepared: PolicyDocument,
  resources: readonly string[],
): readonly FurtherAllow[] {
  const known = new Set(statementsOf(prepared).map(canonicalStatement));
  const written = statementsOf(policy);
  return readStatements(policy, 'resource').flatMap((statement, index) => {
    const text = written[index];
    if (statement.effect === 'Deny' || (text !== undefined && known.has(canonicalStatement(text)))) return [];
    if (onlyReads(statement.actions)) return [];
    return {
      name: statementName(policy, index),
      writes: mayName(statement.resources, resources),
      without: { ...policy, Statement: written.filter((_, other) => other !== index) },
    };
  });
}

/** Every action of S3 that begins so reads. */
function onlyReads({ negated, unclear, patterns }: Selection): boolean {
  return !negated && !unclear && patterns.every(({ text }) => /^s3:(get|list)/i.test(text));
}

function mayName({ negated, unclear, patterns }: Selection, resources: readonly string[]): boolean {
  if (negated || unclear) return true;
  const budget = { left: STEPS };
  return resources.some((arn) =>
    patterns.some((pattern) =>
      REACHES.some((reach) => overlaps(tokensOf(pattern, reach), characters(arn), budget)),
    ),
  );
}
