import { defined } from '../util/defined.ts';
import { type DesiredRole, type RolePolicies, requestedOf } from './desired-state.ts';
import { mapping } from './field-reader.ts';
import type { RoleState } from './observed.ts';
import {
  canonicalStatement,
  type PolicyDocument,
  type PolicyStatement,
  samePolicy,
  statementsOf,
} from './policy-document.ts';
import { mergeSources } from './request-source.ts';

/*
 * What an upgrade, or an add-on, asks for is added to what is there, and nothing of that is lost. All of this is pure, and
 * what already holds everything comes back as it is.
 */

type Statements = readonly PolicyStatement[];

/** Both policies in one: the statements of the first, then those of the second that say something else. */
export function mergePolicies(first: PolicyDocument, second: PolicyDocument): PolicyDocument {
  return merge(first, second, append);
}

/**
 * Both trust policies in one. Statements that differ in nothing but their subjects become one, the subjects of
 * the first before the further ones of the second.
 */
export function mergeTrusts(first: PolicyDocument, second: PolicyDocument): PolicyDocument {
  return merge(first, second, (statements, statement) => {
    const added = splitSubjects(statement);
    if (added === undefined) return append(statements, statement);
    for (const [at, each] of statements.entries()) {
      const current = splitSubjects(each);
      if (current?.frame !== added.frame) continue;
      const further = unique(added.subjects).filter((subject) => !current.subjects.includes(subject));
      if (further.length === 0) return statements;
      return statements.with(at, current.withSubjects([...current.subjects, ...further]));
    }
    return append(statements, statement);
  });
}

/** A role as it is in IAM and as it shall be, in one. What was only in IAM stays apart from what was requested. */
export function mergeWithLive(
  role: DesiredRole,
  { policy, trust }: Pick<RoleState, 'policy' | 'trust'>,
): DesiredRole {
  const requested = requestedOf(role);
  const merged = {
    // The live one first: when it has everything, it comes back as it is and there is nothing to change.
    policy: policy === undefined ? role.policy : mergePolicies(policy, role.policy),
    trust: trust === undefined ? role.trust : mergeTrusts(trust, role.trust),
  };
  const nothingMore =
    samePolicy(merged.policy, requested.policy) && samePolicy(merged.trust, requested.trust);
  const { requested: _, ...rest } = role;
  return { ...rest, ...merged, ...(nothingMore ? {} : { requested }) };
}

/**
 * The roles of a cluster, in their order, each with what a bundle asks for in addition; then the roles that
 * the bundle is the first to ask for, which are marked with its release.
 */
export function mergeRoles(
  current: readonly DesiredRole[],
  desired: readonly DesiredRole[],
  release?: string,
): readonly DesiredRole[] {
  const further = new Map(desired.map((role) => [role.name, role]));
  const merged = current.map((role) => {
    const more = further.get(role.name);
    further.delete(role.name);
    return more === undefined ? role : mergeRole(role, more);
  });
  return [...merged, ...[...further.values()].map((role) => ({ ...defined({ since: release }), ...role }))];
}

/** A role with what another request of it asks for in addition; both ask for it from then on. */
export function mergeRole(current: DesiredRole, desired: DesiredRole): DesiredRole {
  const mergeBoth = (one: RolePolicies, other: RolePolicies): RolePolicies => ({
    trust: mergeTrusts(one.trust, other.trust),
    policy: mergePolicies(one.policy, other.policy),
  });
  const { source, permissionsBoundaryArn, cloudTokenPath } = desired;
  // A second attempt finds in what is desired what the first one found in IAM.
  const isApart = current.requested !== undefined || desired.requested !== undefined;
  return {
    ...current,
    source,
    ...defined({ permissionsBoundaryArn, cloudTokenPath }),
    ...mergeBoth(current, desired),
    ...(isApart ? { requested: mergeBoth(requestedOf(current), requestedOf(desired)) } : {}),
    subjects: unique([...current.subjects, ...desired.subjects]),
    requestedBy: mergeSources(current.requestedBy, desired.requestedBy),
  };
}

function merge(
  first: PolicyDocument,
  second: PolicyDocument,
  add: (statements: Statements, statement: PolicyStatement) => Statements,
): PolicyDocument {
  const before = statementsOf(first);
  const said = new Set(before.map(canonicalStatement));
  const after = statementsOf(second).reduce((statements, statement) => {
    const text = canonicalStatement(statement);
    if (said.has(text)) return statements;
    said.add(text);
    return add(statements, statement);
  }, before);
  return after === before ? first : { ...first, Version: second.Version, Statement: after };
}

/** IAM refuses a policy in which two statements have one name, so that a further one gives up its own. */
function append(statements: Statements, statement: PolicyStatement): Statements {
  const { Sid, ...nameless } = statement;
  const taken = Sid !== undefined && statements.some((each) => each['Sid'] === Sid);
  return [...statements, taken ? nameless : statement];
}

export interface SplitStatement {
  readonly subjects: readonly string[];
  /** The same for all statements that differ in nothing but their subjects. */
  readonly frame: string;
  readonly withSubjects: (subjects: readonly string[]) => PolicyStatement;
}

/** Takes a statement that trusts a list of subjects apart; undefined for any other. */
export function splitSubjects(statement: PolicyStatement): SplitStatement | undefined {
  const condition = mapping(statement['Condition']);
  const equals = mapping(condition['StringEquals']);
  const [key, ...more] = Object.keys(equals).filter((each) => each.endsWith(':sub'));
  if (key === undefined || more.length > 0) return undefined;
  const withSubjects = (subjects: readonly string[]) => ({
    ...statement,
    Condition: { ...condition, StringEquals: { ...equals, [key]: subjects } },
  });
  return {
    subjects: [equals[key]].flat().map(String),
    frame: canonicalStatement(withSubjects([])),
    withSubjects,
  };
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
