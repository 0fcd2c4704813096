import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import { mergePolicies, mergeRoles, mergeWithLive } from '../../../core/domain/merge.ts';
import { statementsOf, trustPolicy } from '../../../core/domain/policy-document.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';
import { allow, HOST, PROVIDER, policy } from './merged.ts';

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
