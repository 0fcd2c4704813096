import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import { mergePolicies, mergeRoles, mergeTrusts, mergeWithLive } from '../../../core/domain/merge.ts';
import {
  canonicalStatement,
  type PolicyDocument,
  type PolicyStatement,
  samePolicy,
  statementsOf,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';

const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (action: string | string[], more: PolicyStatement = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
});

const actions = fc.constantFrom('s3:GetObject', 's3:getobject', 's3:ListBucket', 'ec2:*', 'sts:AssumeRole');
const oneOrMore = <Item>(item: fc.Arbitrary<Item>) =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const statements: fc.Arbitrary<PolicyStatement> = fc.record(
  {
    Sid: fc.constantFrom('A', 'B'),
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: oneOrMore(actions),
    Resource: oneOrMore(fc.constantFrom('*', 'arn:aws:s3:::a', 'arn:aws:s3:::b/*')),
    Condition: fc.constantFrom(
      { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      { Bool: { x: true } },
    ),
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);
const policies: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constant('2012-10-17'),
  Statement: fc.oneof(fc.array(statements, { maxLength: 4 }), statements as fc.Arbitrary<never>),
});

const HOST = 'demo-oidc.s3.us-east-2.amazonaws.com';
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;
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

describe('the union of a role with what is in IAM', () => {
  const [role] = demoCluster().roles as readonly [DesiredRole, ...DesiredRole[]];

  it('is the live one as it is when that has everything, however it is ordered', () => {
    const live = {
      policy: policy(allow('ec2:*'), ...[...statementsOf(role.policy)].reverse()),
      trust: role.trust,
    };
    const { requested: _, ...united } = mergeWithLive(role, live);
    expect(united).toEqual({ ...role, ...live });
  });

  it('says apart what was requested, for as long as there is more in IAM', () => {
    const asked = { policy: role.policy, trust: role.trust };
    const more = { policy: mergePolicies(role.policy, policy(allow('ec2:*'))), trust: role.trust };
    const kept = mergeWithLive(role, more);
    expect(kept.requested).toEqual(asked);
    expect(mergeWithLive(kept, more)).toEqual(kept);
    expect(mergeWithLive(role, asked)).not.toHaveProperty('requested');
    // Whoever took it away meanwhile meant it.
    expect(mergeWithLive({ ...role, requested: asked }, asked)).not.toHaveProperty('requested');
  });

  it('stays apart when a second attempt unites what the first one already did', () => {
    const live = { policy: mergePolicies(role.policy, policy(allow('ec2:*'))), trust: role.trust };
    const attempt = (asked: readonly DesiredRole[]) =>
      mergeRoles([role], asked, '4.14.0').map((each) => mergeWithLive(each, live));
    const once = attempt([role]);
    expect(once[0]?.requested).toEqual({ policy: role.policy, trust: role.trust });
    // The registry has a hash of it, so the order of its members counts.
    expect(JSON.stringify(attempt(once))).toBe(JSON.stringify(once));
  });

  it('adds what a release asks for to both', () => {
    const more = mergeWithLive(role, {
      policy: mergePolicies(role.policy, policy(allow('ec2:*'))),
      trust: role.trust,
    });
    const next = { ...role, policy: policy(allow('kms:Decrypt')) };
    const [united] = mergeRoles([more], [next], '4.15.0');
    expect(united?.policy).toEqual(mergePolicies(more.policy, next.policy));
    expect(united?.requested?.policy).toEqual(mergePolicies(role.policy, next.policy));
  });

  it('is what is wanted where there is none', () => {
    expect(mergeWithLive(role, {})).toEqual(role);
  });
});

describe('the union of the roles of a cluster with those of a release', () => {
  const rolesOf = (...requests: Parameters<typeof demoCluster>[1] & object) =>
    demoCluster({}, requests).roles;
  const withActions = (namespace: string, action: string[], ...accounts: string[]) => ({
    ...request(namespace, 'creds', ...accounts),
    statements: [{ effect: 'Allow' as const, action, resource: '*' }],
  });
  const known = rolesOf(withActions('a', ['s3:A'], 'one'), withActions('b', ['s3:B'], 'two'));
  const asked = rolesOf(withActions('c', ['s3:C'], 'three'), withActions('a', ['s3:A2'], 'uno', 'one'));

  it('keeps those that the release does not ask for, adds to those it does, and marks the new ones', () => {
    const union = mergeRoles(known, asked, '4.14.0');
    expect(union.map(({ name, since }) => [name, since])).toEqual([
      ['demo-a-creds', undefined],
      ['demo-b-creds', undefined],
      ['demo-c-creds', '4.14.0'],
    ]);
    expect(union[1]).toBe(known[1]);
    const [first] = union as [DesiredRole];
    expect(first.subjects.map((each) => each.split(':').at(-1))).toEqual(['one', 'uno']);
    expect(first.policy.Statement.map(({ Action }) => Action)).toEqual([['s3:A'], ['s3:A2']]);
    expect(first.trust).toEqual(trustPolicy(PROVIDER, HOST, first.subjects));
  });

  it('is the same when it is made twice, also for a later release', () => {
    const once = mergeRoles(known, asked, '4.14.0');
    expect(mergeRoles(known, once, '4.14.0')).toEqual(once);
    expect(mergeRoles(once, asked, '4.15.0')).toEqual(once);
  });

  it('takes the place in the bundle and a boundary from what is asked', () => {
    const bounded = asked.map((role) => ({
      ...role,
      permissionsBoundaryArn: 'arn:b',
      source: { file: 'new.yaml' },
    }));
    const [first, second] = mergeRoles(known, bounded, '4.14.0');
    expect(first).toMatchObject({ permissionsBoundaryArn: 'arn:b', source: { file: 'new.yaml' } });
    expect(second).not.toHaveProperty('permissionsBoundaryArn');
  });
});
