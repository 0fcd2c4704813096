import {
  type Case,
  COVERED,
  decide,
  decideAtOnce,
  NOT_ALLOWED,
  type Outcome,
  openCase,
  TOO_LARGE,
  untold,
} from './decision.ts';
import { excludeEachOther } from './implication.ts';
import { whole } from './languages.ts';
import type { Budget, Reach } from './patterns.ts';
import {
  actionClasses,
  canTouch,
  eachResourceClass,
  type Item,
  isReadOneWay,
  itemsOf,
  type Level,
  type Rule,
} from './rules.ts';
import { type Selection, type Statement, showSelection } from './statements.ts';

/** What became of one action on one resource, as the target writes them. */
export interface Judgement extends Pick<Outcome, 'verdict' | 'reason' | 'denied'> {
  readonly action: string;
  readonly resource: string;
  /** Of what is missing: a request that the target allows and the rules do not. */
  readonly example?: Example;
}

export interface Example {
  readonly action: string;
  readonly resource: string;
  readonly context: NonNullable<Outcome['context']>;
}

/** A part of what is asked for, of which all is judged alike. */
interface Part extends Outcome {
  readonly resource: string;
}

/** A policy that IAM takes has far fewer. */
const MAX_PAIRS = 20_000;

/**
 * Judges each action of a statement on each of its resources: whether the rules allow all requests that the statement
 * allows. The statement is of the target and allows; the rules are of one set of policies, with the target's own Denies.
 *
 * The question is one of three dimensions: actions, resources, contexts. Actions and resources are divided into the
 * classes that the rules can tell apart, which is exact for any union and complement; within a class, the same
 * statements apply to every request, and only their conditions are left to compare.
 */
export function compareStatement(
  statement: Statement,
  rules: readonly Rule[],
  budget: Budget,
): readonly Judgement[] {
  const pairs = statement.actions.patterns.length * statement.resources.patterns.length;
  if (pairs > MAX_PAIRS) {
    const [action, resource] = [showSelection(statement.actions), showSelection(statement.resources)];
    return [{ action, resource, ...TOO_LARGE }];
  }
  const judge = judgeFor(statement, rules, budget);
  const resources = itemsOf(statement.resources).map((item) => ({ item, known: new Map<string, Part[]>() }));
  return itemsOf(statement.actions).flatMap((action) => {
    const classes = actionClasses(action, rules, budget);
    return resources.map(({ item: resource, known }) => {
      const pair = { action: action.shown, resource: resource.shown };
      budget.left -= rules.length;
      if (classes === undefined || budget.left < 0) return { ...pair, ...TOO_LARGE };
      const parts = classes.map(({ levels, example }) => {
        const key = levels.join('');
        const found = known.get(key) ?? judge(levels, resource);
        known.set(key, found);
        return { action: example, parts: found };
      });
      return { ...pair, ...summary(parts, rules, action, resource, budget) };
    });
  });
}

/** Judges the requests of one class of actions on one resource, which is divided further. */
type Judge = (levels: readonly Level[], resource: Item) => Part[];

function judgeFor({ conditions }: Statement, rules: readonly Rule[], budget: Budget): Judge {
  if (excludeEachOther(conditions, budget)) return (_, { shown }) => [{ ...COVERED, resource: shown }];
  const matter = openCase(conditions, rules, budget);
  return (levels, resource) => {
    const quick = decideAtOnce(matter, levels, resource);
    if (quick !== undefined) return [{ ...quick, resource: resource.shown }];
    const read = (reach: Reach) => eachPart(matter, resource, levels, reach, budget);
    // Of two readings that agree, the one that keeps to the fields of an ARN says it more to the point.
    const oneWay = isReadOneWay(resource, rules, levels);
    const parts = whole(read(oneWay ? 'over-colons' : 'within-fields'));
    if (parts === undefined) return [{ ...TOO_LARGE, resource: resource.shown }];
    if (oneWay) return parts;
    const other = worstFound(read('over-colons'));
    if (other === undefined) return [{ ...TOO_LARGE, resource: resource.shown }];
    if (other === worst(parts)) return parts;
    const reason = 'it depends on whether a wildcard in an ARN reaches over a colon';
    return [{ ...untold(reason), resource: resource.shown }];
  };
}

/** The parts of a resource that the rules can tell apart, as far as somebody asks; undefined last when that is too much. */
function* eachPart(
  matter: Case,
  resource: Item,
  levels: readonly Level[],
  reach: Reach,
  budget: Budget,
): Generator<Part | undefined, void> {
  for (const found of eachResourceClass(resource, matter.rules, levels, reach, budget))
    yield found && { ...decide(matter, found.levels), resource: found.example };
}

/** The worst verdict on some parts, undefined when there are too many: looked for only until one is missing. */
function worstFound(found: Iterable<Part | undefined>): Outcome['verdict'] | undefined {
  const parts: Part[] = [];
  for (const part of found) {
    if (part === undefined || part.verdict === 'missing') return part?.verdict;
    parts.push(part);
  }
  return worst(parts);
}

/** The verdict on a pair from those on its parts, and in words which part it is about. */
function summary(
  found: readonly { readonly action: string; readonly parts: readonly Part[] }[],
  rules: readonly Rule[],
  action: Item,
  resource: Item,
  budget: Budget,
): Omit<Judgement, 'action' | 'resource'> {
  const all = found.flatMap(({ action: example, parts }) => parts.map((part) => ({ part, example })));
  const verdict = worst(all.map(({ part }) => part));
  if (verdict === 'covered') return COVERED;
  const worstParts = all.filter(({ part }) => part.verdict === verdict);
  const chosen = worstParts.find(({ part }) => part.denied) ?? worstParts[0];
  if (chosen === undefined) return COVERED;
  const { part, example } = chosen;
  const by = rules.filter((rule) => all.some((other) => other.part.by === rule));
  const whole = all.every((other) => other.part.verdict === verdict && other.part.reason === part.reason);
  const reason =
    whole || by.length === 0
      ? part.reason
      : part.reason === NOT_ALLOWED
        ? `allowed only ${extent(found, by, action, resource, budget)}`
        : `in part ${part.reason}`;
  if (verdict === 'missing' && (action.mayBeLess || resource.mayBeLess)) {
    return untold(`${reason}, unless the target leaves it out`, part.denied);
  }
  const base = { verdict, reason, denied: part.denied };
  if (verdict !== 'missing' || part.context === undefined) return base;
  return { ...base, example: { action: example, resource: part.resource, context: part.context } };
}

/** What is allowed of a pair that is not allowed in full. */
function extent(
  found: readonly { readonly parts: readonly Part[] }[],
  by: readonly Rule[],
  action: Item,
  resource: Item,
  budget: Budget,
): string {
  const texts = by.map(({ statement }) => ({
    actions: entries(statement.actions, action, budget),
    resources: entries(statement.resources, resource, budget),
  }));
  const actions = new Set(texts.map((text) => text.actions));
  const resources = new Set(texts.map((text) => text.resources));
  if (actions.size > 1 && resources.size > 1) {
    return list(new Set(texts.map((text) => `for ${text.actions} on ${text.resources}`)));
  }
  const byAction = actions.size > 1 || !found.every(({ parts }) => parts.some(isCovered));
  const byResource =
    resources.size > 1 || found.some(({ parts }) => parts.some(isCovered) && !parts.every(isCovered));
  return [byAction ? `for ${list(actions)}` : '', byResource ? `on ${list(resources)}` : '']
    .filter(Boolean)
    .join(' ');
}

/** The entries of a statement that have to do with an item. */
function entries(selection: Selection, item: Item, budget: Budget): string {
  return showSelection(selection, (pattern) => canTouch(pattern, item, 'over-colons', budget));
}

function list(texts: ReadonlySet<string>): string {
  const shown = [...texts].slice(0, 3).join(', ');
  return texts.size > 3 ? `${shown} and ${texts.size - 3} more` : shown;
}

function worst(parts: readonly { readonly verdict: Outcome['verdict'] }[]): Outcome['verdict'] {
  if (parts.some(({ verdict }) => verdict === 'missing')) return 'missing';
  return parts.some(isUnknown) ? 'unknown' : 'covered';
}

function isUnknown({ verdict }: { readonly verdict: Outcome['verdict'] }): boolean {
  return verdict === 'unknown';
}

function isCovered({ verdict }: { readonly verdict: Outcome['verdict'] }): boolean {
  return verdict === 'covered';
}
