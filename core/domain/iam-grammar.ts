import { editDistance } from '../util/edit-distance.ts';

/*
 * What IAM takes no policy with (MalformedPolicyDocument). It says so only when the policy is put on the role, in the middle of
 * a run; ccoctl then stops with some roles made.
 */

const OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ...['StringLike', 'StringNotLike', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'],
  ...['NumericGreaterThan', 'NumericGreaterThanEquals'],
  ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals'],
  ...['DateGreaterThan', 'DateGreaterThanEquals'],
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'Null'],
];
const OPERATOR = /^((?:ForAnyValue|ForAllValues):)?(.+?)(IfExists)?$/is;

/** Whether a policy may name it as its resource: an ARN, or a pattern of all. */
export function isResource(text: string): boolean {
  return text === '*' || text.startsWith('arn:');
}

/** Whether IAM has an operator of conditions of that name; in which case it is written is not looked at. */
export function isOperator(text: string): boolean {
  const [, , base = ''] = OPERATOR.exec(text) ?? [];
  return OPERATORS.some((each) => each.toLowerCase() === base.toLowerCase());
}

/** The operator that is written most like it; undefined when none is. */
export function nearestOperator(text: string): string | undefined {
  const [, set = '', base = '', ifExists = ''] = OPERATOR.exec(text) ?? [];
  if (base.length > 32) return undefined;
  const distanceOf = (each: string) => editDistance(base.toLowerCase(), each.toLowerCase());
  const [best] = OPERATORS.toSorted((a, b) => distanceOf(a) - distanceOf(b));
  return best === undefined || distanceOf(best) > 3 ? undefined : `${set}${best}${ifExists}`;
}
