import {
  ANY_CHARACTER,
  ANY_TEXT,
  type Budget,
  COLON,
  FIELD_CHARACTER,
  FIELD_TEXT,
  repeats,
  type Token,
  takes,
} from './patterns.ts';

/** A pattern as automata need it. With `fold`, its characters are in lower case and case does not count. */
export interface Glob {
  readonly tokens: readonly Token[];
  readonly fold?: boolean;
}

/** A pattern as a deterministic automaton, which is made as far as it is used. States are numbers. */
export interface Automaton {
  /** The state after the beginning that all texts have. */
  readonly first: number;
  readonly step: (state: number, symbol: Token) => number;
  readonly accepts: (state: number) => boolean;
  readonly isDead: (state: number) => boolean;
  /** The symbols that lead elsewhere than all others do. */
  readonly symbols: (state: number) => readonly Token[];
  /** Whether all other symbols lead to a dead state. */
  readonly isClosed: (state: number) => boolean;
}

const RADIX = 1_024;

interface State {
  /** Positions in the pattern, in rising order. */
  readonly positions: readonly number[];
  readonly symbols: readonly Token[];
  /** Where each of the symbols leads, then any other character, then any other variable; as far as it was asked. */
  readonly next: (number | undefined)[];
}

/** The characters that all texts of a pattern begin with. */
export function beginningOf({ tokens, fold }: Glob): readonly Token[] {
  const end = tokens.findIndex((token) => typeof token === 'string' || token < 0);
  return fold === true ? [] : tokens.slice(0, end < 0 ? tokens.length : end);
}

/**
 * Makes the automaton of a pattern for texts with a beginning. `isRequired` is said of a pattern of the texts' own: they
 * hold no variables but those that it names.
 */
export function automaton(
  glob: Glob,
  isRequired: boolean,
  budget: Budget,
  beginning: readonly Token[] = [],
): Automaton {
  const { fold = false } = glob;
  const isShared = fold === false && beginning.every((token, at) => glob.tokens[at] === token);
  const tokens = isShared ? glob.tokens.slice(beginning.length) : glob.tokens;
  // Whatever can follow before a `*` can follow at the `*` too, so only what comes after the last one counts, which keeps
  // the number of states near the length of the pattern. Of a variable, nothing is taken for granted.
  const forgets = !tokens.some((token) => typeof token === 'string');
  const states: State[] = [];
  const numbers = new Map<string | number, number>();
  const numberOf = (positions: readonly number[]): number => {
    const key = keyOf(positions);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    states.push({ positions, symbols: symbolsOf(tokens, positions, fold), next: [] });
    numbers.set(key, states.length - 1);
    return states.length - 1;
  };
  /** Adds a position, and those that can be had from it without a character. Each call begins behind the one before. */
  const reach = (positions: number[], from: number): number[] => {
    for (let position = from; position <= tokens.length; position += 1) {
      const token = tokens[position];
      if (forgets && token === ANY_TEXT) positions.length = 0;
      if (position > (positions.at(-1) ?? -1)) positions.push(position);
      if (token === undefined || !repeats(token)) break;
    }
    return positions;
  };
  numberOf(reach([], 0));

  const compute = (positions: readonly number[], symbol: Token): number => {
    budget.left -= positions.length;
    const next: number[] = [];
    const seen = fold && typeof symbol === 'number' ? lowerCase(symbol) : symbol;
    for (const position of positions) {
      const token = tokens[position];
      if (token === undefined || !takes(token, seen)) continue;
      if (isRequired && typeof seen === 'string' && token !== seen) continue;
      reach(next, repeats(token) ? position : position + 1);
    }
    return numberOf(next);
  };
  const step = (from: number, symbol: Token): number => {
    const { positions, symbols, next } = states[from] as State;
    const named = symbols.indexOf(symbol);
    const at = named >= 0 ? named : symbols.length + (typeof symbol === 'number' ? 0 : 1);
    const known = next[at] ?? compute(positions, symbol);
    next[at] = known;
    return known;
  };
  return {
    first: isShared ? 0 : beginning.reduce(step, 0),
    step,
    accepts: (state) => states[state]?.positions.at(-1) === tokens.length,
    isDead: (state) => states[state]?.positions.length === 0,
    symbols: (state) => states[state]?.symbols ?? [],
    isClosed: (state) => states[state]?.positions.every((position) => !isWildcard(tokens[position])) ?? true,
  };
}

/** A key that no other numbers have: a number for a few small ones, which most are, since that is found faster. */
export function keyOf(numbers: readonly number[]): number | string {
  let key = 1;
  for (const number of numbers) {
    if (number >= RADIX) return numbers.join();
    key = key * RADIX + number;
  }
  return key <= Number.MAX_SAFE_INTEGER ? key : numbers.join();
}

function symbolsOf(tokens: readonly Token[], positions: readonly number[], fold: boolean): readonly Token[] {
  const symbols: Token[] = [];
  for (const position of positions) {
    const token = tokens[position];
    if (token === undefined || token === ANY_TEXT || token === ANY_CHARACTER) continue;
    const symbol = token === FIELD_TEXT || token === FIELD_CHARACTER ? COLON : token;
    if (symbols.includes(symbol)) continue;
    symbols.push(symbol);
    if (fold && typeof symbol === 'number' && upperCase(symbol) !== symbol) symbols.push(upperCase(symbol));
  }
  return symbols;
}

function isWildcard(token: Token | undefined): boolean {
  return typeof token === 'number' && token < 0;
}

function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

export function upperCase(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}
