import { isDeepStrictEqual } from 'node:util';

/** Whether two values are the same as JSON documents, which do not have what is undefined. */
export function sameAsWritten(left: unknown, right: unknown): boolean {
  const asWritten = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  return isDeepStrictEqual(asWritten(left), asWritten(right));
}
