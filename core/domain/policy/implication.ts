import { type Condition, conditionHolds, parseNumber } from './conditions.ts';
import { TEXTS, textClasses } from './languages.ts';
import type { Budget } from './patterns.ts';

/**
 * Values that stand for all a key can have, as far as some conditions can tell: `undefined` for a request without the
 * key. A `doubtful` one may not occur in practice (an empty text, a fraction): it counts against an implication, but
 * proves nothing.
 */
interface Sample {
  readonly value: string | undefined;
  readonly doubtful: boolean;
}

/** Conditions, at least one of which is to fail. */
export interface Obstacle {
  readonly conditions: readonly Condition[];
  /** Whether it may fail by a key of which the premises say nothing. */
  readonly onAnyKey: boolean;
}

export type Context = Readonly<Record<string, string>>;

const ABSENT: Sample = { value: undefined, doubtful: false };
const MAX_VALUES = 256;
const MAX_TRIES = 10_000;
const MAX_OBSTACLES = 200;
/** Well within the years that ISO 8601 writes with four digits. */
const [MIN_DATE, MAX_DATE] = [-62_000_000_000_000, 253_000_000_000_000];

/** Keys of AWS that can have several values at once (reference_policies_condition-single-vs-multi-valued-context-keys.html). */
const MULTIVALUED = new Set([
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
]);

/**
 * Whether the conclusions hold for every request for which the premises hold. `false` means that it could not be shown,
 * no more. Conditions of a key that can have several values are only compared for being the same.
 */
export function implies(
  premises: readonly Condition[],
  conclusions: readonly Condition[],
  budget: Budget,
): boolean {
  return conclusions.every((conclusion) => impliesOne(premises, conclusion, budget));
}

function impliesOne(premises: readonly Condition[], conclusion: Condition, budget: Budget): boolean {
  if (premises.some(({ canonical }) => canonical === conclusion.canonical)) return true;
  if (!isSingle(conclusion)) return false;
  const given = premises.filter((premise) => premise.key === conclusion.key && isSingle(premise));
  // That a key is there does not say that it has one value only, as a test of its value requires.
  if (!given.some(({ kind }) => kind !== 'null' || conclusion.kind === 'null')) return false;
  const samples = samplesFor([...given, conclusion], budget);
  return (
    samples?.every(
      ({ value }) =>
        given.some((premise) => conditionHolds(premise, value) !== true) ||
        conditionHolds(conclusion, value) === true,
    ) ?? false
  );
}

/** Whether no request can meet all of the conditions. `false` means that it could not be shown. */
export function excludeEachOther(conditions: readonly Condition[], budget: Budget): boolean {
  return [...byKey(conditions.filter(isSingle)).values()].some((onKey) => {
    const samples = samplesFor(onKey, budget);
    return (
      samples?.every(({ value }) => onKey.some((condition) => conditionHolds(condition, value) === false)) ??
      false
    );
  });
}

/**
 * A request context for which the premises hold and, of each obstacle, one condition does not; undefined when none was
 * found. Premises that cannot be evaluated are taken to be possible; then nothing is said about their keys.
 */
export function findContext(
  premises: readonly Condition[],
  obstacles: readonly Obstacle[],
  budget: Budget,
): Context | undefined {
  if (obstacles.length > MAX_OBSTACLES) return undefined;
  const allowed = new Map<string, readonly Sample[]>();
  for (const [key, conditions] of byKey([
    ...premises,
    ...obstacles.flatMap((obstacle) => obstacle.conditions),
  ])) {
    const given = premises.filter((premise) => premise.key === key);
    if (given.some(({ test }) => test === undefined)) continue;
    const samples = samplesFor(
      conditions.filter(({ test }) => test !== undefined),
      budget,
    );
    // More kinds of values on one key than can be told apart.
    if (samples === undefined) {
      if (given.length === 0) continue;
      return undefined;
    }
    const fitting = samples.filter(
      ({ value, doubtful }) => !doubtful && given.every((premise) => conditionHolds(premise, value) === true),
    );
    if (fitting.length === 0) return undefined;
    allowed.set(key, fitting);
  }
  const given = new Set(premises.map(({ key }) => key));
  const tries = { left: MAX_TRIES };
  const found = failEach(obstacles, allowed, given, tries);
  if (found === undefined) return undefined;
  return Object.fromEntries(
    [...found].flatMap(([key, [sample]]) => (sample?.value === undefined ? [] : [[key, sample.value]])),
  );
}

/** Makes the first obstacle fail by one of its conditions, then the others with the values that are left. */
function failEach(
  [first, ...others]: readonly Obstacle[],
  allowed: ReadonlyMap<string, readonly Sample[]>,
  given: ReadonlySet<string>,
  tries: { left: number },
): ReadonlyMap<string, readonly Sample[]> | undefined {
  if (first === undefined) return allowed;
  for (const condition of first.conditions) {
    tries.left -= 1;
    if (tries.left < 0) return undefined;
    if (condition.test === undefined || !(first.onAnyKey || given.has(condition.key))) continue;
    const failing =
      allowed.get(condition.key)?.filter(({ value }) => conditionHolds(condition, value) === false) ?? [];
    if (failing.length === 0) continue;
    const found = failEach(others, new Map(allowed).set(condition.key, failing), given, tries);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Undefined when the conditions compare values of different kinds, or too many. */
function samplesFor(conditions: readonly Condition[], budget: Budget): readonly Sample[] | undefined {
  const tests = conditions.filter(({ kind }) => kind !== 'null');
  const kinds = new Set(tests.map(({ kind }) => kind));
  if (kinds.size > 1 || tests.some(({ test }) => test === undefined)) return undefined;
  const [kind] = kinds;
  if (kind === undefined) return [ABSENT, sure('x')];
  if (kind === 'bool') return [ABSENT, sure('true'), sure('false')];
  if (kind === 'text') return samplesOfText(tests, budget);
  const bounds = [...new Set(tests.flatMap(({ test }) => test?.bounds ?? []))].sort((a, b) => a - b);
  if (bounds.length > MAX_VALUES) return undefined;
  if (kind === 'address') return samplesOfAddresses(bounds);
  return kind === 'number' ? samplesOfNumbers(bounds) : samplesOfDates(bounds);
}

function samplesOfText(conditions: readonly Condition[], budget: Budget): readonly Sample[] | undefined {
  const globs = conditions.flatMap(({ test }) => test?.globs ?? []);
  if (globs.length > MAX_VALUES) return undefined;
  const classes = textClasses(TEXTS, globs, budget);
  if (classes === undefined) return undefined;
  return [ABSENT, { value: '', doubtful: true }, ...classes.map(({ example }) => sure(example))];
}

/** Undefined where one of them cannot be written so that it is read as the same number: it would hold nowhere. */
function samplesOfNumbers(bounds: readonly number[]): readonly Sample[] | undefined {
  const near = bounds.flatMap((bound) => [bound, Math.ceil(bound) - 1, Math.floor(bound) + 1]);
  if ([...near, ...between(bounds)].some((number) => parseNumber(String(number)) !== number))
    return undefined;
  return [ABSENT, ...near.map((number) => sure(String(number))), ...between(bounds).map(doubtful(String))];
}

function samplesOfDates(bounds: readonly number[]): readonly Sample[] | undefined {
  const near = bounds.flatMap((bound) => [bound, bound - 1_000, bound + 1_000]);
  if (near.some((time) => time < MIN_DATE || time > MAX_DATE)) return undefined;
  const write = (time: number) => new Date(time).toISOString();
  return [ABSENT, ...near.map((time) => sure(write(time))), ...between(bounds).map(doubtful(write))];
}

function samplesOfAddresses(bounds: readonly number[]): readonly Sample[] {
  const near = bounds.flatMap((bound) => [bound, bound - 1, bound + 1]);
  return [
    ABSENT,
    sure('2001:db8::1'),
    ...near
      .filter((address) => address >= 0 && address < 2 ** 32)
      .map((address) => sure(writeAddress(address))),
  ];
}

/** One value in each gap, however narrow. */
function between(sorted: readonly number[]): number[] {
  return sorted.slice(1).map((bound, index) => ((sorted[index] ?? bound) + bound) / 2);
}

function writeAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function sure(value: string): Sample {
  return { value, doubtful: false };
}

function doubtful(write: (value: number) => string): (value: number) => Sample {
  return (value) => ({ value: write(value), doubtful: true });
}

/** Whether the condition compares the one value that a key has. */
function isSingle({ key, set, test }: Condition): boolean {
  return test !== undefined && set === undefined && !MULTIVALUED.has(key);
}

function byKey(conditions: readonly Condition[]): Map<string, Condition[]> {
  const groups = new Map<string, Condition[]>();
  for (const condition of conditions) {
    groups.set(condition.key, [...(groups.get(condition.key) ?? []), condition]);
  }
  return groups;
}
