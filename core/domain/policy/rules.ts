import type { Glob } from './automaton.ts';
import { implies } from './implication.ts';
import { ACTIONS, classOf, eachTextClass, type Language, TEXTS, textClasses } from './languages.ts';
import {
  type Budget,
  characters,
  matches,
  overlaps,
  type Pattern,
  REACHES,
  type Reach,
  repeats,
  type Token,
  tokensOf,
  widest,
} from './patterns.ts';
import type { Selection, Statement } from './statements.ts';

/** A statement in its part: it allows, it denies, or it is a Deny of the target itself, which asks for less. */
export interface Rule {
  readonly role: 'allow' | 'deny' | 'own-deny';
  readonly statement: Statement;
  /** Whether it is known to have this part, and to be understood in full. */
  readonly certain: boolean;
}

/** How surely a rule applies: not at all, perhaps, or surely. */
export type Level = 0 | 1 | 2;

/** Actions, or resources, to which the same rules apply, and one of them. `levels` has an entry per rule. */
export interface RuleClass {
  readonly levels: readonly Level[];
  readonly example: string;
}

/** One entry of an Action or Resource element of the target, or all that NotAction or NotResource leave. */
export interface Item {
  readonly shown: string;
  /** Undefined for what is left by NotAction and NotResource. */
  readonly pattern: Pattern | undefined;
  readonly none: readonly Pattern[];
  /** Whether it may be less than it seems, since an entry of NotAction or NotResource is not fully known. */
  readonly mayBeLess: boolean;
}

const CELLS_PER_STEP = 50;

/** How statements of a policy count as rules. One whose effect is unknown may be either. */
export function rulesOf(statements: readonly Statement[]): readonly Rule[] {
  return statements.flatMap((statement): Rule[] => {
    const certain = statement.trouble === undefined;
    if (statement.effect === 'Allow') return [{ role: 'allow', statement, certain }];
    if (statement.effect === 'Deny') return [{ role: 'deny', statement, certain }];
    return [
      { role: 'allow', statement, certain: false },
      { role: 'deny', statement, certain: false },
    ];
  });
}

export function itemsOf({ negated, patterns, unclear }: Selection): readonly Item[] {
  if (!negated) {
    return patterns.map((pattern) => ({ shown: pattern.text, pattern, none: [], mayBeLess: false }));
  }
  const shown = `everything but ${patterns.map(({ text }) => text).join(', ')}`;
  const mayBeLess = unclear || patterns.some(({ variable }) => variable);
  return [{ shown, pattern: undefined, none: patterns, mayBeLess }];
}

/** How far each rule applies to each class of the actions asked for; undefined when that is too much to tell. */
export function actionClasses(
  item: Item,
  rules: readonly Rule[],
  budget: Budget,
): readonly RuleClass[] | undefined {
  const literal = item.pattern?.literal;
  if (literal !== undefined) {
    budget.left -= rules.length;
    if (budget.left < 0) return undefined;
    const hasWildcards = rules.some(({ statement }) => statement.actions.others.length > 0);
    const text = hasWildcards ? characters(literal) : [];
    const levels = rules.map((rule) => cap(levelOfAction(rule.statement.actions, literal, text), rule));
    return [{ levels, example: literal }];
  }
  const observed = rules.map(({ statement }) =>
    statement.actions.patterns.filter((pattern) => canTouch(pattern, item, 'over-colons', budget)),
  );
  const language = languageOf(item, ACTIONS, 'over-colons');
  const classes = textClasses(
    language,
    observed.flat().map((pattern) => ({ tokens: tokensOf(pattern) })),
    budget,
  );
  return classes?.map(({ matched, example }) => {
    let next = 0;
    const levels = rules.map((rule, at) => {
      const hits = (observed[at] ?? []).map(() => matched[next++] === true);
      return cap(levelOf(rule.statement.actions, hits.includes(true) ? 2 : 0), rule);
    });
    return { levels, example };
  });
}

function levelOfAction(actions: Selection, action: string, text: readonly Token[]): Level {
  const hit =
    actions.literals.has(action) || actions.others.some((pattern) => matches(tokensOf(pattern), text));
  return levelOf(actions, hit ? 2 : 0);
}

/** The same for resources, of the rules that apply to the action, as far as somebody asks. */
export function* eachResourceClass(
  item: Item,
  rules: readonly Rule[],
  ofAction: readonly Level[],
  reach: Reach,
  budget: Budget,
): Generator<RuleClass | undefined, void> {
  const observed = rules.map(({ statement }, at) =>
    ofAction[at] === 0
      ? []
      : statement.resources.patterns.filter((pattern) => canTouch(pattern, item, reach, budget)),
  );
  // Each pattern as it is, and as wide as its variables can make it.
  const globs = observed.flat().flatMap((pattern) => {
    const tokens = tokensOf(pattern, reach);
    return pattern.variable ? [{ tokens }, { tokens: widest(tokens) }] : [{ tokens }];
  });
  const classes =
    item.pattern?.literal === undefined
      ? eachTextClass(languageOf(item, TEXTS, reach), globs, budget)
      : [classOf(item.pattern.literal, globs)];
  const vague = item.pattern?.variable === true;
  for (const found of classes) {
    if (found === undefined) return yield undefined;
    let next = 0;
    const levels = rules.map((rule, at): Level => {
      if (ofAction[at] === 0) return 0;
      let hit: Level = 0;
      for (const pattern of observed[at] ?? []) {
        const surely = found.matched[next++] === true;
        const perhaps = pattern.variable ? found.matched[next++] === true : surely;
        const level = surely ? 2 : perhaps || vague ? 1 : 0;
        if (level > hit) hit = level;
      }
      const level = levelOf(rule.statement.resources, hit);
      return cap(level === 2 && ofAction[at] === 1 ? 1 : level, rule);
    });
    yield { levels, example: found.example };
  }
}

function levelOf({ negated, unclear }: Selection, hit: Level): Level {
  const level = unclear && hit === 0 ? 1 : hit;
  return negated ? ((2 - level) as Level) : level;
}

function cap(level: Level, { certain }: Rule): Level {
  return certain || level === 0 ? level : 1;
}

function languageOf({ pattern, none }: Item, universe: Language, reach: Reach): Language {
  const glob = (of: Pattern): Glob => ({ tokens: tokensOf(of, reach) });
  if (pattern === undefined) return { ...universe, none: none.map(glob) };
  const own = glob(pattern);
  // With a variable, nothing is known of the text but what the pattern says.
  if (pattern.variable) return { all: [own] };
  // Most patterns say themselves that a text is not empty.
  const isAText = universe === TEXTS && own.tokens.some((token) => !repeats(token));
  return { ...universe, all: isAText ? [own] : [...universe.all, own], none: none.map(glob) };
}

export function canTouch(pattern: Pattern, item: Item, reach: Reach, budget: Budget): boolean {
  return (
    item.pattern === undefined || overlaps(tokensOf(pattern, reach), tokensOf(item.pattern, reach), budget)
  );
}

/** Whether a rule can apply to a resource at all, under either reading. */
export function canReach({ statement: { resources } }: Rule, item: Item, budget: Budget): boolean {
  if (resources.negated || resources.unclear) return true;
  return resources.patterns.some((pattern) => canTouch(pattern, item, 'over-colons', budget));
}

/** Whether a selection takes in all of an item, under both readings; `false` too when that is not plain to see. */
export function takesIn(selection: Selection, { pattern, none }: Item, budget: Budget): boolean {
  if (pattern !== undefined) return !selection.negated && isWithinOne(pattern, selection.patterns, budget);
  if (!selection.negated) return selection.patterns.some(({ text }) => text === '*');
  return !selection.unclear && selection.patterns.every((exception) => isWithinOne(exception, none, budget));
}

function isWithinOne(wanted: Pattern, patterns: readonly Pattern[], budget: Budget): boolean {
  return patterns.some(
    (pattern) =>
      pattern.text === '*' ||
      REACHES.every((reach) => {
        const [taking, taken] = [tokensOf(pattern, reach), tokensOf(wanted, reach)];
        budget.left -= (taking.length * taken.length) / CELLS_PER_STEP;
        return budget.left >= 0 && matches(taking, taken);
      }),
  );
}

export function isReadOneWay(item: Item, rules: readonly Rule[], levels: readonly Level[]): boolean {
  const plain = (pattern: Pattern) => pattern.fieldTokens === undefined;
  return (
    [...(item.pattern === undefined ? [] : [item.pattern]), ...item.none].every(plain) &&
    rules.every(({ statement }, at) => levels[at] === 0 || statement.resources.patterns.every(plain))
  );
}

/** Whether a statement says nothing that the other does not say too. */
export function isPartOf(
  { statement: one }: Rule,
  { statement: other, certain }: Rule,
  budget: Budget,
): boolean {
  return (
    certain &&
    !one.actions.unclear &&
    !one.resources.unclear &&
    isWithin(one.actions, other.actions, budget) &&
    isWithin(one.resources, other.resources, budget) &&
    implies(one.conditions, other.conditions, budget)
  );
}

function isWithin(one: Selection, other: Selection, budget: Budget): boolean {
  return itemsOf(one).every((item) => takesIn(other, item, budget));
}
