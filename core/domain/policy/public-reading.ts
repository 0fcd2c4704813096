import { type PolicyDocument, statementsOf } from '../policy-document.ts';
import { type Condition, conditionHolds, isMapping, show } from './conditions.ts';
import { characters, matches, REACHES, tokensOf } from './patterns.ts';
import { readStatements, type Selection, type Statement } from './statements.ts';

export type ReadingAnswer =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no' | 'unknown'; readonly reason: string };

type Answer = ReadingAnswer['answer'];

interface Judged {
  readonly answer: Answer;
  readonly reason: string;
}

const ACTION = 's3:getobject';

/**
 * What condition keys have in a request of STS, which reads without credentials, over TLS, and from anywhere. S3 has not
 * talked TLS below 1.2 since 2024. Where a key can have several values, a condition must say the same of all.
 */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:securetransport', ['true']],
  ['s3:tlsversion', ['1.2', '1.3']],
]);

/**
 * Whether a bucket policy lets everybody read objects over TLS, each of them. What hangs on a condition that is not
 * known of every such request is `unknown`. Never throws for JSON data, whatever its shape.
 */
export function publicReading(
  policy: PolicyDocument | undefined,
  objectArns: readonly string[],
): ReadingAnswer {
  if (policy === undefined) return { answer: 'no', reason: 'there is no bucket policy' };
  const statements = readStatements(policy, 'resource').map((statement, index) => ({
    statement,
    name: statementName(policy, index),
  }));
  const answers = objectArns.map((arn) => readingOf(statements, arn));
  return (
    answers.find(({ answer }) => answer === 'no') ??
    answers.find(({ answer }) => answer === 'unknown') ?? { answer: 'yes' }
  );
}

/** How people find a statement again. */
export function statementName(policy: PolicyDocument, index: number): string {
  const { Sid } = statementsOf(policy)[index] ?? {};
  return typeof Sid === 'string' && Sid !== '' ? `statement ${Sid}` : `statement ${index + 1}`;
}

function readingOf(
  statements: readonly { readonly statement: Statement; readonly name: string }[],
  arn: string,
): ReadingAnswer {
  const judged = statements.map(({ statement, name }) => ({
    effect: statement.effect,
    name,
    ...takesIn(statement, arn),
  }));
  const denies = judged.filter(({ effect }) => effect !== 'Allow');
  const allows = judged.filter(({ effect }) => effect !== 'Deny');
  const denied = denies.find(({ effect, answer }) => effect === 'Deny' && answer === 'yes');
  if (denied !== undefined) return { answer: 'no', reason: `its ${denied.name} denies it` };
  const allowed = allows.some(({ effect, answer }) => effect === 'Allow' && answer === 'yes');
  const doubt = (allowed ? denies : allows).find(({ answer }) => answer === 'unknown');
  if (doubt !== undefined) {
    const may = allowed ? 'may deny it' : 'may or may not allow it';
    return { answer: 'unknown', reason: `its ${doubt.name} ${may}: ${doubt.reason}` };
  }
  return allowed ? { answer: 'yes' } : { answer: 'no', reason: 'no statement allows it to everybody' };
}

/** Whether a statement is about every anonymous request: no as soon as one part surely is not. */
function takesIn(statement: Statement, arn: string): Judged {
  const parts = [
    ...(statement.trouble === undefined ? [] : [judged('unknown', statement.trouble)]),
    everybody(statement),
    names(statement.actions, ACTION, 'Action'),
    names(statement.resources, arn, 'Resource'),
    ...statement.conditions.map(holdsAlways),
  ];
  return (
    parts.find(({ answer }) => answer === 'no') ??
    parts.find(({ answer }) => answer === 'unknown') ??
    judged('yes')
  );
}

/** `*`, alone or of accounts, is the only principal that takes requests without credentials in. */
function everybody({ principal, notPrincipal }: Statement): Judged {
  if (notPrincipal !== undefined) return judged('unknown', 'it has a NotPrincipal');
  if (principal === '*') return judged('yes');
  if (!isMapping(principal)) return judged('unknown', 'its Principal cannot be understood');
  const accounts: readonly unknown[] = [principal['AWS'] ?? []].flat();
  if (accounts.includes('*')) return judged('yes');
  const isClear = Object.values(principal)
    .flat()
    .every((value) => typeof value === 'string' && !value.includes('*'));
  return isClear ? judged('no') : judged('unknown', 'its Principal cannot be understood');
}

function names(selection: Selection, text: string, element: string): Judged {
  const { negated, literals, others, unclear } = selection;
  const codes = characters(text);
  const readings = others.map((pattern) =>
    pattern.variable ? undefined : REACHES.filter((reach) => matches(tokensOf(pattern, reach), codes)).length,
  );
  if (literals.has(text) || readings.includes(REACHES.length)) return judged(negated ? 'no' : 'yes');
  if (unclear || readings.some((count) => count !== 0))
    return judged('unknown', `its ${element} cannot be understood`);
  return judged(negated ? 'yes' : 'no');
}

function holdsAlways(condition: Condition): Judged {
  const values = KNOWN.get(condition.key);
  const unknown = judged('unknown', `it has the condition ${show([condition])}`);
  if (values === undefined) return unknown;
  const [first, ...more] = new Set(values.map((value) => conditionHolds(condition, value)));
  if (first === undefined || more.length > 0) return unknown;
  return judged(first ? 'yes' : 'no');
}

function judged(answer: Answer, reason = ''): Judged {
  return { answer, reason };
}
