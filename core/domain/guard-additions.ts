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

/** The entries of one list with those of another that it does not cover yet, each once. */
export function withAdditions(present: readonly string[], more: readonly string[]): readonly string[] {
  const list = [...present];
  // Patterns before what they cover.
  for (const addition of [...more].sort((left, right) => Number(isPrefix(right)) - Number(isPrefix(left))))
    if (!covered(list, addition)) list.push(addition);
  return list;
}

/** Whether one of the allowed names, or patterns with a `*` at the end, covers all of what `name` can match. */
export function covered(allowed: readonly string[] | undefined, name: string): boolean {
  const wanted = name.toLowerCase();
  return (allowed ?? []).some((entry) => {
    const known = entry.toLowerCase();
    return known.endsWith('*') ? wanted.startsWith(known.slice(0, -1)) : known === wanted;
  });
}

function isPrefix(addition: string): boolean {
  return addition.endsWith('*');
}
