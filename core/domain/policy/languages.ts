import {
  ANY_CHARACTER,
  ANY_TEXT,
  type Budget,
  COLON,
  characters,
  FIELD_CHARACTER,
  FIELD_TEXT,
  matches,
  repeats,
  type Token,
  takes,
} from './patterns.ts';

/** A pattern as this module needs it. With `fold`, its characters are in lower case and case does not count. */
export interface Glob {
  readonly tokens: readonly Token[];
  readonly fold?: boolean;
}

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
  const { all, none = [], alphabet } = language;
  const automata = [
    ...all.map((glob) => automaton(glob, true, budget)),
    ...[...none, ...observed].map((glob) => automaton(glob, false, budget)),
  ];
  const required = all.length;
  const refused = required + none.length;
  const limit = Math.max(0, budget.left - MAX_STEPS);

  const places: Place[] = [{ states: automata.map(() => 0), from: -1, symbol: '' }];
  const known = new Set([automata.map(() => 0).join()]);
  const classes = new Map<string, TextClass>();
  for (let index = 0; index < places.length; index += 1) {
    const { states } = places[index] as Place;
    const accepted = automata.map(({ accepts }, at) => accepts(states[at] ?? 0));
    if (accepted.every((accepts, at) => at >= refused || accepts === at < required)) {
      const matched = accepted.slice(refused);
      const key = matched.join();
      if (!classes.has(key)) classes.set(key, { matched, example: exampleAt(places, index) });
      if (classes.size > MAX_CLASSES) return undefined;
    }
    for (const symbol of symbolsAt(automata, states, alphabet)) {
      budget.left -= automata.length;
      if (budget.left < limit || budget.left < 0) return undefined;
      const next = automata.map(({ step }, at) => step(states[at] ?? 0, symbol));
      if (next.some((state, at) => at < required && automata[at]?.isDead(state))) continue;
      const key = next.join();
      if (known.has(key)) continue;
      known.add(key);
      places.push({ states: next, from: index, symbol });
    }
  }
  return [...classes.values()];
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

/** A pattern as a deterministic automaton, which is made as far as it is used. States are numbers, the first is 0. */
interface Automaton {
  readonly step: (state: number, symbol: Token) => number;
  readonly accepts: (state: number) => boolean;
  readonly isDead: (state: number) => boolean;
  /** The symbols that lead elsewhere than all others do. */
  readonly symbols: (state: number) => readonly Token[];
}

interface State {
  /** Positions in the pattern, in rising order. */
  readonly positions: readonly number[];
  readonly symbols: readonly Token[];
  readonly next: Map<Token, number>;
}

function automaton({ tokens, fold = false }: Glob, isRequired: boolean, budget: Budget): Automaton {
  const hasVariable = tokens.some((token) => typeof token === 'string');
  const states: State[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (all: number[]): number => {
    const positions = hasVariable ? all.sort((a, b) => a - b) : essential(tokens, all);
    const key = positions.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    states.push({ positions, symbols: symbolsOf(tokens, positions, fold), next: new Map() });
    numbers.set(key, states.length - 1);
    return states.length - 1;
  };
  numberOf(reach(tokens, [], 0));

  const compute = (positions: readonly number[], symbol: Token): number => {
    budget.left -= positions.length;
    const next: number[] = [];
    const seen = fold && typeof symbol === 'number' ? lowerCase(symbol) : symbol;
    for (const position of positions) {
      const token = tokens[position];
      if (token === undefined || !takes(token, seen)) continue;
      // The texts of a language hold only the variables that its own patterns name.
      if (isRequired && typeof seen === 'string' && token !== seen) continue;
      reach(tokens, next, repeats(token) ? position : position + 1);
    }
    return numberOf(next);
  };
  return {
    step: (from, symbol) => {
      const { positions, next } = states[from] as State;
      const known = next.get(symbol) ?? compute(positions, symbol);
      next.set(symbol, known);
      return known;
    },
    accepts: (state) => states[state]?.positions.at(-1) === tokens.length,
    isDead: (state) => states[state]?.positions.length === 0,
    symbols: (state) => states[state]?.symbols ?? [],
  };
}

/** Adds a position, and those that can be had from it without a character. */
function reach(tokens: readonly Token[], positions: number[], from: number): number[] {
  let position = from;
  if (!positions.includes(position)) positions.push(position);
  while (position < tokens.length && repeats(tokens[position] as Token)) {
    position += 1;
    if (!positions.includes(position)) positions.push(position);
  }
  return positions;
}

/**
 * Whatever can follow before a `*` can follow at the `*` too, so only what comes after the last one counts. This keeps
 * the number of states near the length of the pattern.
 */
function essential(tokens: readonly Token[], positions: number[]): readonly number[] {
  positions.sort((a, b) => a - b);
  const last = positions.findLastIndex((position) => tokens[position] === ANY_TEXT);
  return last > 0 ? positions.slice(last) : positions;
}

function symbolsOf(tokens: readonly Token[], positions: readonly number[], fold: boolean): readonly Token[] {
  return positions.flatMap((position): Token[] => {
    const token = tokens[position];
    if (token === undefined || token === ANY_TEXT || token === ANY_CHARACTER) return [];
    if (token === FIELD_TEXT || token === FIELD_CHARACTER) return [COLON];
    return fold && typeof token === 'number' ? [token, upperCase(token)] : [token];
  });
}

/** The symbols that can make a difference now, and one for all the rest. */
function symbolsAt(
  automata: readonly Automaton[],
  states: readonly number[],
  alphabet: string | undefined,
): ReadonlySet<Token> {
  const symbols = new Set<Token>();
  automata.forEach((each, at) => {
    for (const symbol of each.symbols(states[at] ?? 0)) symbols.add(symbol);
  });
  const other = otherThan(symbols, alphabet);
  if (other !== undefined) symbols.add(other);
  return symbols;
}

function otherThan(symbols: ReadonlySet<Token>, alphabet: string | undefined): number | undefined {
  for (const character of alphabet ?? ALPHABET) {
    const code = character.codePointAt(0) as number;
    if (!symbols.has(code) && !symbols.has(upperCase(code))) return code;
  }
  if (alphabet !== undefined) return undefined;
  let code = 0x2460;
  while (symbols.has(code)) code += 1;
  return code;
}

function exampleAt(places: readonly Place[], index: number): string {
  const symbols: string[] = [];
  for (let at = index; at > 0; ) {
    const { from, symbol } = places[at] as Place;
    symbols.push(typeof symbol === 'number' ? String.fromCodePoint(symbol) : symbol);
    at = from;
  }
  return symbols.reverse().join('');
}

function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function upperCase(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}
