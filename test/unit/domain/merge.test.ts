import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePolicies, mergeTrusts } from '../../../core/domain/merge.ts';
import {
  canonicalStatement,
  type PolicyDocument,
  type PolicyStatement,
  samePolicy,
  statementsOf,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';
import { allow, HOST, oneOrMore, PROVIDER, policy, statements } from './merged.ts';

const policies: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constant('2012-10-17'),
  Statement: fc.oneof(fc.array(statements, { maxLength: 4 }), statements as fc.Arbitrary<never>),
});

const subject = fc.constantFrom('a', 'b', 'c', 'd').map((name) => `system:serviceaccount:ns:${name}`);

const trustStatements: fc.Arbitrary<PolicyStatement> = fc
  .record({
    subjects: oneOrMore(subject),
    provider: fc.constantFrom(PROVIDER, 'arn:aws:iam::123456789012:oidc-provider/other'),
    audience: fc.constantFrom(undefined, 'openshift'),
    operator: fc.constantFrom('StringEquals', 'StringLike'),
  })
  .map(({ subjects, provider, audience, operator }) => ({
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      [operator]: {
        [`${HOST}:sub`]: subjects,
        ...(audience === undefined ? {} : { [`${HOST}:aud`]: audience }),
      },
    },
  }));

const trusts: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constant('2012-10-17'),
  Statement: fc.array(fc.oneof(trustStatements, statements), { maxLength: 4 }),
});

/** What a trust policy admits, one line for every single subject of a statement and its conditions. */
function grants(document: PolicyDocument): Set<string> {
  return new Set(
    statementsOf(document).flatMap((statement) => {
      const { Condition } = statement as { Condition?: Record<string, Record<string, unknown>> };
      const key = `${HOST}:sub`;
      const subjects = Condition?.['StringEquals']?.[key];
      if (subjects === undefined) return canonicalStatement(statement);
      return [subjects].flat().map((each) =>
        canonicalStatement({
          ...statement,
          Condition: { ...Condition, StringEquals: { ...Condition?.['StringEquals'], [key]: each } },
        }),
      );
    }),
  );
}

const texts = (document: PolicyDocument) => new Set(statementsOf(document).map(canonicalStatement));

describe('the union of two policies', () => {
  it('holds the statements of both, and no other', () => {
    fc.assert(
      fc.property(policies, policies, (first, second) => {
        expect(texts(mergePolicies(first, second))).toEqual(new Set([...texts(first), ...texts(second)]));
      }),
      { numRuns: 500 },
    );
  });

  it('begins with the first as it is, and comes back as the same once it has everything', () => {
    fc.assert(
      fc.property(policies, policies, (first, second) => {
        const union = mergePolicies(first, second);
        const before = statementsOf(first);
        expect(statementsOf(union).slice(0, before.length)).toEqual(before);
        expect(mergePolicies(union, second)).toBe(union);
        expect(mergePolicies(union, first)).toBe(union);
        expect(samePolicy(union, mergePolicies(mergePolicies(first, second), second))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('says the same, whichever is first', () => {
    fc.assert(
      fc.property(policies, policies, (first, second) => {
        expect(texts(mergePolicies(first, second))).toEqual(texts(mergePolicies(second, first)));
      }),
      { numRuns: 500 },
    );
  });

  it('adds no statement under a name that is taken', () => {
    fc.assert(
      fc.property(policies, policies, (first, second) => {
        const names = (document: PolicyDocument) =>
          statementsOf(document).flatMap(({ Sid }) => (Sid === undefined ? [] : String(Sid)));
        const given = new Set(names(first));
        const added = names(mergePolicies(first, second)).slice(names(first).length);
        expect(new Set(added).size).toBe(added.length);
        for (const name of added) expect(given).not.toContain(name);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, PolicyDocument, PolicyDocument, readonly PolicyStatement[]]>([
    [
      'the same statement in other words',
      policy(allow(['s3:a', 's3:B'])),
      policy(allow(['s3:b', 's3:A'])),
      [allow(['s3:a', 's3:B'])],
    ],
    [
      'a statement with one action more',
      policy(allow('s3:a')),
      policy(allow(['s3:a', 's3:b'])),
      [allow('s3:a'), allow(['s3:a', 's3:b'])],
    ],
    [
      'another effect',
      policy(allow('s3:a')),
      policy(allow('s3:a', { Effect: 'Deny' })),
      [allow('s3:a'), allow('s3:a', { Effect: 'Deny' })],
    ],
    [
      'a name that is taken',
      policy(allow('s3:a', { Sid: 'X' })),
      policy(allow('s3:b', { Sid: 'X' })),
      [allow('s3:a', { Sid: 'X' }), allow('s3:b')],
    ],
    ['nothing at first', policy(), policy(allow('s3:a')), [allow('s3:a')]],
    [
      'no list at first',
      { Version: '2012-10-17', Statement: allow('s3:a') as never },
      policy(allow('s3:b')),
      [allow('s3:a'), allow('s3:b')],
    ],
    ['no statement at all at first', {} as never, policy(allow('s3:b')), [allow('s3:b')]],
  ])('of %s', (_, first, second, expected) => {
    const union = mergePolicies(first, second);
    expect(union.Statement).toEqual(expected);
    expect(union.Version).toBe('2012-10-17');
  });
});

describe('the union of two trust policies', () => {
  it('admits what either admits, and nothing else', () => {
    fc.assert(
      fc.property(trusts, trusts, (first, second) => {
        expect(grants(mergeTrusts(first, second))).toEqual(new Set([...grants(first), ...grants(second)]));
      }),
      { numRuns: 500 },
    );
  });

  it('comes back as the same once it has everything', () => {
    fc.assert(
      fc.property(trusts, trusts, (first, second) => {
        const union = mergeTrusts(first, second);
        expect(samePolicy(mergeTrusts(union, second), union)).toBe(true);
        expect(samePolicy(mergeTrusts(union, first), union)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('unites the subjects of one issuer in one statement, the old ones first', () => {
    const union = mergeTrusts(
      trustPolicy(PROVIDER, HOST, ['b', 'a']),
      trustPolicy(PROVIDER, HOST, ['c', 'a']),
    );
    expect(union).toEqual(trustPolicy(PROVIDER, HOST, ['b', 'a', 'c']));
  });

  it('keeps statements apart whose conditions differ in more', () => {
    const [narrow] = trustPolicy(PROVIDER, HOST, ['a']).Statement as [PolicyStatement];
    const withAudience = {
      ...narrow,
      Condition: { StringEquals: { [`${HOST}:sub`]: ['a'], [`${HOST}:aud`]: 'openshift' } },
    };
    expect(mergeTrusts(policy(withAudience), trustPolicy(PROVIDER, HOST, ['b'])).Statement).toHaveLength(2);
  });
});
