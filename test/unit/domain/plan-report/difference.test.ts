import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, permissionLines, trustLines } from '../../../../core/domain/plan-report/difference.ts';
import {
  type PolicyDocument,
  permissionPolicy,
  trustPolicy,
} from '../../../../core/domain/policy-document.ts';

const statements = fc.array(
  fc.record({
    effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    action: fc.uniqueArray(fc.constantFrom('s3:GetObject', 'ec2:RunInstances', 'iam:PassRole'), {
      minLength: 1,
    }),
    resource: fc.constantFrom('*', 'arn:aws:s3:::a/*'),
  }),
  { maxLength: 4 },
);
const policies = statements.map(permissionPolicy);

describe('what a plan says of two policies', () => {
  it('is nothing when they are the same', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const lines = permissionLines(policy);
        expect(differenceOf(lines, lines)).toEqual({ added: [], removed: [], kept: new Set(lines).size });
      }),
    );
  });

  it('has each action and resource once, on the side that has it', () => {
    fc.assert(
      fc.property(policies, policies, (before, after) => {
        const [was, is] = [permissionLines(before), permissionLines(after)];
        const { added, removed, kept } = differenceOf(was, is);
        expect(new Set(added).size).toBe(added.length);
        for (const line of added) expect(was).not.toContain(line);
        for (const line of removed) expect(is).not.toContain(line);
        expect(added.length + kept).toBe(new Set(is).size);
        expect(removed.length + kept).toBe(new Set(was).size);
      }),
    );
  });

  it.each<[string, object, string[]]>([
    ['one text for a list', { Effect: 'Allow', Action: 's3:A', Resource: 'x' }, ['s3:A on x']],
    [
      'a denial',
      { Effect: 'Deny', Action: ['s3:A'], Resource: ['x', 'y'] },
      ['Deny: s3:A on x', 'Deny: s3:A on y'],
    ],
    [
      'what is left out',
      { Effect: 'Allow', NotAction: 's3:A', NotResource: 'x' },
      ['all but s3:A on all but x'],
    ],
    [
      'conditions',
      { Effect: 'Allow', Action: 's3:A', Resource: 'x', Condition: { StringEquals: { k: ['a', 'b'] } } },
      ['s3:A on x if k StringEquals a or b'],
    ],
  ])('is clear of %s', (_, statement, lines) => {
    const policy = { Version: '2012-10-17', Statement: [statement] } as PolicyDocument;
    expect(permissionLines(policy)).toEqual(lines);
  });
});

describe('whom a role trusts', () => {
  const subjects = ['system:serviceaccount:a:b', 'system:serviceaccount:a:c'];
  const provider = 'arn:aws:iam::1:oidc-provider/host';
  const trust = trustPolicy(provider, 'host', subjects);

  it('is its service accounts', () => {
    expect(trustLines(trust, provider)).toEqual(subjects);
  });

  it('is told with what restricts it, and a statement of another form as it is', () => {
    const [first] = trust.Statement;
    const restricted = {
      ...first,
      Condition: { StringEquals: { 'host:sub': subjects[0], 'host:aud': 'openshift' } },
    };
    const foreign = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    expect(trustLines({ ...trust, Statement: [restricted, foreign] }, provider)).toEqual([
      'system:serviceaccount:a:b if host:aud StringEquals openshift',
      JSON.stringify(foreign),
    ]);
  });

  it('is told with another provider than the cluster has, so that a move from one to the other is seen', () => {
    const moved = 'arn:aws:iam::1:oidc-provider/d1.cloudfront.net';
    expect(
      differenceOf(
        trustLines(trust, moved),
        trustLines(trustPolicy(moved, 'd1.cloudfront.net', subjects), moved),
      ),
    ).toEqual({
      removed: subjects.map((subject) => `${subject} by ${provider}`),
      added: subjects,
      kept: 0,
    });
  });

  it.each([
    [
      'more principals',
      { Principal: { Federated: 'arn:aws:iam::1:oidc-provider/host', AWS: 'arn:aws:iam::1:root' } },
    ],
    [
      'a condition on the tokens of another issuer',
      { Condition: { StringEquals: { 'other:sub': subjects } } },
    ],
  ])('is the statement as it is where that has %s', (_, change) => {
    const statement = { ...trust.Statement[0], ...change };
    expect(trustLines({ ...trust, Statement: [statement] }, provider)).toEqual([JSON.stringify(statement)]);
  });
});
