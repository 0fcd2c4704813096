import type { PolicyDocument } from '../policy-document.ts';
import { type Condition, isMapping } from './conditions.ts';
import type { Statement } from './statements.ts';
import { allowsOfTrust, isAboutWebIdentity } from './trust.ts';

/** Whom a trust policy is for. */
interface Trusted {
  readonly providerArn: string;
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  readonly subjects: readonly string[];
}

/** Whom a trust policy admits beyond those that it is for. */
export interface WiderTrust {
  /** In words: other principals than the provider of the cluster, and service accounts that no list names. */
  readonly foreign: readonly string[];
  /** Further service accounts of the cluster, each by its full name. */
  readonly added: readonly string[];
}

/**
 * Whom a trust policy admits beyond those that it is for. A condition on a stranger's statement is told and does not
 * excuse it; Deny statements are not set against it. Never throws for JSON data, whatever its shape.
 */
export function widerTrust(trust: PolicyDocument | undefined, trusted: Trusted): WiderTrust {
  const found = allowsOfTrust(trust).map((statement) => widerStatement(statement, trusted));
  return {
    foreign: unique(found.flatMap(({ foreign }) => foreign)),
    added: unique(found.flatMap(({ added }) => added)),
  };
}

/**
 * The principals that a trust policy admits, but for one provider: `AWS arn:…`, `Federated arn:…`. What a condition asks of
 * them is left out. Never throws for JSON data, whatever its shape.
 */
export function strangersOf(trust: PolicyDocument | undefined, providerArn: string): readonly string[] {
  return unique(allowsOfTrust(trust).flatMap((statement) => strangersIn(statement, providerArn)));
}

function strangersIn({ principal, notPrincipal }: Statement, providerArn: string): readonly string[] {
  if (notPrincipal !== undefined) return [`everybody but ${JSON.stringify(notPrincipal)}`];
  return principalsOf(principal).filter((name) => name !== `Federated ${providerArn}`);
}

function widerStatement(statement: Statement, trusted: Trusted): WiderTrust {
  const { principal, notPrincipal, actions } = statement;
  const strangers = strangersIn(statement, trusted.providerArn);
  if (notPrincipal !== undefined) return { foreign: strangers, added: [] };
  const foreign = strangers.map((name) => `${name === '*' ? 'everybody (*)' : name}${onlyIf(statement)}`);
  if (strangers.length === principalsOf(principal).length || !isAboutWebIdentity(actions))
    return { foreign, added: [] };
  const { wide, literal } = subjectsOf(statement, trusted);
  return {
    foreign: [...foreign, ...wide],
    added: literal.filter((subject) => !trusted.subjects.includes(subject)),
  };
}

function principalsOf(principal: unknown): string[] {
  if (!isMapping(principal)) return [typeof principal === 'string' ? principal : 'an unreadable principal'];
  return Object.entries(principal).flatMap(([type, values]) =>
    [values].flat().map((value) => `${type} ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  );
}

function onlyIf({ conditions }: Statement): string {
  return conditions.length === 0 ? '' : ` if ${conditions.map(({ shown }) => shown).join(' and ')}`;
}

/** Which subjects of the provider a statement admits: by name, or in words where no list names them. */
function subjectsOf(
  { conditions }: Statement,
  { host }: Trusted,
): { readonly wide: readonly string[]; readonly literal: readonly string[] } {
  const ofSubject = conditions.filter(({ key }) => key === `${host}:sub`.toLowerCase());
  if (ofSubject.length === 0) return { wide: ['every service account of the cluster'], literal: [] };
  const lists = ofSubject.filter(isList);
  const [list] = lists;
  if (list === undefined)
    return { wide: ofSubject.map(({ shown }) => `service accounts by the pattern ${shown}`), literal: [] };
  const passes = (subject: string) => lists.every(({ test }) => test?.matches(subject) === true);
  return { wide: [], literal: list.values.filter(passes) };
}

/** Whether a condition names what it admits, one by one. */
function isList({ kind, negated, test, values }: Condition): boolean {
  return kind === 'text' && !negated && test !== undefined && !values.some((value) => isPattern(value, test));
}

/** Under StringEquals a star is a star. */
function isPattern(value: string, test: NonNullable<Condition['test']>): boolean {
  return /[*?]/.test(value) && test.matches(value.replaceAll(/[*?]/g, 'x'));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
