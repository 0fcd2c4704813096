import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gap } from '../../../../core/domain/policy/coverage.ts';
import { describeGaps, missingStatements } from '../../../../core/domain/policy/gaps.ts';

const NONE = 'no statement allows it';
const IN_REGION = { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } };

describe('gaps in words', () => {
  it.each<[string, Gap[], string]>([
    ['one', [{ action: 'a:A', resource: '*', reason: NONE }], `a:A on * (${NONE})`],
    [
      'of one resource and reason, together',
      [
        { action: 'a:A', resource: '*', reason: NONE },
        { action: 'b:B', resource: 'arn', reason: NONE },
        { action: 'c:C', resource: '*', reason: NONE },
      ],
      `a:A, c:C on * (${NONE}); b:B on arn (${NONE})`,
    ],
    [
      'of different reasons, apart',
      [
        { action: 'a:A', resource: '*', reason: NONE },
        { action: 'b:B', resource: '*', reason: 'denied' },
      ],
      `a:A on * (${NONE}); b:B on * (denied)`,
    ],
    [
      'under a condition',
      [{ action: 'a:A', resource: '*', condition: IN_REGION, reason: NONE }],
      `a:A on * if {"StringEquals":{"aws:RequestedRegion":"us-east-2"}} (${NONE})`,
    ],
    [
      'said twice, once',
      [
        { action: 'a:A', resource: '*', reason: NONE },
        { action: 'a:A', resource: '*', reason: NONE },
      ],
      `a:A on * (${NONE})`,
    ],
    ['none', [], ''],
  ])('%s', (_, gaps, text) => {
    expect(describeGaps(gaps)).toBe(text);
  });
});

describe('gaps as statements', () => {
  it('are what would close them', () => {
    expect(
      missingStatements([
        { action: 'a:A', resource: '*', reason: NONE },
        { action: 'b:B', resource: '*', condition: IN_REGION, reason: NONE },
        { action: 'c:C', resource: '*', reason: NONE },
      ]),
    ).toEqual([
      { Effect: 'Allow', Action: ['a:A', 'c:C'], Resource: '*' },
      { Effect: 'Allow', Action: ['b:B'], Resource: '*', Condition: IN_REGION },
    ]);
  });

  const condition = fc.constantFrom<Gap['condition']>(
    undefined,
    {},
    IN_REGION,
    { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { StringLike: { 'aws:RequestedRegion': 'us-east-2' } },
  );
  const gap: fc.Arbitrary<Gap> = fc
    .record({
      action: fc.constantFrom('a:A', 'a:a', 'b:B', 'c:C'),
      resource: fc.constantFrom('*', 'arn:1', 'arn:2'),
      condition,
      reason: fc.constantFrom(NONE, 'denied'),
    })
    .map(({ condition: only, ...rest }) => ({ ...rest, ...(only === undefined ? {} : { condition: only }) }));

  it('lose nothing and add nothing, whatever is grouped', () => {
    const partOf = (action: unknown, resource: unknown, only: unknown) =>
      JSON.stringify([action, resource, only ?? 'none']);
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 30 }), (gaps) => {
        const statements = missingStatements(gaps) as {
          Action: string[];
          Resource: string;
          Condition?: Gap['condition'];
        }[];
        const closed = statements.flatMap(({ Action, Resource, Condition }) =>
          Action.map((action) => partOf(action, Resource, Condition)),
        );
        const open = gaps.map((each) => partOf(each.action, each.resource, each.condition));
        expect([...new Set(closed)].sort()).toEqual([...new Set(open)].sort());
        for (const { Action } of statements) expect(new Set(Action).size).toBe(Action.length);
        for (const { action, resource, reason } of gaps) {
          const text = describeGaps(gaps);
          for (const part of [action, resource, reason]) expect(text).toContain(part);
        }
      }),
    );
  });
});
