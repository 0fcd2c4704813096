import fc from 'fast-check';
import type { PolicyDocument } from '../../core/domain/policy-document.ts';
import type { Request, Statement } from './policy-evaluation.ts';

/** A small world, in which everything that can make a difference is likely to occur. */
export const ACTION = fc.oneof(
  fc.constantFrom(
    's:a',
    's:ab',
    's:b',
    't:a',
    'S:A',
    's:a*',
    's:*',
    's:?',
    's:*b',
    '*',
    '*:a',
    '?:a?',
    't:*',
  ),
  fc
    .string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 })
    .map((name) => `s:${name}`),
);
export const RESOURCE = fc.oneof(
  fc.constantFrom(
    '*',
    'r',
    'r/a',
    'r/*',
    'r/?',
    '*a',
    'R',
    'r/*/a',
    'q*',
    'arn:x:s',
    'arn:x:s:*:1:a',
    'arn:x:s:*:*:a*',
  ),
  fc.string({ unit: fc.constantFrom('r', '/', '*', '?', ':'), minLength: 1, maxLength: 4 }),
);
const KEY = fc.constantFrom('k', 'K', 'l');
const VALUES = fc.oneof(
  fc.constantFrom('a', 'ab', 'b'),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 3 }),
);
const TEST = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIfExists',
      'StringEqualsIgnoreCase',
      'stringequals',
    ),
    KEY,
    VALUES,
  ),
  fc.tuple(
    fc.constantFrom('StringLike', 'StringNotLike'),
    KEY,
    fc.constantFrom('a*', '*b', '?', ['a', 'b*'], '*'),
  ),
  fc.tuple(fc.constant('Null'), KEY, fc.constantFrom('true', 'false', true)),
);
const CONDITION = fc.array(TEST, { minLength: 1, maxLength: 2 }).map((tests) => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const [operator, key, values] of tests) {
    block[operator] ??= {};
    block[operator][key] = values;
  }
  return block;
});

const SELECTION = <T>(entry: fc.Arbitrary<T>) =>
  fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 3 }));
export const STATEMENT: fc.Arbitrary<Statement> = fc
  .record({
    effect: fc.oneof({ weight: 5, arbitrary: fc.constant('Allow') }, fc.constant('Deny')),
    action: SELECTION(ACTION),
    resource: SELECTION(RESOURCE),
    not: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.constantFrom('Action', 'Resource')),
    condition: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, CONDITION),
  })
  .map(({ effect, action, resource, not, condition }) => ({
    Effect: effect,
    [not === 'Action' ? 'NotAction' : 'Action']: action,
    [not === 'Resource' ? 'NotResource' : 'Resource']: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
export const POLICY = fc
  .array(STATEMENT, { minLength: 1, maxLength: 4 })
  .map((statements): PolicyDocument => ({ Version: '2012-10-17', Statement: statements }));

export const REQUEST: fc.Arbitrary<Request> = fc.record({
  action: fc.oneof(
    fc.constantFrom('s:a', 's:ab', 's:b', 't:a', 't:b'),
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }).map((name) => `s:${name}`),
  ),
  resource: fc.oneof(
    fc.constantFrom('r', 'r/a', 'r/b', 'R', 'ra', 'q', 'arn:x:s:e:1:a', 'arn:x:s:e:2:a:1:a', 'arn:x:s:::b'),
    fc.string({ unit: fc.constantFrom('r', '/', 'z', ':'), minLength: 1, maxLength: 4 }),
  ),
  context: fc.record(
    { k: fc.constantFrom('a', 'b', 'ab', 'c', 'A', 'z'), l: fc.constantFrom('a', 'b', 'ab', 'z') },
    { requiredKeys: [] },
  ),
});
