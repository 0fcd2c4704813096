import { defined } from '../../util/defined.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { compareStatement, type Judgement } from './compare.ts';
import type { Budget } from './patterns.ts';
import { type Rule, rulesOf } from './rules.ts';
import { readStatements, type Statement, showSelection } from './statements.ts';

export interface LivePermissions {
  /** All identity policies of the role: inline and attached. */
  readonly policies: readonly PolicyDocument[];
  /** The permissions boundary's document when the role has one; 'unreadable' when it has one that could not be read. */
  readonly boundary?: PolicyDocument | 'unreadable';
  /** Attached policies that could not be read, by ARN: what they allow or deny is not known. */
  readonly unreadable?: readonly string[];
}

/** One part of a target statement that is not (known to be) allowed. */
export interface Gap {
  /** As the target writes it, e.g. `sts:AssumeRole`. */
  readonly action: string;
  readonly resource: string;
  readonly condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** In plain words, e.g. `no statement allows it`. */
  readonly reason: string;
}

export interface Coverage {
  /** Missing as soon as one gap is certain; unknown when none is, but some part cannot be told. */
  readonly verdict: 'covered' | 'missing' | 'unknown';
  readonly missing: readonly Gap[];
  /** The reason says why it cannot be told. */
  readonly unknown: readonly Gap[];
  /** How many target statements were compared. */
  readonly statements: number;
}

/** About a second of work. Policies of the size that IAM takes need a hundredth of it, hostile ones end here. */
const STEPS = 5_000_000;

/**
 * Whether every request that the statements of a policy allow is allowed by the policies of a role too, within its
 * permissions boundary. Pure and exact: `missing` and `covered` are proven, anything else is `unknown` with the
 * reason. Never throws for JSON data, whatever its shape. docs/policy-comparison.md states the rules.
 */
export function comparePermissions(wanted: PolicyDocument, live: LivePermissions): Coverage {
  const target = readStatements(wanted);
  const own = target
    .filter(({ effect }) => effect !== 'Allow')
    .map((statement): Rule => ({ role: 'own-deny', statement, certain: statement.trouble === undefined }));
  const rules = [...live.policies.flatMap((policy) => rulesOf(readStatements(policy))), ...own];
  const boundary =
    live.boundary === undefined || live.boundary === 'unreadable'
      ? live.boundary
      : [...rulesOf(readStatements(live.boundary)), ...own];
  const budget: Budget = { left: STEPS };

  const missing: Gap[] = [];
  const unknown: Gap[] = [];
  for (const statement of target) {
    if (statement.effect === 'Deny') continue;
    for (const finding of judge(statement, rules, boundary, live.unreadable ?? [], budget)) {
      if (finding.verdict === 'missing') missing.push(gap(statement, finding));
      if (finding.verdict === 'unknown') unknown.push(gap(statement, finding));
    }
  }
  const verdict = missing.length > 0 ? 'missing' : unknown.length > 0 ? 'unknown' : 'covered';
  return { verdict, missing, unknown, statements: target.length };
}

type Judged = Pick<Judgement, 'action' | 'resource' | 'verdict' | 'reason'>;

function judge(
  statement: Statement,
  rules: readonly Rule[],
  boundary: readonly Rule[] | 'unreadable' | undefined,
  unreadable: readonly string[],
  budget: Budget,
): readonly Judged[] {
  const inDoubt = troubles(statement);
  if (statement.trouble !== undefined) return inDoubt;
  const byPolicies = compareStatement(statement, rules, budget).map((finding) =>
    withUnreadable(finding, unreadable),
  );
  if (boundary === undefined) return [...byPolicies, ...inDoubt];
  const byBoundary = boundary === 'unreadable' ? [] : compareStatement(statement, boundary, budget);
  return [...byPolicies.map((finding, index) => within(finding, byBoundary[index])), ...inDoubt];
}

/** Of what a statement asks for and nobody can read. */
function troubles({ actions, resources, trouble }: Statement): readonly Judged[] {
  if (trouble === undefined && !actions.unclear && !resources.unclear) return [];
  const reason = `the target's statement cannot be understood: ${trouble ?? 'an entry is not an action or a resource'}`;
  return [{ action: showSelection(actions), resource: showSelection(resources), verdict: 'unknown', reason }];
}

/** What policies that nobody could read can change: they may allow more, and they may deny. */
function withUnreadable(finding: Judgement, unreadable: readonly string[]): Judged {
  if (unreadable.length === 0 || (finding.verdict === 'missing' && finding.denied)) return finding;
  const named = unreadable.slice(0, 3).join(', ') + (unreadable.length > 3 ? ', …' : '');
  const reason =
    finding.verdict === 'covered'
      ? `it may be denied by a policy that could not be read: ${named}`
      : `${finding.reason}, but a policy could not be read and may allow it: ${named}`;
  return { ...finding, verdict: 'unknown', reason };
}

/** The verdict of the policies with that of the boundary, which must allow the same once more. */
function within(byPolicies: Judged, byBoundary: Judgement | undefined): Judged {
  if (byBoundary === undefined) {
    const reason = 'the permissions boundary could not be read';
    return byPolicies.verdict === 'covered' ? { ...byPolicies, verdict: 'unknown', reason } : byPolicies;
  }
  if (byBoundary.verdict === 'covered') return byPolicies;
  const reason = `outside the permissions boundary: ${byBoundary.reason}`;
  if (
    byPolicies.verdict === 'covered' ||
    (byPolicies.verdict === 'unknown' && byBoundary.verdict === 'missing')
  ) {
    return { ...byPolicies, verdict: byBoundary.verdict, reason };
  }
  return byPolicies.verdict === byBoundary.verdict
    ? { ...byPolicies, reason: `${byPolicies.reason}; ${reason}` }
    : byPolicies;
}

function gap({ condition }: Statement, { action, resource, reason }: Judged): Gap {
  return { action, resource, ...defined({ condition }), reason };
}
