import { parseRelease } from './release.ts';

/** A minor version, e.g. 4.21; a release is of one. */
export interface Minor {
  readonly major: number;
  readonly minor: number;
}

/**
 * Minor versions that something else follows than the next number alone. 4.23 and 5.0 are built from one branch:
 * clusters go from 4.22 to 5.0 and from either to 5.1 (operator-framework/operator-controller, OpenShift's end-to-end
 * tests: next minor version of 4.23). 4.23 has no update channel, so that nothing leads there for now.
 */
const FOLLOWED_BY: Readonly<Record<string, readonly string[]>> = {
  '4.22': ['4.23', '5.0'],
  '4.23': ['5.1'],
};

/** Minor versions that no update channel offers. */
export const WITHOUT_CHANNEL: readonly string[] = ['4.23'];

/** There have been two dozen of a major version in seven years. */
const MAX_STEPS = 60;

export function minorName({ major, minor }: Minor): string {
  return `${major}.${minor}`;
}

/** Negative when `a` comes before `b`, positive when after. */
export function compareMinors(a: Minor, b: Minor): number {
  return a.major - b.major || a.minor - b.minor;
}

/**
 * The ways from one minor version to a later one, each as the minor versions in between, those without an update
 * channel last. None when no way is known: what follows the last minor of a major version is known only when it is out.
 */
export function waysBetween(from: Minor, to: Minor): readonly (readonly Minor[])[] {
  const found: Minor[][] = [];
  const walk = (at: Minor, between: readonly Minor[]): void => {
    for (const next of followersOf(at)) {
      const order = compareMinors(next, to);
      if (order === 0) found.push([...between]);
      else if (order < 0 && between.length < MAX_STEPS) walk(next, [...between, next]);
    }
  };
  walk(from, []);
  return found.sort((a, b) => offChannel(a) - offChannel(b));
}

function offChannel(way: readonly Minor[]): number {
  return way.filter((minor) => WITHOUT_CHANNEL.includes(minorName(minor))).length;
}

function followersOf(minor: Minor): readonly Minor[] {
  const named = FOLLOWED_BY[minorName(minor)];
  return named === undefined
    ? [{ major: minor.major, minor: minor.minor + 1 }]
    : named.flatMap((name) => parseRelease(name) ?? []);
}

/** Whether a minor version lies between two others. */
export function isBetween(name: string, from: Minor, to: Minor): boolean {
  const release = parseRelease(name);
  return release !== undefined && compareMinors(from, release) < 0 && compareMinors(release, to) < 0;
}
