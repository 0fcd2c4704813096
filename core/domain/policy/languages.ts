import { type Automaton, automaton, beginningOf, type Glob, keyOf, upperCase } from './automaton.ts';
import {
  ANY_CHARACTER,
  ANY_TEXT,
  type Budget,
  COLON,
  characters,
  FIELD_CHARACTER,
  FIELD_TEXT,
  matches,
  type Token,
} from './patterns.ts';

/** A set of texts: those that match all patterns of `all` and none of `none`. */
export interface Language {
  readonly all: readonly Glob[];
  readonly none?: readonly Glob[];
  /** The characters that a text may have besides those that the patterns name; any, when absent. */
  readonly alphabet?: string;
}

/** Texts that match the same of the patterns looked at, and a shortest one of them. */
export interface TextClass {
  readonly matched: readonly boolean[];
  readonly example: string;
}

/** Steps for one question, so that one hard question leaves something for the others. */
const MAX_STEPS = 400_000;
const MAX_CLASSES = 512;

const ALPHABET = 'xyzwvuqkjhgfabcdeilmnoprst0123456789-_.';

/** Every action has a service and a name, and one colon. */
export const ACTIONS: Language = {
  all: [{ tokens: [FIELD_CHARACTER, FIELD_TEXT, COLON, FIELD_CHARACTER, FIELD_TEXT] }],
  alphabet: ALPHABET,
};

/** No resource, and hardly any value of a condition key, is empty. */
export const TEXTS: Language = { all: [{ tokens: [ANY_CHARACTER, ANY_TEXT] }] };

/** What a search found in all; undefined when it ended with that. */
export function whole<T>(found: Iterable<T | undefined>): T[] | undefined {
  const all: T[] = [];
  for (const each of found) {
    if (each === undefined) return undefined;
    all.push(each);
  }
  return all;
}

/**
 * Divides the texts of a language by which of the observed patterns they match: one entry per combination that occurs.
 * Exact: all patterns are run as one automaton, over the characters that can make a difference at each step and one
 * that stands for all others. Undefined when that takes more than the budget allows.
 */
export function textClasses(
  language: Language,
  observed: readonly Glob[],
  budget: Budget,
): TextClass[] | undefined {
  return whole(eachTextClass(language, observed, budget));
}

/** The same as far as somebody asks, those of the shortest texts first; undefined is the last entry then. */
export function* eachTextClass(
  language: Language,
  observed: readonly Glob[],
  budget: Budget,
): Generator<TextClass | undefined, void> {
  const { all, none = [], alphabet } = language;
  // All texts begin alike, mostly with much of an ARN: that part is gone through once, and not as places.
  const beginning = longest(all.map(beginningOf));
  const required = all.map((glob) => automaton(glob, true, budget, beginning));
  const rest = [...none, ...observed].map((glob) => automaton(glob, false, budget, beginning));
  const automata = [...required, ...rest];
  const refused = required.length + none.length;
  const limit = Math.max(0, budget.left - MAX_STEPS);

  const start = automata.map(({ first }) => first);
  if (required.some(({ isDead, first }) => isDead(first))) return;
  const places: Place[] = [{ states: start, from: -1, symbol: '' }];
  const known = new Set([keyOf(start)]);
  const classes = new Set<string>();
  for (let index = 0; index < places.length; index += 1) {
    const { states } = places[index] as Place;
    const accepts = (at: number) => automata[at]?.accepts(states[at] ?? 0) === true;
    if (required.every((_, at) => accepts(at)) && none.every((_, at) => !accepts(required.length + at))) {
      const matched = observed.map((_, at) => accepts(refused + at));
      const key = matched.join();
      if (!classes.has(key)) yield { matched, example: text(beginning) + exampleAt(places, index) };
      classes.add(key);
      if (classes.size > MAX_CLASSES) return yield undefined;
    }
    for (const symbol of symbolsAt(automata, required.length, states, alphabet)) {
      budget.left -= automata.length;
      if (budget.left < limit || budget.left < 0) return yield undefined;
      const next = automata.map(({ step }, at) => step(states[at] ?? 0, symbol));
      if (required.some(({ isDead }, at) => isDead(next[at] ?? 0))) continue;
      const key = keyOf(next);
      if (known.has(key)) continue;
      known.add(key);
      places.push({ states: next, from: index, symbol });
    }
  }
}

/** A text without wildcards as a class of its own. */
export function classOf(text: string, observed: readonly Glob[]): TextClass {
  const exact = characters(text);
  const folded = characters(text.toLowerCase());
  return {
    matched: observed.map(({ tokens, fold }) => matches(tokens, fold === true ? folded : exact)),
    example: text,
  };
}

/** A combined state of all patterns, and the step that led to it. */
interface Place {
  readonly states: readonly number[];
  readonly from: number;
  readonly symbol: Token;
}

/** The symbols that can make a difference now, and one for all the rest if that leads anywhere. */
function symbolsAt(
  automata: readonly Automaton[],
  required: number,
  states: readonly number[],
  alphabet: string | undefined,
): readonly Token[] {
  for (let at = 0; at < required; at += 1) {
    const { isClosed, symbols } = automata[at] as Automaton;
    if (isClosed(states[at] ?? 0)) return symbols(states[at] ?? 0);
  }
  const all: Token[] = [];
  automata.forEach((each, at) => {
    for (const symbol of each.symbols(states[at] ?? 0)) if (!all.includes(symbol)) all.push(symbol);
  });
  const other = otherThan(all, alphabet);
  return other === undefined ? all : [...all, other];
}

function otherThan(symbols: readonly Token[], alphabet: string | undefined): number | undefined {
  for (const character of alphabet ?? ALPHABET) {
    const code = character.codePointAt(0) as number;
    if (!symbols.includes(code) && !symbols.includes(upperCase(code))) return code;
  }
  if (alphabet !== undefined) return undefined;
  let code = 0x2460;
  while (symbols.includes(code)) code += 1;
  return code;
}

function exampleAt(places: readonly Place[], index: number): string {
  const symbols: Token[] = [];
  for (let at = index; at > 0; ) {
    const { from, symbol } = places[at] as Place;
    symbols.push(symbol);
    at = from;
  }
  return text(symbols.reverse());
}

function text(symbols: readonly Token[]): string {
  return symbols
    .map((symbol) => (typeof symbol === 'number' ? String.fromCodePoint(symbol) : symbol))
    .join('');
}

function longest(all: readonly (readonly Token[])[]): readonly Token[] {
  return all.reduce((found, tokens) => (tokens.length > found.length ? tokens : found), []);
}
