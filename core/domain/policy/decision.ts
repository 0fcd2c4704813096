import { type Condition, show } from './conditions.ts';
import { type Context, excludeEachOther, findContext, implies, type Obstacle } from './implication.ts';
import type { Budget } from './patterns.ts';
import { canReach, type Item, isPartOf, type Level, type Rule, takesIn } from './rules.ts';

export type Verdict = 'covered' | 'missing' | 'unknown';

/** What became of requests to which the same rules apply. */
export interface Outcome {
  readonly verdict: Verdict;
  /** Plain words; empty when covered. */
  readonly reason: string;
  /** Whether a Deny is the cause, which no further Allow would change. */
  readonly denied: boolean;
  /** The rule that allows it. */
  readonly by?: Rule;
  /** Of what is missing: the values of condition keys with which the target allows it and the rules do not. */
  readonly context?: Context;
}

/** A statement of the target against some rules: what is found out once and used for many classes of requests. */
export interface Case {
  readonly premises: readonly Condition[];
  readonly rules: readonly Rule[];
  readonly budget: Budget;
  /** Whether the condition of a rule holds for all that is asked for, and whether for nothing of it. */
  readonly implied: (rule: Rule) => boolean;
  readonly excluded: (rule: Rule) => boolean;
  /** The Denies that take from what is asked for. */
  readonly denies: ReadonlySet<Rule>;
  readonly known: Map<string, Outcome>;
}

const STEPS_PER_CLASS = 500;

export const COVERED: Outcome = { verdict: 'covered', reason: '', denied: false };
export const TOO_LARGE: Outcome = untold('too many patterns to compare');
export const NOT_ALLOWED = 'no statement allows it';

export function openCase(premises: readonly Condition[], rules: readonly Rule[], budget: Budget): Case {
  const own = rules.filter(({ role }) => role === 'own-deny');
  // A Deny that is also in the target, or part of one there, takes nothing that was asked for.
  const denies = rules.filter(
    (rule) => rule.role === 'deny' && !own.some((other) => isPartOf(rule, other, budget)),
  );
  return {
    premises,
    rules,
    budget,
    implied: once((rule) => implies(premises, rule.statement.conditions, budget)),
    excluded: once(
      ({ statement: { conditions } }) =>
        conditions.length > 0 && excludeEachOther([...premises, ...conditions], budget),
    ),
    denies: new Set(denies),
    known: new Map(),
  };
}

/** The simple case, which most are: one statement allows all of a resource, and none denies. Else undefined. */
export function decideAtOnce(
  { rules, budget, implied, excluded, denies }: Case,
  levels: readonly Level[],
  resource: Item,
): Outcome | undefined {
  const mayBeDenied = rules.some(
    (rule, at) => levels[at] !== 0 && denies.has(rule) && canReach(rule, resource, budget) && !excluded(rule),
  );
  if (mayBeDenied) return undefined;
  const by = rules.find(
    (rule, at) =>
      levels[at] === 2 &&
      rule.role === 'allow' &&
      takesIn(rule.statement.resources, resource, budget) &&
      implied(rule),
  );
  return by && { ...COVERED, by };
}

/** Decides requests to which the same rules apply: only the conditions are left to compare. */
export function decide(matter: Case, levels: readonly Level[]): Outcome {
  const key = levels.join('');
  const outcome = matter.known.get(key) ?? decideAnew(matter, levels);
  matter.known.set(key, outcome);
  return outcome;
}

function decideAnew(matter: Case, levels: readonly Level[]): Outcome {
  const { premises, rules, budget, implied, excluded } = matter;
  budget.left -= STEPS_PER_CLASS;
  if (budget.left < 0) return TOO_LARGE;
  const applying = rules.filter((rule, at) => levels[at] !== 0 && !excluded(rule));
  const surely = new Set(rules.filter((_, at) => levels[at] === 2));
  const own = applying.filter(({ role }) => role === 'own-deny');
  if (own.some((rule) => surely.has(rule) && implied(rule))) return COVERED;

  const notAsked = own.map(
    ({ statement }): Obstacle => ({ conditions: statement.conditions, onAnyKey: true }),
  );
  const asked = findContext(premises, notAsked, budget);
  const allows = rules.filter((rule, at) => rule.role === 'allow' && levels[at] !== 0);
  const outcomes = [...denials(matter, applying, surely, own), allowance(matter, allows, surely, notAsked)];
  const outcome =
    outcomes.find(({ verdict }) => verdict === 'missing') ??
    outcomes.find(({ verdict }) => verdict === 'unknown') ??
    outcomes.at(-1) ??
    COVERED;
  if (outcome.verdict !== 'missing') return outcome;
  if (asked !== undefined) return { ...outcome, context: outcome.context ?? asked };
  return untold(`${outcome.reason}, unless the target's own Deny or condition excludes it`, outcome.denied);
}

/** What the Denies make of it that apply. */
function denials(
  { premises, budget, implied, denies }: Case,
  applying: readonly Rule[],
  surely: ReadonlySet<Rule>,
  own: readonly Rule[],
): readonly Outcome[] {
  const isAsked = ({ statement: { conditions } }: Rule) =>
    !own.some(
      (rule) => surely.has(rule) && implies([...premises, ...conditions], rule.statement.conditions, budget),
    );
  return applying
    .filter((rule) => denies.has(rule) && isAsked(rule))
    .map((rule) => {
      if (surely.has(rule) && implied(rule)) return missing('denied by a Deny statement', true);
      const { conditions } = rule.statement;
      if (conditions.length === 0) return untold(`a Deny statement may deny it: ${doubtAbout(rule)}`, true);
      return untold(
        `denied by a Deny statement under the condition ${show(conditions)}, which may hold`,
        true,
      );
    });
}

/** What the Allows make of it that apply. */
function allowance(
  { premises, budget, implied, excluded }: Case,
  allows: readonly Rule[],
  surely: ReadonlySet<Rule>,
  notAsked: readonly Obstacle[],
): Outcome {
  const by = allows.find((rule) => surely.has(rule) && implied(rule));
  if (by !== undefined) return { ...COVERED, by };
  if (allows.length === 0) return missing(NOT_ALLOWED);
  const open = allows.filter((rule) => !excluded(rule));
  if (open.length === 0) return missing(onlyUnder(allows, premises));
  const obstacles = open.map(
    ({ statement: { conditions } }): Obstacle => ({
      conditions,
      // A condition on quite other keys may be another way to say the same.
      onAnyKey: premises.every(({ key }) => conditions.some((condition) => condition.key === key)),
    }),
  );
  const context = findContext(premises, [...notAsked, ...obstacles], budget);
  if (context !== undefined) return { ...missing(onlyUnder(open, premises)), context };
  const vague = open.find(implied);
  if (vague !== undefined) return untold(`a statement may allow it: ${doubtAbout(vague)}`);
  return untold(`${onlyUnder(open, premises)}; whether that takes in all that is asked for cannot be told`);
}

function onlyUnder(rules: readonly Rule[], premises: readonly Condition[]): string {
  const texts = [...new Set(rules.map(({ statement }) => show(statement.conditions)))].filter(Boolean);
  const shown = texts.slice(0, 3).join(', or ') + (texts.length > 3 ? `, or ${texts.length - 3} more` : '');
  const asked = premises.length === 0 ? '' : `, asked for under the condition ${show(premises)}`;
  return `allowed only under the condition ${shown}${asked}`;
}

function doubtAbout({ statement }: Rule): string {
  if (statement.trouble !== undefined) return `it cannot be understood, since ${statement.trouble}`;
  if (statement.actions.unclear || statement.resources.unclear) return 'an entry of it cannot be understood';
  const variable = statement.resources.patterns.find((pattern) => pattern.variable);
  return variable === undefined
    ? 'the resource that is asked for depends on a policy variable'
    : `the value of the policy variable in ${variable.text} is not known`;
}

function missing(reason: string, denied = false): Outcome {
  return { verdict: 'missing', reason, denied };
}

export function untold(reason: string, denied = false): Outcome {
  return { verdict: 'unknown', reason, denied };
}

function once(compute: (rule: Rule) => boolean): (rule: Rule) => boolean {
  const known = new Map<Rule, boolean>();
  return (rule) => {
    const value = known.get(rule) ?? compute(rule);
    known.set(rule, value);
    return value;
  };
}
