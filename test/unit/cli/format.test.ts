import { expect, test } from 'vitest';
import { formatCause, formatElapsed, formatSize } from '../../../cli/format.ts';

test('times line up', () => {
  expect([0, 999, 65_432, -5].map(formatElapsed)).toEqual(['   0.0 s', '   1.0 s', '  65.4 s', '   0.0 s']);
});

test('sizes', () => {
  expect([12, 2_048].map(formatSize)).toEqual(['12 bytes', '2.0 KB']);
});

test.each([
  [undefined, '(no cause given)'],
  ['plain words', 'plain words'],
  ['{"errorMessage":"taken","errorType":"ResourceConflict"}', 'taken'],
  ['{"other":1}', '{"other":1}'],
  ['null', 'null'],
])('cause %o', (cause, expected) => {
  expect(formatCause(cause)).toBe(expected);
});
