import type { DesiredRole, DesiredState } from './desired-state.ts';
import { mergeTrusts } from './merge.ts';
import { AUDIENCES } from './names.ts';
import { isMapping } from './policy/conditions.ts';
import { trusts } from './policy/trust.ts';
import {
  canonicalStatement,
  type PolicyDocument,
  type PolicyStatement,
  statementsOf,
} from './policy-document.ts';

/** What a trust policy is for. */
interface TrustedComponent {
  readonly providerArn: string;
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  readonly subjects: readonly string[];
}

/**
 * A trust policy as it shall be, with what somebody added to the live one to restrict it: further conditions, such as
 * one on `aud`, on the statement that trusts the component, and Deny statements. They stay as a permissions boundary
 * does: without them the role could be assumed by more than its owners allow. A restriction that surely shuts out one
 * of the component's own service accounts is not kept.
 *
 * Returns `desired` itself when there is nothing to keep. Pure.
 */
export function withRestrictions(
  desired: PolicyDocument,
  live: PolicyDocument | undefined,
  component: TrustedComponent,
): PolicyDocument {
  if (live === undefined) return desired;
  const there = statementsOf(live);
  const known = new Set(statementsOf(desired).map(canonicalStatement));
  const denies = there.filter(
    (statement) => statement['Effect'] === 'Deny' && !known.has(canonicalStatement(statement)),
  );
  let isRestricted = denies.length > 0;
  const restricted = statementsOf(desired).map((statement) => {
    const conditions = furtherConditions(statement, there, component.host);
    if (conditions === undefined) return statement;
    isRestricted = true;
    return { ...statement, Condition: mergeConditions(conditions, conditionsOf(statement)) };
  });
  if (!isRestricted) return desired;
  // What an upgrade asks for says the same again once it is restricted as well.
  const kept = mergeTrusts(
    { ...desired, Statement: [] },
    { ...desired, Statement: [...restricted, ...denies] },
  );
  return shutsOut(kept, component) ? desired : kept;
}

/** A role as it shall be, with the restrictions of its live trust policy. */
export function restrictedRole(
  role: DesiredRole,
  { providerArn, issuer }: Pick<DesiredState, 'providerArn' | 'issuer'>,
  live: PolicyDocument | undefined,
): DesiredRole {
  const component = { providerArn, host: issuer.host, subjects: role.subjects };
  const keep = (trust: PolicyDocument) => withRestrictions(trust, live, component);
  const { requested } = role;
  return {
    ...role,
    trust: keep(role.trust),
    ...(requested && { requested: { ...requested, trust: keep(requested.trust) } }),
  };
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The conditions that live statements have beyond a desired one, when they are the same in all of them: where one of
 * them is without, the others bind nothing.
 */
function furtherConditions(
  desired: PolicyStatement,
  live: readonly PolicyStatement[],
  host: string,
): Conditions | undefined {
  const frame = frameOf(desired);
  const alike = live.filter(
    (statement) => frameOf(statement) === frame && restrictsSubjects(statement, host),
  );
  const further = alike.map((statement) => withoutSubjects(conditionsOf(statement), host));
  const [first] = further;
  if (first === undefined || Object.keys(first).length === 0) return undefined;
  const text = canonicalStatement({ Condition: first });
  return further.every((each) => canonicalStatement({ Condition: each }) === text) ? first : undefined;
}

function frameOf({ Condition: _, ...statement }: PolicyStatement): string {
  return canonicalStatement(statement);
}

function restrictsSubjects(statement: PolicyStatement, host: string): boolean {
  return subjectKey(conditionsOf(statement)['StringEquals'] ?? {}, host) !== undefined;
}

function withoutSubjects(conditions: Conditions, host: string): Conditions {
  const { StringEquals = {}, ...others } = conditions;
  const key = subjectKey(StringEquals, host);
  const rest = Object.fromEntries(Object.entries(StringEquals).filter(([each]) => each !== key));
  return Object.keys(rest).length === 0 ? others : { ...others, StringEquals: rest };
}

/** Condition keys are the same in any case. */
function subjectKey(equals: Readonly<Record<string, unknown>>, host: string): string | undefined {
  return Object.keys(equals).find((key) => key.toLowerCase() === `${host}:sub`.toLowerCase());
}

function mergeConditions(first: Conditions, second: Conditions): Conditions {
  const operators = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries(
    [...operators].map((operator) => [operator, { ...first[operator], ...second[operator] }]),
  );
}

function conditionsOf({ Condition }: PolicyStatement): Conditions {
  return isMapping(Condition) ? (Condition as Conditions) : {};
}

/** Components ask for the first audience; whether a condition on something else lets them in is for Verify's tokens to show. */
function shutsOut(trust: PolicyDocument, { providerArn, host, subjects }: TrustedComponent): boolean {
  const [audience] = AUDIENCES;
  return subjects.some((subject) => trusts(trust, { providerArn, host, subject, audience }).answer === 'no');
}
