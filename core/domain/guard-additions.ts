import { memoizeByObject } from '../util/memoize-by-object.ts';

/**
 * An action, or a pattern with one `*` at the end, as a deployment may allow it. ASCII only. All of a service may be
 * allowed, but not all of IAM or STS: whoever may upload a bundle would be an administrator of the account.
 */
const ADDITION = /^(?!(?:iam|sts):\*$)([a-z0-9-]{1,64}):([a-z0-9]{1,128}\*?|\*)$/i;

/**
 * The longest list that a deployment takes, in characters. All environment variables of a Lambda function together have
 * 4 KB (gettingstarted-limits.html), and the list is one of them.
 */
export const MAX_ADDITIONS_LENGTH = 2_500;

/** The form of an addition in words. */
export const ADDITION_FORM =
  'must be actions like ec2:DescribeHosts or patterns like sqs:*, separated by commas; all of iam or sts is none';

/** The service and the name of an addition; undefined for text of another form. */
export function parseAddition(text: string): { readonly service: string; readonly name: string } | undefined {
  const [, service, name] = ADDITION.exec(text) ?? [];
  return service === undefined || name === undefined ? undefined : { service, name };
}

/**
 * The entries of one list with those of another that it does not cover yet, each once. It ends where it is longer than what
 * a deployment takes: comparing on takes time with the square of it.
 */
export function withAdditions(present: readonly string[], more: readonly string[]): readonly string[] {
  let list = [...present];
  let length = list.join(',').length;
  // Patterns before what they cover.
  for (const addition of [...more].sort((left, right) => Number(isPrefix(right)) - Number(isPrefix(left)))) {
    if (length > MAX_ADDITIONS_LENGTH) return list;
    if (covered(list, addition)) continue;
    list = [...list, addition];
    length += addition.length + 1;
  }
  return list;
}

/** Whether one of the allowed names, or patterns with a `*` at the end, covers all of what `name` can match. */
export function covered(allowed: readonly string[], name: string): boolean {
  const wanted = name.toLowerCase();
  const { names, prefixes } = lookup(allowed);
  return names.has(wanted) || prefixes.some((prefix) => wanted.startsWith(prefix));
}

/** A bundle asks for a hundred thousand actions, and every one is looked up. */
const lookup = memoizeByObject((allowed: readonly string[]) => {
  const all = allowed.map((entry) => entry.toLowerCase());
  return {
    names: new Set(all.filter((entry) => !isPrefix(entry))),
    prefixes: all.filter(isPrefix).map((entry) => entry.slice(0, -1)),
  };
});

function isPrefix(addition: string): boolean {
  return addition.endsWith('*');
}
