import type { DesiredRole, DesiredState } from './desired-state.ts';
import { mergeTrusts, splitSubjects } from './merge.ts';
import { AUDIENCES } from './names.ts';
import { type Condition, conditionHolds, isMapping } from './policy/conditions.ts';
import { readStatements } from './policy/statements.ts';
import { isAboutProvider, trusts } from './policy/trust.ts';
import {
  canonicalStatement,
  type PolicyDocument,
  type PolicyStatement,
  statementsBeyond,
  statementsOf,
  trustPolicy,
} from './policy-document.ts';

/** What a trust policy is for. */
interface TrustedComponent {
  readonly providerArn: string;
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  readonly subjects: readonly string[];
}

/**
 * A trust policy as it shall be, with what somebody added to the live one to restrict it: conditions beside the one on
 * the subject, such as one on `aud`, and Deny statements. They stay as a permissions boundary does: without them the
 * role could be assumed by more than its owners allow. Each service account keeps what binds it, however that is
 * written; one that the live policy does not admit is bound as the others are. A restriction that surely shuts out one
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
  const wanted = statementsOf(desired);
  const restrict = restrictionsOf(live, component);
  const restricted = wanted.flatMap((statement) => restrictStatement(statement, restrict, component));
  const denies = keptDenies(desired, live, component);
  if (denies.length === 0 && restricted.every((statement) => wanted.includes(statement))) return desired;
  // What an upgrade asks for says the same again once it is restricted as well.
  return mergeTrusts({ ...desired, Statement: [] }, { ...desired, Statement: [...restricted, ...denies] });
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

/** A Condition element. */
type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What binds a service account: one of these must hold, and an empty one always does. Never an empty list. */
type Restrictions = (subject: string) => readonly Conditions[];

const UNRESTRICTED: readonly Conditions[] = [{}];

function restrictionsOf(live: PolicyDocument, component: TrustedComponent): Restrictions {
  const found = new Map(
    component.subjects.map((subject) => [subject, restrictionsOn(subject, live, component)]),
  );
  // The live policy says nothing of a service account that it does not admit: what its owners want of the role binds it.
  const ofOthers = leastOf([...found.values()].flatMap((each) => each ?? []));
  return (subject) => found.get(subject) ?? ofOthers;
}

/** What binds a service account by a live trust policy; undefined where no statement admits it. */
function restrictionsOn(
  subject: string,
  live: PolicyDocument,
  component: TrustedComponent,
): readonly Conditions[] | undefined {
  const { providerArn, host } = component;
  const admitting = readStatements(live, 'trust').flatMap((statement) => {
    const about = statement.effect === 'Allow' ? isAboutProvider(statement, providerArn) : 'no';
    const further = furtherConditions(statement.conditions, subject, host);
    if (about === 'no' || further === undefined) return [];
    // A statement that may be about somebody else does not make the restrictions of the others void.
    return about === 'unknown' && Object.keys(further).length === 0 ? [] : [further];
  });
  if (admitting.length === 0) return undefined;
  return leastOf(admitting.filter((further) => !shutsOut(further, subject, component)));
}

/** Of alternatives each once, and only the one that always holds where there is such a one, or none at all. */
function leastOf(alternatives: readonly Conditions[]): readonly Conditions[] {
  const byText = new Map(alternatives.map((each) => [textOf(each), each]));
  return byText.size === 0 || byText.has(textOf({})) ? UNRESTRICTED : [...byText.values()];
}

/** The conditions beside those on the subject; undefined where these do not surely admit it. */
function furtherConditions(
  conditions: readonly Condition[],
  subject: string,
  host: string,
): Conditions | undefined {
  const onSubject = (condition: Condition) => condition.key === `${host}:sub`.toLowerCase();
  const admits = (condition: Condition) =>
    // Without a key it is no condition that could be written again.
    onSubject(condition) ? conditionHolds(condition, subject) === true : condition.key !== '';
  if (!conditions.every(admits)) return undefined;
  return conditions
    .filter((condition) => !onSubject(condition))
    .map(({ written: [operator, key, values] }): Conditions => ({ [operator]: { [key]: values } }))
    .reduce(mergeConditions, {});
}

/** A statement that trusts service accounts of the component, once for each of the alternatives that bind them. */
function restrictStatement(
  statement: PolicyStatement,
  restrictions: Restrictions,
  { providerArn, host }: TrustedComponent,
): readonly PolicyStatement[] {
  const split = splitSubjects(statement);
  const [read] = readStatements({ Version: '2012-10-17', Statement: [statement] }, 'trust');
  if (split === undefined || read?.effect !== 'Allow' || isAboutProvider(read, providerArn) !== 'yes')
    return [statement];
  const groups = new Map<string, { readonly further: Conditions; readonly subjects: string[] }>();
  for (const subject of split.subjects) {
    const own = furtherConditions(read.conditions, subject, host) ?? {};
    const live = restrictions(subject);
    // What was taken over before is not combined with what stands beside it.
    const isKnown = live.some((each) => textOf(each) === textOf(own));
    for (const further of isKnown ? [own] : live) {
      const text = textOf(further);
      const group = groups.get(text) ?? { further, subjects: [] };
      group.subjects.push(subject);
      groups.set(text, group);
    }
  }
  return [...groups.values()].map(({ further, subjects }) => {
    const same = subjects.length === split.subjects.length ? statement : split.withSubjects(subjects);
    const conditions = conditionsOf(same);
    // What is live comes before what was taken over once.
    const merged = mergeConditions(conditions, further);
    return textOf(merged) === textOf(conditions) ? same : { ...same, Condition: merged };
  });
}

/** The live Deny statements that are not desired already, but one that shuts out the component itself. */
function keptDenies(
  desired: PolicyDocument,
  live: PolicyDocument,
  { providerArn, host, subjects }: TrustedComponent,
): readonly PolicyStatement[] {
  const asked = trustPolicy(providerArn, host, subjects);
  return statementsBeyond(live, [desired]).filter((statement) => {
    if (statement['Effect'] !== 'Deny') return false;
    const denied = { ...asked, Statement: [...asked.Statement, statement] };
    return !subjects.some((subject) => refuses(denied, { providerArn, host, subject }));
  });
}

/** Whether conditions surely refuse a service account of the component what they are to restrict. */
function shutsOut(further: Conditions, subject: string, { providerArn, host }: TrustedComponent): boolean {
  const asked = trustPolicy(providerArn, host, [subject]);
  const bound = asked.Statement.map((statement) => ({
    ...statement,
    Condition: mergeConditions(further, conditionsOf(statement)),
  }));
  return refuses({ ...asked, Statement: bound }, { providerArn, host, subject });
}

/** Components ask for the first audience; whether a condition on something else lets them in is for Verify's tokens to show. */
function refuses(
  trust: PolicyDocument,
  token: { readonly providerArn: string; readonly host: string; readonly subject: string },
): boolean {
  const [audience] = AUDIENCES;
  return trusts(trust, { ...token, audience }).answer === 'no';
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

function textOf(conditions: Conditions): string {
  return canonicalStatement({ Condition: conditions });
}
