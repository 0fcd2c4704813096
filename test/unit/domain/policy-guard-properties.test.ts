import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddition } from '../../../core/domain/guard-additions.ts';
import { DEFAULT_RULES, widenRules } from '../../../core/domain/policy-guard.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { ESCALATIONS, isAllowed } from './guarded-actions.ts';

describe('properties', () => {
  const known = Object.entries(DEFAULT_RULES.services);
  const listed = known.flatMap(([service, rules]) =>
    [...rules.actions, ...Object.keys(DEFAULT_RULES.sensitive[service] ?? {})].map(
      (name) => `${service}:${name}`,
    ),
  );
  const word = fc.stringMatching(/^[A-Z][a-z]{1,6}([A-Z][a-z]{1,6}){0,2}$/);
  const invented = fc
    .tuple(
      fc.constantFrom(...known.map(([service]) => service), 'sqs', 'lambda', 'organizations'),
      fc.constantFrom('Describe', 'Get', 'List', 'Create', 'Delete', 'Put', 'Update', 'Attach', ''),
      word,
    )
    .map(([service, verb, noun]) => `${service}:${verb}${noun}`);
  const concrete = fc
    .oneof(invented, fc.constantFrom(...listed, ...ESCALATIONS))
    .filter((action) => !/[*?]/.test(action));
  const resource = fc.constantFrom('*', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::b*');
  const addition = fc
    .tuple(concrete, fc.nat(20), fc.boolean())
    .map(([action, length, cut]) => (cut ? `${action.slice(0, action.indexOf(':') + 1 + length)}*` : action))
    .filter((action) => parseAddition(action) !== undefined);

  /** A pattern that matches `action` for certain: some characters become `?`, and some stretches `*`. */
  const patternFor = (action: string): fc.Arbitrary<string> => {
    const [service = '', name = ''] = action.split(':');
    return fc
      .array(fc.constantFrom('keep', 'keep', 'any', 'stretch'), {
        minLength: name.length + 1,
        maxLength: name.length + 1,
      })
      .map((choices) =>
        [...name, '']
          .map((character, index) => {
            if (choices[index] === 'stretch') return '*';
            return choices[index] === 'any' && character !== '' ? '?' : character;
          })
          .join(''),
      )
      .map((pattern) => `${service}:${pattern}`);
  };
  const prefixOf = (action: string): fc.Arbitrary<string> =>
    fc
      .nat(action.length - action.indexOf(':') - 1)
      .map((length) => `${action.slice(0, action.indexOf(':') + 1 + length)}*`);
  const pattern = concrete.chain((action) => fc.oneof(patternFor(action), prefixOf(action)));

  it('refuses every pattern that can match a refused action, widened or not', () => {
    fc.assert(
      fc.property(
        concrete.chain((action) =>
          fc.tuple(fc.constant(action), fc.oneof(patternFor(action), prefixOf(action))),
        ),
        resource,
        fc.array(addition, { maxLength: 3 }),
        ([action, matching], on, additions) => {
          const rules = widenRules(DEFAULT_RULES, additions);
          fc.pre(!isAllowed(action, on, rules));
          expect(isAllowed(matching, on, rules)).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never refuses after widening what was allowed before', () => {
    fc.assert(
      fc.property(
        fc.oneof(concrete, pattern),
        resource,
        fc.array(addition, { maxLength: 4 }),
        (action, on, additions) => {
          fc.pre(isAllowed(action, on));
          expect(isAllowed(action, on, widenRules(DEFAULT_RULES, additions))).toBe(true);
        },
      ),
      { numRuns: 700 },
    );
  });

  it('allows after widening whatever was added', () => {
    fc.assert(
      fc.property(addition, (added) => {
        expect(isAllowed(added, '*', widenRules(DEFAULT_RULES, [added]))).toBe(true);
      }),
    );
  });

  it('does not depend on case', () => {
    fc.assert(
      fc.property(
        fc.oneof(concrete, pattern),
        resource,
        fc.infiniteStream(fc.boolean()),
        (action, on, upper) => {
          const mixed = [...action].map((letter) =>
            upper.next().value ? letter.toUpperCase() : letter.toLowerCase(),
          );
          expect(isAllowed(mixed.join(''), on)).toBe(isAllowed(action, on));
        },
      ),
      { numRuns: 700 },
    );
  });

  it('refuses what is not written in ASCII, whatever it looks like', () => {
    fc.assert(
      fc.property(
        concrete,
        fc.nat(),
        fc.string({ unit: anyCharacter, minLength: 1, maxLength: 2 }),
        (action, at, strange) => {
          fc.pre(/[^ -~]/u.test(strange));
          const index = at % (action.length + 1);
          expect(isAllowed(action.slice(0, index) + strange + action.slice(index))).toBe(false);
        },
      ),
    );
  });
});
