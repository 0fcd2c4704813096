import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundedProblems,
  boundedSkipped,
  boundedTexts,
  told,
} from '../../../core/domain/bounded-problems.ts';
import type { Problem } from '../../../core/domain/problem.ts';
import { visible } from '../../../core/util/visible.ts';
import { anyCharacter } from '../../support/any-character.ts';

const problem = (message: string): Problem => ({
  code: 'CredentialsRequestInvalid',
  file: 'a.yaml',
  field: 'spec',
  message,
  remedy: 'Correct it.',
});

describe('what is told of an upload', () => {
  it('is all of it while it is a few things', () => {
    const few = [problem('One.'), problem('Two.')];
    expect(boundedProblems(few)).toEqual(few);
    expect(boundedSkipped([{ file: 'a.yaml', reason: 'kind Secret' }])).toEqual([
      { file: 'a.yaml', reason: 'kind Secret' },
    ]);
  });

  it('is the first of many, and how many there are', () => {
    const many = boundedProblems(Array.from({ length: 150_000 }, () => problem('It is wrong.')));
    expect(many).toHaveLength(501);
    expect(many.at(-1)?.message).toBe('There are 150000 problems; these are the first 500.');
    expect(boundedSkipped(Array.from({ length: 5_000 }, () => ({ reason: 'no kind' }))).at(-1)).toEqual({
      reason: 'and 3000 more documents',
    });
    expect(boundedTexts(Array.from({ length: 501 }, () => 'It is wrong.')).at(-1)).toBe(
      'There are 1 more problems.',
    );
  });

  it('is short and does nothing to a terminal, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 2_000 }), (text) => {
        const shown = told(text);
        expect(shown.length).toBeLessThanOrEqual(500);
        expect(shown).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it.each([
    ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
    ['a\u202etxt', 'a\\u{202e}txt'],
    ['über\tall\n', 'über\tall\n'],
  ])('%j is shown as text', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
