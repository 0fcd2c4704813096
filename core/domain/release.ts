import { defined } from '../util/defined.ts';
/** An OpenShift release, e.g. `4.20.3`, `4.18.0-rc.1`, or `4.12-asof-2023-01-17` for a branch at some day. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What makes it come before the release proper, e.g. `rc.1`. */
  readonly pre?: string;
}

const NUMBER = '(0|[1-9]\\d{0,5})';

/** How people write a release: with a v in front as git tags have it, and with the architecture of its image behind. */
export const RELEASE = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}(?:\\.${NUMBER})?(?:-([0-9A-Za-z.-]+?))??(-(?:x86_64|amd64|aarch64|arm64|ppc64le|s390x|multi))?$`,
);

/**
 * Reads a release; without a patch it is the first of its minor. Undefined when the text is not a release: a number
 * with a leading zero is none (semantic versions), and nobody knows which it was meant to be.
 */
export function parseRelease(text: string): Release | undefined {
  const [, major, minor, patch, pre] = RELEASE.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch ?? 0),
    ...defined({ pre }),
  };
}

/** A release as it is kept and shown: `4.21.0` for `v4.21.0` and `4.21.0-x86_64`. Undefined when the text is none. */
export function releaseName(text: string): string | undefined {
  const [, major, minor, patch, pre] = RELEASE.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const numbers = [major, minor, ...(patch === undefined ? [] : [patch])].join('.');
  return pre === undefined ? numbers : `${numbers}-${pre}`;
}

/** Negative when `a` comes before `b`, positive when after, zero when they are the same release. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || comparePre(a.pre, b.pre);
}

/** A pre-release comes before its release; two are compared part by part, as semantic versions are. */
function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const [left, right] = [a.split('.'), b.split('.')];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = comparePart(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Numbers by value and before words; words by their characters. */
function comparePart(a: string, b: string): number {
  const [left, right] = [a, b].map((part) => /^\d+$/.test(part));
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Whether one release comes before another. Those that cannot be read are not compared: false. */
export function isOlder(release: string, than: string): boolean {
  const [a, b] = [parseRelease(release), parseRelease(than)];
  return a !== undefined && b !== undefined && compareReleases(a, b) < 0;
}

/** The same text for all spellings of one release, for those who have many to compare. */
export function releaseKey(text: string): string {
  const release = parseRelease(text);
  if (release === undefined) return text;
  const parts = release.pre?.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return JSON.stringify({ ...release, pre: parts });
}

/** Whether two texts name one release: 4.14 is 4.14.0. */
export function sameRelease(a: string, b: string): boolean {
  const [left, right] = [parseRelease(a), parseRelease(b)];
  return a === b || (left !== undefined && right !== undefined && compareReleases(left, right) === 0);
}
