import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import { mergeRoles, mergeWithLive } from '../../../core/domain/merge.ts';
import { trusts } from '../../../core/domain/policy/trust.ts';
import {
  type PolicyDocument,
  samePolicy,
  statementsOf,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';
import { restrictedRole, withRestrictions } from '../../../core/domain/restrictions.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';
import {
  bySubject,
  CLUSTER,
  COMPONENT,
  DENY,
  DESIRED,
  document,
  FOR_OPENSHIFT,
  host,
  limited,
  providerArn,
  ROLE,
  STATEMENT,
} from '../../support/restricted-trust.ts';

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

  it.each<[string, PolicyDocument]>([
    [
      'beside an action that no component needs',
      document({
        ...limited(FOR_OPENSHIFT),
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      }),
    ],
    ['of all actions', document({ ...limited(FOR_OPENSHIFT), Action: 'sts:*' })],
    [
      'beside another provider',
      document({ ...limited(FOR_OPENSHIFT), Principal: { Federated: [providerArn, 'arn:x'] } }),
    ],
    ['by subjects of a pattern', document(bySubject({ StringLike: 'system:serviceaccount:openshift-*' }))],
    [
      'by subjects that case does not tell apart',
      document(bySubject({ StringEqualsIgnoreCase: (ROLE.subjects[0] ?? '').toUpperCase() })),
    ],
    [
      'by a set of subjects',
      document(bySubject({ 'ForAnyValue:StringEquals': ['system:serviceaccount:a:b', ...ROLE.subjects] })),
    ],
    ['of every service account', document({ ...STATEMENT, Condition: FOR_OPENSHIFT })],
    [
      'beside statements about others',
      document(
        limited({}, ['system:serviceaccount:a:b']),
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 'sts:AssumeRole' },
        limited(FOR_OPENSHIFT),
      ),
    ],
    [
      'beside one that only others can meet',
      document(limited({ StringEquals: { [`${host}:aud`]: 'other' } }), limited(FOR_OPENSHIFT)),
    ],
    [
      'beside one that may be about somebody else',
      document(limited(FOR_OPENSHIFT), {
        ...STATEMENT,
        Principal: undefined,
        NotPrincipal: { Federated: 'arn:x' },
      }),
    ],
  ])('keeps the restriction of a statement that is written otherwise: %s', (_, live) => {
    const kept = withRestrictions(DESIRED, live, COMPONENT);
    expect(statementsOf(kept)).toEqual([limited(FOR_OPENSHIFT)]);
    // An upgrade adds it to what is there, and makes nothing of it void.
    const upgraded = mergeWithLive({ ...ROLE, trust: kept }, { policy: ROLE.policy, trust: live });
    const answer = (trust: PolicyDocument) =>
      ROLE.subjects.map((subject) => trusts(trust, { ...COMPONENT, subject, audience: 'other' }).answer);
    expect(answer(upgraded.trust)).toEqual(answer(live));
  });

  it('takes what is live for what it was when it was taken over', () => {
    const registered = document(limited(FOR_OPENSHIFT));
    const live = document(limited({ StringEquals: { [`${host}:aud`]: ['openshift', 'sts.amazonaws.com'] } }));
    expect(samePolicy(withRestrictions(registered, live, COMPONENT), live)).toBe(true);
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
});
