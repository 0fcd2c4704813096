import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../scripts/check/position.ts';
import { anyCharacter } from '../../support/any-character.ts';

const TEXT = `# requests
kind: A
spec:
  names: [x]
  entries:
    - effect: Allow
      action:
        - a
    - {effect: Deny, action: [b]}
---
kind: B
tags:
  cost.center: x
---
kind: List
items:
  - kind: C
  - kind: D
    names:
      - x
`;

describe('the line of a field', () => {
  test.each([
    [1, 'kind', 2],
    [1, 'spec.names', 4],
    [1, 'spec.names[0]', 4],
    [1, 'spec.entries[0].action', 7],
    [1, 'spec.entries[0].action[0]', 8],
    [1, 'spec.entries[1].effect', 9],
    [1, 'spec.absent', 3],
    [1, undefined, 2],
    [2, 'kind', 11],
    [2, 'tags.cost.center', 12],
    [3, 'spec.names', undefined],
    [3, 'items[1]', 18],
    [3, 'items[1].names[0]', 20],
    [3, 'items[1].absent', 18],
    [1, 'absent', undefined],
    [4, 'kind', undefined],
    [0, 'kind', undefined],
  ])('of document %d, %s, is %s', (document, field, line) => {
    expect(linesOf(TEXT)(document, field)).toBe(line);
  });

  test.each(['', 'text', '- a\n', '\ufeffkind: A\r\nspec: {}\r\n'])('is asked of %j too', (text) => {
    expect(linesOf(text)(1, 'spec')).toBe(text.includes('spec') ? 2 : undefined);
  });

  test.each(['['.repeat(20_000), `a: ${'{b: '.repeat(10_000)}`, 'x'.repeat(2_000_000)])(
    'is the first at most in a text that nobody could read, %#',
    (text) => expect([undefined, 1]).toContain(linesOf(text)(1, 'a.b')),
  );

  test('is never a reason to fail', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter, maxLength: 200 }),
        fc.string({ maxLength: 20 }),
        (text, field) => {
          const line = linesOf(text)(1, field);
          expect(line === undefined || line >= 1).toBe(true);
        },
      ),
    );
  });
});
