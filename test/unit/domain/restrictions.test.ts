import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import { mergeRoles, mergeWithLive } from '../../../core/domain/merge.ts';
import { trusts } from '../../../core/domain/policy/trust.ts';
import {
  type PolicyDocument,
  type PolicyStatement,
  samePolicy,
  statementsOf,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';
import { restrictedRole, withRestrictions } from '../../../core/domain/restrictions.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';

const CLUSTER = demoCluster();
const { providerArn, issuer } = CLUSTER;
const { host } = issuer;
const [ROLE] = CLUSTER.roles as readonly [DesiredRole, ...DesiredRole[]];
const COMPONENT = { providerArn, host, subjects: ROLE.subjects };
const DESIRED = ROLE.trust;
const [STATEMENT] = DESIRED.Statement as [PolicyStatement];

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const document = (...statements: PolicyStatement[]): PolicyDocument => ({
  ...DESIRED,
  Statement: statements,
});
const limited = (conditions: Conditions, subjects: readonly string[] = ROLE.subjects): PolicyStatement => ({
  ...STATEMENT,
  Condition: {
    ...conditions,
    StringEquals: { [`${host}:sub`]: subjects, ...conditions['StringEquals'] },
  },
});
const FOR_OPENSHIFT: Conditions = { StringEquals: { [`${host}:aud`]: 'openshift' } };
const DENY: PolicyStatement = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringNotEquals: { [`${host}:aud`]: ['openshift', 'sts.amazonaws.com'] } },
};

describe('a trust policy that somebody restricted', () => {
  it('does not grow when an upgrade asks for the same, and names a further service account in its place', () => {
    const live = document(limited(FOR_OPENSHIFT));
    const current = { ...ROLE, trust: live };
    const more = [...ROLE.subjects, 'system:serviceaccount:a:b'];
    const asking = (subjects: readonly string[]) => ({
      ...ROLE,
      subjects,
      trust: trustPolicy(providerArn, host, subjects),
    });
    for (const subjects of [ROLE.subjects, more]) {
      const [upgraded = ROLE] = mergeRoles([current], [asking(subjects)]);
      const { trust } = restrictedRole(upgraded, CLUSTER, live);
      expect(statementsOf(trust)).toEqual([limited(FOR_OPENSHIFT, subjects)]);
    }
  });

  it.each<[string, PolicyDocument]>([
    ['to an audience', document(limited(FOR_OPENSHIFT))],
    [
      'to several audiences',
      document(limited({ StringEquals: { [`${host}:aud`]: ['sts.amazonaws.com', 'openshift'] } })),
    ],
    [
      'to an audience, by another operator',
      document(limited({ 'ForAnyValue:StringLike': { [`${host}:aud`]: 'open*' } })),
    ],
    [
      'to a network, which only Verify can try',
      document(limited({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })),
    ],
    ['by denying everything else', document(STATEMENT, DENY)],
    ['in both ways', document(limited(FOR_OPENSHIFT), DENY)],
  ])('keeps the restriction: %s', (_, live) => {
    const kept = withRestrictions(DESIRED, live, COMPONENT);
    expect(samePolicy(kept, live)).toBe(true);
    // It is there once, however often runs go over it.
    expect(withRestrictions(kept, live, COMPONENT)).toEqual(kept);
  });

  it('keeps it for the service accounts that are new, and for no others', () => {
    const more = [...ROLE.subjects, 'system:serviceaccount:openshift-ingress-operator:new'];
    const desired = trustPolicy(providerArn, host, more);
    const kept = withRestrictions(desired, document(limited(FOR_OPENSHIFT)), {
      ...COMPONENT,
      subjects: more,
    });
    expect(samePolicy(kept, document(limited(FOR_OPENSHIFT, more)))).toBe(true);
  });

  it.each<[string, PolicyDocument | undefined]>([
    ['there is none', undefined],
    ['it is the same', DESIRED],
    [
      'it restricts tokens to an audience that no component asks for',
      document(limited({ StringEquals: { [`${host}:aud`]: 'other' } })),
    ],
    [
      'it denies a service account',
      document(STATEMENT, { ...DENY, Condition: { StringEquals: { [`${host}:sub`]: ROLE.subjects } } }),
    ],
    ['another statement trusts the same without it', document(limited(FOR_OPENSHIFT), STATEMENT)],
    [
      'it is on a statement about another provider',
      document({ ...limited(FOR_OPENSHIFT), Principal: { Federated: 'arn:x' } }),
    ],
    [
      'it only trusts more',
      document(STATEMENT, { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
    ],
    ['it says nothing of subjects', document({ ...STATEMENT, Condition: FOR_OPENSHIFT })],
    ['it is nothing like a trust policy', document({ Effect: 'Allow', Condition: 7 })],
  ])('is as the requests want it when %s', (_, live) => {
    expect(withRestrictions(DESIRED, live, COMPONENT)).toBe(DESIRED);
  });

  it('gets no second statement beside it by an upgrade, which would bind nothing any more', () => {
    const live = { policy: ROLE.policy, trust: document(limited(FOR_OPENSHIFT)) };
    const [asked] = demoCluster({}, [
      request('openshift-ingress-operator', 'cloud-credentials', 'new'),
    ]).roles;
    const [merged] = mergeRoles([ROLE], [asked as DesiredRole], '4.21.0') as [DesiredRole];
    const restricted = restrictedRole(merged, CLUSTER, live.trust);
    const upgraded = mergeWithLive(restricted, live);
    expect(statementsOf(upgraded.trust)).toEqual([limited(FOR_OPENSHIFT, merged.subjects)]);
    // What the run takes over is no drift afterwards.
    expect(upgraded).not.toHaveProperty('requested');
  });

  it('is taken over too into what is kept apart as requested', () => {
    const live = document(limited(FOR_OPENSHIFT));
    const requested = { trust: DESIRED, policy: ROLE.policy };
    const role = restrictedRole({ ...ROLE, requested }, CLUSTER, live);
    expect([role.trust, role.requested?.trust].map((trust) => samePolicy(trust, live))).toEqual([true, true]);
  });

  it('never admits more than the requests, and never shuts out whom they admit', () => {
    const conditions = fc.record(
      {
        StringEquals: fc.dictionary(
          fc.constantFrom(`${host}:aud`, 'aws:SourceAccount'),
          fc.constantFrom('openshift', 'other', '1'),
        ),
        StringLike: fc.dictionary(
          fc.constantFrom(`${host}:aud`, `${host}:sub`),
          fc.constantFrom('*', 'open*', 'x'),
        ),
      },
      { requiredKeys: [] },
    );
    const statement = fc.oneof(
      conditions.map((extra) => limited(extra as Conditions)),
      fc.constantFrom(DENY, STATEMENT, { ...DENY, Condition: {} }),
    );
    const strangers = [...ROLE.subjects, 'system:serviceaccount:x:y'];
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 3 }), (statements) => {
        const kept = withRestrictions(DESIRED, document(...statements), COMPONENT);
        for (const subject of strangers)
          for (const audience of ['openshift', 'sts.amazonaws.com', 'other']) {
            const question = { providerArn, host, subject, audience };
            const before = trusts(DESIRED, question).answer;
            const after = trusts(kept, question).answer;
            if (before === 'no') expect(after).toBe('no');
            if (before === 'yes' && audience === 'openshift') expect(after).not.toBe('no');
          }
      }),
    );
  });
});
