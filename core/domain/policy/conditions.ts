import type { Glob } from './automaton.ts';
import { classOf } from './languages.ts';
import { arnPattern, type Pattern, tokensOf, valuePattern } from './patterns.ts';

/** One test of a Condition element: one operator, one key, its values. All of a statement must hold. */
export interface Condition {
  /** The key in lower case: case does not count. */
  readonly key: string;
  readonly kind: 'text' | 'number' | 'date' | 'address' | 'bool' | 'null' | 'opaque';
  readonly set: 'ForAnyValue' | 'ForAllValues' | undefined;
  readonly ifExists: boolean;
  readonly negated: boolean;
  /** As they are written. */
  readonly values: readonly string[];
  /** The values, of which one must match (or, when negated, none); undefined when they cannot be evaluated. */
  readonly test: Test | undefined;
  /** Two conditions that say the same have the same text here. */
  readonly canonical: string;
  /** For people: `StringEquals aws:RequestedRegion us-east-1`. */
  readonly shown: string;
  /** As it is written: operator, key and values. The key is empty where the element has no such form. */
  readonly written: readonly [operator: string, key: string, values: unknown];
}

export interface Test {
  readonly matches: (value: string) => boolean;
  /** Of text: the values as patterns. */
  readonly globs?: readonly Glob[];
  /** Of numbers, dates and addresses: where the answer can change. */
  readonly bounds?: readonly number[];
}

type Kind = Exclude<Condition['kind'], 'opaque'>;

interface Operator {
  readonly kind: Kind;
  readonly negated: boolean;
  readonly read: (values: readonly string[], variables: boolean) => Test | undefined;
}

const OPERATORS = new Map<string, Operator>(
  Object.entries<Operator>({
    StringEquals: { kind: 'text', negated: false, read: text({ wildcards: false }) },
    StringNotEquals: { kind: 'text', negated: true, read: text({ wildcards: false }) },
    StringEqualsIgnoreCase: { kind: 'text', negated: false, read: text({ wildcards: false, fold: true }) },
    StringNotEqualsIgnoreCase: { kind: 'text', negated: true, read: text({ wildcards: false, fold: true }) },
    StringLike: { kind: 'text', negated: false, read: text({ wildcards: true }) },
    StringNotLike: { kind: 'text', negated: true, read: text({ wildcards: true }) },
    // The two spellings mean the same, wildcards included.
    ArnEquals: { kind: 'text', negated: false, read: readArns },
    ArnLike: { kind: 'text', negated: false, read: readArns },
    ArnNotEquals: { kind: 'text', negated: true, read: readArns },
    ArnNotLike: { kind: 'text', negated: true, read: readArns },
    Bool: { kind: 'bool', negated: false, read: readBooleans },
    Null: { kind: 'null', negated: false, read: readBooleans },
    IpAddress: { kind: 'address', negated: false, read: readAddresses },
    NotIpAddress: { kind: 'address', negated: true, read: readAddresses },
    ...ordered('Numeric', 'number', parseNumber),
    ...ordered('Date', 'date', parseDate),
  }).map(([name, operator]) => [name.toLowerCase(), operator]),
);

const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/i;

/**
 * The tests of a Condition element. What cannot be understood becomes a condition of kind `opaque`, which may hold or
 * not; nothing throws. `variables` says whether the policy's version knows policy variables.
 */
export function readConditions(element: unknown, variables: boolean): readonly Condition[] {
  if (element === undefined) return [];
  if (!isMapping(element))
    return [opaque(JSON.stringify(element), JSON.stringify(element), ['', '', element])];
  return Object.entries(element).flatMap(([operator, keys]) => {
    if (!isMapping(keys)) {
      const shown = `${operator} ${JSON.stringify(keys)}`;
      return [opaque(shown, shown, [operator, '', keys])];
    }
    return Object.entries(keys).map(([key, values]) => readCondition(operator, key, values, variables));
  });
}

/**
 * Whether a condition holds for a value of its key; `undefined` as value when the request has none. The answer is
 * undefined where the condition cannot be evaluated. A key with a set operator is taken to have the one value.
 */
export function conditionHolds(condition: Condition, value: string | undefined): boolean | undefined {
  const { kind, set, ifExists, negated, test } = condition;
  if (kind === 'null') return test?.matches(String(value === undefined));
  if (kind === 'opaque') return undefined;
  if (value === undefined) return ifExists || set === 'ForAllValues' || (negated && set === undefined);
  return test === undefined ? undefined : test.matches(value) !== negated;
}

/** Conditions for people, joined by `and`. */
export function show(conditions: readonly Condition[]): string {
  return conditions.map(({ shown }) => shown).join(' and ');
}

function readCondition(operator: string, key: string, element: unknown, variables: boolean): Condition {
  const items = [element].flat();
  const values = items.filter(isScalar).map(String);
  const shown = `${operator} ${key} ${values.join(' or ')}`;
  const [, set, base = '', ifExists] = OPERATOR.exec(operator) ?? [];
  const known = OPERATORS.get(base.toLowerCase());
  const hasVariable = variables && values.some((value) => value.includes('${'));
  const canonical = JSON.stringify([
    operator.toLowerCase(),
    key.toLowerCase(),
    hasVariable,
    [...new Set(known?.kind === 'bool' || known?.kind === 'null' ? values.map(lowerCase) : values)].sort(),
  ]);
  const isNullWithMore = known?.kind === 'null' && (set ?? ifExists) !== undefined;
  if (known === undefined || values.length !== items.length || values.length === 0 || isNullWithMore) {
    return opaque(JSON.stringify([canonical, element]), shown, [operator, key, element]);
  }
  const allowsVariables = known.kind === 'text';
  return {
    key: key.toLowerCase(),
    kind: known.kind,
    set: setOperator(set),
    ifExists: ifExists !== undefined,
    negated: known.negated,
    values,
    test: hasVariable && !allowsVariables ? undefined : known.read(values, variables),
    canonical,
    shown,
    written: [operator, key, element],
  };
}

function opaque(canonical: string, shown: string, written: Condition['written']): Condition {
  return {
    key: written[1].toLowerCase(),
    kind: 'opaque',
    set: undefined,
    ifExists: false,
    negated: false,
    values: [],
    test: undefined,
    canonical,
    shown,
    written,
  };
}

function setOperator(text: string | undefined): Condition['set'] {
  if (text === undefined) return undefined;
  return lowerCase(text) === 'foranyvalue' ? 'ForAnyValue' : 'ForAllValues';
}

function text(form: { readonly wildcards: boolean; readonly fold?: boolean }): Operator['read'] {
  return (values, variables) => {
    // How IAM folds letters beyond ASCII is not documented.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
    if (form.fold === true && values.some((value) => /[^\x00-\x7f]/.test(value))) return undefined;
    return textTest(values.map((value) => valuePattern(value, { ...form, variables })));
  };
}

function readArns(values: readonly string[], variables: boolean): Test | undefined {
  return textTest(values.map((value) => arnPattern(value, variables)));
}

function textTest(patterns: readonly (Pattern | undefined)[]): Test | undefined {
  const known = patterns.filter((pattern) => pattern !== undefined);
  if (known.length !== patterns.length || known.some(({ variable }) => variable)) return undefined;
  const literals = new Set(
    known.flatMap(({ literal, fold }) => (literal === undefined || fold ? [] : [literal])),
  );
  const globs = known.map((pattern) => ({ tokens: tokensOf(pattern), fold: pattern.fold }));
  const others = globs.filter(
    (_, index) => known[index]?.literal === undefined || known[index]?.fold === true,
  );
  return {
    matches: (value) => literals.has(value) || classOf(value, others).matched.includes(true),
    globs,
  };
}

function readBooleans(values: readonly string[]): Test | undefined {
  const wanted = new Set(values.map(lowerCase));
  if ([...wanted].some((value) => value !== 'true' && value !== 'false')) return undefined;
  return { matches: (value) => wanted.has(lowerCase(value)) };
}

/** The operators of values that have an order. */
function ordered(
  prefix: string,
  kind: Kind,
  parse: (text: string) => number | undefined,
): Record<string, Operator> {
  const compare = (holdsFor: (value: number, bound: number) => boolean, negated = false): Operator => ({
    kind,
    negated,
    read: (values) => {
      const bounds = values.map(parse).filter((bound) => bound !== undefined);
      if (bounds.length !== values.length) return undefined;
      const matches = (value: string) => {
        const number = parse(value);
        return number !== undefined && bounds.some((bound) => holdsFor(number, bound));
      };
      return { matches, bounds };
    },
  });
  return {
    [`${prefix}Equals`]: compare((value, bound) => value === bound),
    [`${prefix}NotEquals`]: compare((value, bound) => value === bound, true),
    [`${prefix}LessThan`]: compare((value, bound) => value < bound),
    [`${prefix}LessThanEquals`]: compare((value, bound) => value <= bound),
    [`${prefix}GreaterThan`]: compare((value, bound) => value > bound),
    [`${prefix}GreaterThanEquals`]: compare((value, bound) => value >= bound),
  };
}

/** Addresses of IPv4, or ranges of them; IPv6 is not taken apart. */
function readAddresses(values: readonly string[]): Test | undefined {
  const ranges = values.map(parseRange).filter((range) => range !== undefined);
  if (ranges.length !== values.length) return undefined;
  return {
    matches: (value) => {
      const address = parseAddress(value);
      return address !== undefined && ranges.some(([first, last]) => address >= first && address <= last);
    },
    bounds: ranges.flat(),
  };
}

function parseRange(text: string): [number, number] | undefined {
  const [, address = '', length = '32'] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const start = parseAddress(address);
  if (start === undefined || Number(length) > 32) return undefined;
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(start / size) * size;
  return [first, first + size - 1];
}

/** An IPv4 address as a number. */
function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((address, part) => address * 256 + part, 0);
}

/** Only as many digits as are exact, also halfway between two such numbers. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d{1,15}(\.5)?|\d{1,9}\.\d{1,6})$/.test(text) ? Number(text) : undefined;
}

/** Milliseconds of an ISO 8601 date or of seconds since 1970. */
function parseDate(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1_000;
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
