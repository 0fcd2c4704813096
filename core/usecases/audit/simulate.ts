import pMap from 'p-map';
import type { ContextValue, Decision, SimulatedRequest, Simulator } from '../../aws/policy-simulator.ts';
import type { ClusterRoles } from '../../domain/audit/cluster-roles.ts';
import { finding } from '../../domain/audit/finding.ts';
import type { Finding } from '../../domain/audit/report.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { Coverage, Gap } from '../../domain/policy/coverage.ts';
import { namesAction, readStatements } from '../../domain/policy/statements.ts';
import { defined } from '../../util/defined.ts';
import type { DesiredRelease } from './desired-release.ts';

/** IAM's decision on one action, for the statement parts that it was asked about. */
export interface SimulatedDecision extends Decision {
  readonly resource: string;
  /** Canonical text of the statement's condition; empty without one. */
  readonly condition: string;
}

/** Decisions by role name. */
export type Simulated = ReadonlyMap<string, readonly SimulatedDecision[]>;

/** What the simulator was asked, as far as it answered. */
export interface Simulation {
  readonly simulated: Simulated;
  /** Why it was not asked about everything; absent when it was. */
  readonly brokenOff?: string;
}

/** IAM answers a few simulations a second, all callers of the account together. */
const SIMULATION_CONCURRENCY = 2;

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Question extends SimulatedRequest {
  readonly role: string;
  readonly condition: string;
}

/**
 * Asks IAM's own simulator about everything that any of the releases wants of the roles that exist: one question for
 * each role, resource and condition, however many releases there are. What it cannot be asked (actions or resources
 * with wildcards, conditions that do not say which value the key has, actions of which the request denies a part itself) is left
 * out. The simulator is advice: it sees what the
 * account's roles do not show, and the comparison stands without it. So at the first call that AWS does not answer it is asked no
 * more, and its failure is never that of the audit.
 */
export async function simulateReleases(
  releases: readonly DesiredRelease[],
  { roles }: ClusterRoles,
  simulator: Simulator,
): Promise<Simulation> {
  const arns = new Map(roles.map(({ name, arn }) => [name, arn]));
  const questions = new Map<string, Question>();
  for (const role of releases.flatMap((release) => ('roles' in release ? release.roles : []))) {
    const roleArn = arns.get(role.name);
    if (roleArn === undefined) continue;
    for (const question of questionsOf(role, roleArn)) {
      const key = `${question.role} ${question.resource} ${question.condition}`;
      const actions = new Set([...(questions.get(key)?.actions ?? []), ...question.actions]);
      questions.set(key, { ...question, actions: [...actions] });
    }
  }
  let brokenOff: string | undefined;
  const answers = await pMap(
    questions.values(),
    async ({ role, condition, ...request }) => {
      const decisions = brokenOff === undefined ? await ask(request) : [];
      return [
        role,
        decisions.map((decision) => ({ ...decision, resource: request.resource, condition })),
      ] as const;
    },
    { concurrency: SIMULATION_CONCURRENCY },
  );
  const byRole = new Map<string, SimulatedDecision[]>();
  for (const [role, decisions] of answers) byRole.set(role, [...(byRole.get(role) ?? []), ...decisions]);
  return { simulated: byRole, ...defined({ brokenOff }) };

  async function ask(request: SimulatedRequest): Promise<readonly Decision[]> {
    try {
      return (await simulator.simulate(request)) ?? [];
    } catch (error) {
      brokenOff ??= (error as Error).name;
      return [];
    }
  }
}

function questionsOf(role: DesiredRole, roleArn: string): Question[] {
  // What a request denies itself of what it asks for, the simulator denies too, and the comparison does not ask for.
  const denies = readStatements(role.policy).filter(({ effect }) => effect !== 'Allow');
  const isDenied = (action: string) =>
    denies.some(({ actions }) => actions.unclear || namesAction(actions, action));
  return role.policy.Statement.flatMap((statement) => {
    const condition = statement['Condition'] as Condition | undefined;
    const resource = String(statement['Resource']);
    const context = contextOf(condition ?? {});
    const actions = [statement['Action']]
      .flat()
      .map(String)
      .filter((action) => !/[*?]/.test(action) && !isDenied(action));
    if (statement['Effect'] !== 'Allow' || context === undefined || actions.length === 0) return [];
    if (resource !== '*' && /[*?]|\$\{/.test(resource)) return [];
    return [{ role: role.name, roleArn, actions, resource, context, condition: canonical(condition) }];
  });
}

/** The operators whose values say what a key has to be, with the simulator's type for it. */
const EQUALITIES: Readonly<Record<string, ContextValue['type']>> = {
  stringequals: 'string',
  arnequals: 'string',
  numericequals: 'numeric',
  bool: 'boolean',
};

/** Values under which a condition holds; undefined when it does not name them. */
function contextOf(condition: Condition): Record<string, ContextValue> | undefined {
  const context: Record<string, ContextValue> = {};
  for (const [operator, keys] of Object.entries(condition)) {
    const type = EQUALITIES[operator.toLowerCase()];
    if (type === undefined) return undefined;
    for (const [key, values] of Object.entries(keys)) {
      const [value] = [values].flat();
      if (value === undefined || key in context || /[*?]|\$\{/.test(String(value))) return undefined;
      context[key] = { type, value: String(value) };
    }
  }
  return context;
}

function canonical(condition: Condition | undefined): string {
  return condition === undefined ? '' : JSON.stringify(condition);
}

/** Where the simulator and the comparison come to different results: one of the two does not know all. */
export function disagreements(
  wanted: DesiredRole,
  { missing, unknown }: Pick<Coverage, 'missing' | 'unknown'>,
  decisions: readonly SimulatedDecision[],
  resource: string,
): Finding[] {
  const found: Finding[] = [];
  for (const decision of decisions.filter((each) => asksFor(wanted, each))) {
    const gap = missing.find((each) => isAbout(each, decision));
    // Where the comparison gives no answer there is nothing to disagree with.
    if (decision.allowed === (gap === undefined) || unknown.some((each) => isAbout(each, decision))) continue;
    found.push(
      finding('SimulationDisagrees', {
        resource,
        message: decision.allowed
          ? `IAM's policy simulator allows ${decision.action} on ${decision.resource}, the comparison does not: ${gap?.reason}.`
          : `The policies of the role allow ${decision.action} on ${decision.resource}, IAM's policy simulator does not: ${decision.detail}.`,
        live: decision.detail,
        actions: [decision.action],
        ...(decision.allowed ? { severity: 'warning' as const } : {}),
        remedy: decision.allowed
          ? 'Look at both: one of them does not know all.'
          : 'Look for a service control policy or another policy of the organization that denies it.',
      }),
    );
  }
  return found;
}

function isAbout({ action, resource, condition }: Gap, decision: SimulatedDecision): boolean {
  return (
    action.toLowerCase() === decision.action.toLowerCase() &&
    resource === decision.resource &&
    canonical(condition) === decision.condition
  );
}

/** Releases differ in what they ask for; a decision counts for those that ask. */
function asksFor(wanted: DesiredRole, { action, resource, condition }: SimulatedDecision): boolean {
  return wanted.policy.Statement.some(
    (statement) =>
      statement['Effect'] === 'Allow' &&
      String(statement['Resource']) === resource &&
      canonical(statement['Condition'] as Condition | undefined) === condition &&
      [statement['Action']].flat().some((each) => String(each).toLowerCase() === action.toLowerCase()),
  );
}
