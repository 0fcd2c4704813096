import { compareStatement } from '../../core/domain/policy/compare.ts';
import { type Rule, rulesOf } from '../../core/domain/policy/rules.ts';
import { readStatements } from '../../core/domain/policy/statements.ts';
import type { PolicyDocument } from '../../core/domain/policy-document.ts';

export type Statement = Record<string, unknown>;
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** The gaps that are certain, with their examples. */
export function findings(wanted: PolicyDocument, live: PolicyDocument) {
  const target = readStatements(wanted);
  const own = target.filter(({ effect }) => effect === 'Deny');
  const rules: Rule[] = [
    ...rulesOf(readStatements(live)),
    ...own.map((statement): Rule => ({ role: 'own-deny', statement, certain: true })),
  ];
  return target
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => compareStatement(statement, rules, { left: 5_000_000 }))
    .filter((finding) => finding.verdict === 'missing');
}

export function allow(Action: readonly string[], Resource: string): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

/** What IAM answers, as simply as it can be written down. */
export function allows(
  policies: readonly PolicyDocument[],
  request: Request,
  overColons: boolean,
  variable = '',
): boolean {
  const applying = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request, overColons, variable));
  return (
    applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny')
  );
}

function applies(
  statement: Statement,
  { action, resource, context }: Request,
  overColons: boolean,
  variable: string,
): boolean {
  const ofAction = (pattern: string) =>
    like(pattern === '*' ? '*:*' : pattern.toLowerCase(), action.toLowerCase());
  const ofResource = (pattern: string) => resourceLike(pattern, resource, overColons, variable);
  const selected = (name: string, test: (pattern: string) => boolean) =>
    name in statement
      ? [statement[name] as string | string[]].flat().some(test)
      : ![statement[`Not${name}`] as string | string[]].flat().some(test);
  const block = (statement['Condition'] ?? {}) as Record<string, Record<string, unknown>>;
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      value: context[key.toLowerCase()],
      values: [values].flat().map(String),
    })),
  );
  return selected('Action', ofAction) && selected('Resource', ofResource) && tests.every(holds);
}

function holds({
  operator,
  value,
  values,
}: {
  operator: string;
  value: string | undefined;
  values: string[];
}) {
  if (operator === 'null') return values.includes(String(value === undefined));
  if (value === undefined) return operator.includes('not') || operator.endsWith('ifexists');
  const hit = values.some((wanted) => {
    if (operator.includes('like')) return like(wanted, value);
    return operator.includes('ignorecase') ? wanted.toLowerCase() === value.toLowerCase() : wanted === value;
  });
  return hit !== operator.includes('not');
}

function resourceLike(pattern: string, resource: string, overColons: boolean, variable: string): boolean {
  const fields = pattern.split(':');
  if (fields[0] === 'arn') while (fields.length < 6) fields.push('*');
  if (overColons || fields.length < 6) return like(fields.join(':'), resource, variable);
  const parts = resource.split(':');
  if (parts.length < 6) return false;
  const join = (texts: string[]) => texts.slice(5).join(':');
  return (
    fields.slice(0, 5).every((field, index) => like(field, parts[index] ?? '', variable)) &&
    like(join(fields), join(parts), variable)
  );
}

const known = new Map<string, RegExp>();

function like(pattern: string, text: string, variable = ''): boolean {
  const expression = known.get(`${variable} ${pattern}`) ?? asRegExp(pattern, variable);
  known.set(`${variable} ${pattern}`, expression);
  return expression.test(text);
}

function asRegExp(pattern: string, variable: string): RegExp {
  const quote = (literal: string) => literal.replace(/[.+^${}()|[\]\\/*?]/g, '\\$&');
  const pieces = Array.from(pattern.matchAll(/\$\{(.)\}|./gs), ([piece, name]) => {
    if (name !== undefined) return quote(name === 'v' ? variable : name);
    if (piece === '*') return '.*';
    return piece === '?' ? '.' : quote(piece);
  });
  return new RegExp(`^${pieces.join('')}$`, 's');
}
