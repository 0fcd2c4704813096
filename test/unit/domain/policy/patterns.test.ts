import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Glob } from '../../../../core/domain/policy/automaton.ts';
import { ACTIONS, TEXTS, textClasses } from '../../../../core/domain/policy/languages.ts';
import {
  actionPattern,
  arnPattern,
  type Budget,
  characters,
  matches,
  overlaps,
  type Pattern,
  REACHES,
  type Reach,
  resourcePattern,
  tokensOf,
  valuePattern,
} from '../../../../core/domain/policy/patterns.ts';

const budget = () => ({ left: 10_000_000 });

function value(text: string): Pattern {
  return valuePattern(text, { wildcards: true, variables: false }) as Pattern;
}

function glob(text: string): Glob {
  return { tokens: tokensOf(value(text)) };
}

/** Whether every text that a pattern matches is matched by one of the others; undefined when that takes too long. */
function included(pattern: Glob, union: readonly Glob[], budget: Budget): boolean | undefined {
  return textClasses({ all: [pattern] }, union, budget)?.every(({ matched }) => matched.includes(true));
}

describe('an action', () => {
  it.each([
    ['ec2:RunInstances', 'ec2:RunInstances', true],
    ['EC2:runinstances', 'ec2:RunInstances', true],
    ['ec2:Run*', 'ec2:RunInstances', true],
    ['ec2:*Instances', 'ec2:RunInstances', true],
    ['ec2:RunInstance?', 'ec2:RunInstances', true],
    ['ec2:RunInstances?', 'ec2:RunInstances', false],
    ['ec2:Run', 'ec2:RunInstances', false],
    ['*', 'ec2:RunInstances', true],
    ['*:*', 'ec2:RunInstances', true],
    ['**', 'ec2:RunInstances', true],
    ['*:Run*', 'ec2:RunInstances', true],
    ['ec?:Run*', 'ec2:RunInstances', true],
    ['s3:*', 'ec2:RunInstances', false],
    ['*s', 'ec2:RunInstances', undefined],
    ['ec2', 'ec2:RunInstances', undefined],
    ['ec2:Run:Instances', 'ec2:RunInstances', undefined],
    [' ec2:RunInstances', 'ec2:RunInstances', undefined],
    // The Kelvin sign turns into a plain k in lower case.
    ['\u212Ams:Decrypt', 'kms:decrypt', undefined],
    ['', 'ec2:RunInstances', undefined],
  ])('%j matches %s: %s', (pattern, action, expected) => {
    const read = actionPattern(pattern);
    const answer = read && matches(tokensOf(read), characters(action.toLowerCase()));
    expect(answer).toBe(expected);
  });
});

describe('a resource', () => {
  it.each<[string, string, boolean, boolean]>([
    ['*', 'arn:aws:s3:::a', true, true],
    ['arn:aws:s3:::a', 'arn:aws:s3:::a', true, true],
    ['arn:aws:s3:::A', 'arn:aws:s3:::a', false, false],
    ['arn:aws:s3:::a/*', 'arn:aws:s3:::a/b/c', true, true],
    ['arn:aws:s3:::a/*', 'arn:aws:s3:::a', false, false],
    ['arn:aws:s3:::?', 'arn:aws:s3:::a', true, true],
    ['arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:us-east-1:1:log-group:a:b', true, true],
    ['arn:aws:ec2:*:1:vpc/*', 'arn:aws:ec2:us-east-1:2:x:1:vpc/y', true, false],
    ['arn:aws:ec2:?:1:vpc/v', 'arn:aws:ec2:::1:vpc/v', true, false],
    ['arn:aws:s3', 'arn:aws:s3:us-east-1:1:a', true, true],
    ['arn:aws:s3:*', 'arn:aws:s3:::a', true, true],
    ['arn:aws:s3:*', 'arn:aws:s3', false, false],
    ['arn:*', 'arn:aws:s3:::a', true, true],
  ])('%s matches %s: %s, or %s field by field', (pattern, resource, overColons, withinFields) => {
    const read = resourcePattern(pattern, true) as Pattern;
    const answers = REACHES.map((reach: Reach) => matches(tokensOf(read, reach), characters(resource)));
    expect(answers).toEqual([overColons, withinFields]);
  });

  it.each([
    ['${*}', true, '*', true],
    ['${*}', true, 'x', false],
    ['a${?}', true, 'a?', true],
    ['a${?}', true, 'ab', false],
    ['${$}{x}', true, '${x}', true],
    ['${*}', false, '${anything}', true],
    ['${aws:username}', false, '${aws:username}', true],
    ['${aws:username}', true, '${aws:username}', false],
  ])('%s, with variables %s, matches %s: %s', (pattern, variables, text, expected) => {
    const read = resourcePattern(pattern, variables) as Pattern;
    expect(matches(tokensOf(read), characters(text))).toBe(expected);
  });

  it('is not longer than an ARN can be', () => {
    expect(resourcePattern('a'.repeat(2_049), true)).toBeUndefined();
  });
});

describe('an ARN of a condition', () => {
  it.each([
    ['arn:aws:iam::*:role/*', 'arn:aws:iam::1:role/a/b', true],
    ['arn:aws:iam:*:role/x', 'arn:aws:iam::1:role/x', undefined],
    ['arn:*:iam::1:role/x', 'arn:a:b:iam::1:role/x', false],
    ['*', 'arn:aws:iam::1:role/a', undefined],
  ])('%s matches %s field by field: %s', (pattern, arn, expected) => {
    const read = arnPattern(pattern, true);
    expect(read && matches(tokensOf(read), characters(arn))).toBe(expected);
  });
});

describe('two patterns overlap', () => {
  it.each([
    ['a*', '*b', true],
    ['a*', 'b*', false],
    ['a?c', 'a*', true],
    ['a?', 'a', false],
    ['', '*', true],
    ['*a*', '*b*', true],
    ['ab', 'ab', true],
    ['ab', 'abc', false],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(overlaps(glob(left).tokens, glob(right).tokens, budget())).toBe(expected);
    expect(overlaps(glob(right).tokens, glob(left).tokens, budget())).toBe(expected);
  });

  it('as far as the values of variables may make them', () => {
    const one = resourcePattern('b/${aws:username}/x', true) as Pattern;
    const other = resourcePattern('b/alice/*', true) as Pattern;
    expect(overlaps(tokensOf(one), tokensOf(other), budget())).toBe(true);
  });
});

describe('when the budget is spent', () => {
  it('two patterns are taken to overlap', () => {
    expect(overlaps(glob('*a').tokens, glob('*b').tokens, { left: 0 })).toBe(true);
  });
});

describe('a pattern in a union of patterns', () => {
  it.each<[string, string[], boolean]>([
    ['s3:Get*', ['s3:*'], true],
    ['s3:*', ['s3:Get*'], false],
    ['*', ['?*', ''], true],
    ['*', ['?*'], false],
    ['*?', ['?*'], true],
    ['?*?', ['??*'], true],
    ['a*', ['a', 'a?*'], true],
    ['*a', ['?*'], true],
    ['*a*', ['a*', '?*a*'], true],
    ['a?', ['aa', 'ab'], false],
    ['??', ['?*'], true],
    ['*ab*', ['*a*'], true],
    ['*a*', ['*ab*', '*aa*', '*a'], false],
    ['', [''], true],
    ['a', [], false],
  ])('%j in %j: %s', (pattern, union, expected) => {
    expect(included(glob(pattern), union.map(glob), budget())).toBe(expected);
  });

  it('stops when it would take too long', () => {
    const hard = `*a${'?'.repeat(40)}`;
    expect(included(glob(`*${hard}`), [glob(`*b${'?'.repeat(40)}`)], budget())).toBeUndefined();
  });

  const TEXT = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', ':'), maxLength: 5 });
  const SHORT = textsUpTo(6, ['a', 'b', ':', 'z']);

  it('is what listing all short texts says', () => {
    fc.assert(
      fc.property(TEXT, fc.array(TEXT, { maxLength: 3 }), (pattern, union) => {
        const answer = included(glob(pattern), union.map(glob), budget());
        const isCounterexample = outside(pattern, union);
        if (answer === true) expect(SHORT.filter(isCounterexample)).toEqual([]);
        // A shortest counterexample may be longer than those that were listed.
        else expect(counterexample(pattern, union)).toSatisfy(isCounterexample);
      }),
      { numRuns: 1_000 },
    );
  });

  it('overlaps where a short text matches both', () => {
    fc.assert(
      fc.property(TEXT, TEXT, (left, right) => {
        const [one, other] = [asRegExp(left), asRegExp(right)];
        const common = SHORT.some((text) => one.test(text) && other.test(text));
        if (common) expect(overlaps(glob(left).tokens, glob(right).tokens, budget())).toBe(true);
        else if (left.length + right.length <= 6) {
          expect(overlaps(glob(left).tokens, glob(right).tokens, budget())).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('matches a text as a regular expression does', () => {
    fc.assert(
      fc.property(
        TEXT,
        fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 }),
        (pattern, text) => {
          expect(matches(glob(pattern).tokens, characters(text))).toBe(asRegExp(pattern).test(text));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  function counterexample(pattern: string, union: readonly string[]): string | undefined {
    const classes = textClasses({ all: [glob(pattern)] }, union.map(glob), budget());
    return classes?.find(({ matched }) => !matched.includes(true))?.example;
  }

  function outside(pattern: string, union: readonly string[]): (text: string) => boolean {
    const wanted = asRegExp(pattern);
    const others = union.map(asRegExp);
    return (text) => wanted.test(text) && !others.some((each) => each.test(text));
  }
});

describe('classes of texts', () => {
  it('are all combinations of the patterns that occur, each with an example', () => {
    const patterns = ['a*', '*b', '?'];
    const classes = textClasses(TEXTS, patterns.map(glob), budget()) ?? [];
    for (const { matched, example } of classes) {
      expect(matched).toEqual(patterns.map((pattern) => asRegExp(pattern).test(example)));
    }
    expect(classes.map(({ matched }) => matched.map(Number).join('')).sort()).toEqual(
      ['000', '001', '010', '011', '100', '101', '110'].sort(),
    );
  });

  it('of actions always have a service and a name', () => {
    const all = actionPattern('*') as Pattern;
    const named = actionPattern('?*:?*') as Pattern;
    const classes = textClasses(
      { ...ACTIONS, all: [...ACTIONS.all, { tokens: tokensOf(all) }] },
      [{ tokens: tokensOf(named) }],
      budget(),
    );
    expect(classes?.map(({ matched }) => matched)).toEqual([[true]]);
  });

  it('leave out what the language excludes', () => {
    const classes = textClasses({ all: [glob('a*')], none: [glob('ab*')] }, [glob('*b*')], budget());
    expect(classes?.map(({ matched }) => matched)).toEqual(expect.arrayContaining([[false], [true]]));
    expect(classes?.some(({ example }) => example.startsWith('ab'))).toBe(false);
  });

  it('know that case does not count where it does not', () => {
    const folded = valuePattern('aB', { wildcards: false, variables: false, fold: true }) as Pattern;
    const classes = textClasses({ all: [glob('A?')] }, [{ tokens: tokensOf(folded), fold: true }], budget());
    expect(classes?.find(({ matched }) => matched[0] === true)?.example).toMatch(/^A[bB]$/);
  });
});

function asRegExp(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function textsUpTo(length: number, letters: readonly string[]): string[] {
  const texts = [''];
  for (let index = 0; (texts[index] ?? '').length < length; index += 1) {
    for (const letter of letters) texts.push(`${texts[index]}${letter}`);
  }
  return texts;
}
