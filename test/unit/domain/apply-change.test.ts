import { describe, expect, it } from 'vitest';
import { type Applied, appliedTo } from '../../../core/domain/apply-change.ts';
import type { ClusterChange } from '../../../core/domain/cluster-change.ts';
import type { DesiredRole, DesiredState } from '../../../core/domain/desired-state.ts';
import { statementsOf } from '../../../core/domain/policy-document.ts';
import type { StoredEntry } from '../../../core/domain/registry.ts';
import { FROM_RELEASE, fromAddOn, type RequestSource } from '../../../core/domain/request-source.ts';
import { demoCluster, demoEntry, request } from '../../support/fakes/demo-cluster.ts';

const EFS = fromAddOn('efs');
const LOGGING = fromAddOn('logging');

/** The role of component `name`, which asks for this action. */
function role(name: string, requestedBy: readonly RequestSource[], action = `s3:Of${name}`): DesiredRole {
  const asking = {
    ...request(name, 'creds', 'account'),
    statements: [{ effect: 'Allow' as const, action: [action], resource: '*' }],
  };
  const [made] = demoCluster({}, [asking]).roles;
  if (made === undefined) throw new Error('There is no role.');
  return { ...made, requestedBy };
}

const RELEASE: readonly RequestSource[] = [FROM_RELEASE];

interface Facts {
  readonly roles: readonly DesiredRole[];
  readonly addOns?: DesiredState['addOns'];
  readonly entry?: Partial<StoredEntry>;
}

function known({ roles, addOns = [], entry = {} }: Facts) {
  const current = { ...demoCluster(), roles, addOns };
  return { current, entry: { ...demoEntry(current), ...entry } };
}

function bundle(roles: readonly DesiredRole[], clusterChange?: ClusterChange): DesiredState {
  const addOns =
    clusterChange !== undefined && 'addOn' in clusterChange ? [{ name: clusterChange.addOn, roles }] : [];
  return { ...demoCluster(), roles, addOns, ...(clusterChange && { clusterChange }) };
}

const prune = (asked: readonly string[], named: readonly string[] = []): ClusterChange => ({
  operation: 'prune',
  release: '4.21.0',
  asked: asked.map(nameOf),
  named: named.map(nameOf),
});
const upgrade: ClusterChange = { operation: 'upgrade', release: '4.21.0', asked: [] };
const add: ClusterChange = { operation: 'add', addOn: 'efs' };
const remove: ClusterChange = { operation: 'remove', addOn: 'efs' };
const nameOf = (component: string) => `demo-${component}-creds`;

function applied(desired: DesiredState, facts: Facts): Applied {
  const outcome = appliedTo(desired, known(facts));
  if (outcome === undefined) throw new Error('It does not apply.');
  return outcome;
}

/** `component: who asks; which actions it has`, one text a role. */
function told({ desired }: Applied): string[] {
  return desired.roles.map(({ secretRef, requestedBy, policy }) => {
    const who = requestedBy.map((source) => (source.type === 'release' ? 'release' : source.name)).join('+');
    const actions = statementsOf(policy).flatMap(({ Action }) => Action);
    return `${secretRef.namespace}: ${who}; ${actions.join(' ')}`;
  });
}
const unusedOf = ({ unused }: Applied) => unused.map(({ role: { secretRef } }) => secretRef.namespace);
const exactOf = ({ exact }: Applied) => [...exact].map((name) => name.split('-')[1]).sort();

describe('a prune', () => {
  const shared = role('shared', [FROM_RELEASE, EFS], 's3:Both');
  const efs = { name: 'efs', roles: [role('shared', [EFS], 's3:Own'), role('efs', [EFS])] };

  it('leaves an add-on what it asks for, and takes away what only the release asked for', () => {
    const outcome = applied(bundle([role('dns', RELEASE)], prune(['dns'])), {
      roles: [role('dns', RELEASE), role('gone', RELEASE), shared, role('efs', [EFS])],
      addOns: [efs],
    });
    expect(told(outcome)).toEqual(['dns: release; s3:Ofdns', 'shared: efs; s3:Own', 'efs: efs; s3:Ofefs']);
    expect(unusedOf(outcome)).toEqual(['gone']);
    expect(outcome.desired.addOns).toEqual([efs]);
    expect(exactOf(outcome)).toEqual(['dns', 'shared']);
  });

  it('gives a role that both ask for what both ask for, and no more', () => {
    const outcome = applied(bundle([role('shared', RELEASE, 's3:New')], prune(['shared'])), {
      roles: [shared],
      addOns: [efs],
    });
    expect(told(outcome)).toEqual(['shared: release+efs; s3:New s3:Own']);
  });

  it.each<[string, Partial<DesiredRole>, readonly string[], 'goes' | 'stays']>([
    ['of the release', {}, [], 'goes'],
    ['that an upgrade to this release brought', { since: '4.21.0' }, [], 'goes'],
    ['that a later upgrade brought', { since: '4.22.0' }, [], 'stays'],
    ['that a later upgrade brought, when it is named', { since: '4.22.0' }, ['x'], 'goes'],
    ['of which nobody knows who asked for it', { requestedBy: [] }, [], 'stays'],
    ['of which nobody knows who asked for it, when it is named', { requestedBy: [] }, ['x'], 'goes'],
    ['of an add-on, though it is named', { requestedBy: [EFS] }, ['x'], 'stays'],
  ])('of a role %s: %s %s → it %s', (_, facts, named, outcome) => {
    const found = { ...role('x', RELEASE), ...facts };
    const result = applied(bundle([role('dns', RELEASE)], prune(['dns'], named)), {
      roles: [found],
      addOns: [{ name: 'efs', roles: [] }],
    });
    expect(unusedOf(result)).toEqual(outcome === 'goes' ? ['x'] : []);
    expect(result.desired.roles.includes(found)).toBe(false);
    expect(result.desired.roles.some(({ name }) => name === found.name)).toBe(outcome === 'stays');
    expect(exactOf(result)).not.toContain('x');
    for (const why of result.kept) expect(why).toMatch(/^IAM role demo-x-creds stays, .*removeRoles/);
  });

  it.each<[string, Partial<StoredEntry>, string]>([
    ['the upgrade on record', { upgradedAt: '2026-02-01T00:00:00.000Z' }, '2026-02-01T00:00:00.000Z'],
    ['the last run, when there is none', {}, '2026-01-02T03:04:05.000Z'],
  ])('asks whether an unused role was used since %s', (_, entry, at) => {
    const facts = { roles: [role('gone', RELEASE), role('named', RELEASE)], entry };
    const { unused } = applied(bundle([role('dns', RELEASE)], prune(['dns'], ['named'])), facts);
    expect(unused.map(({ unlessUsedSince }) => unlessUsedSince?.at)).toEqual([at, undefined]);
  });
});

describe('an upgrade', () => {
  it('adds what the release asks for, to roles of add-ons too', () => {
    const outcome = applied(bundle([role('efs', RELEASE, 's3:New'), role('new', RELEASE)], upgrade), {
      roles: [role('old', []), role('efs', [EFS])],
      addOns: [{ name: 'efs', roles: [role('efs', [EFS])] }],
    });
    expect(told(outcome)).toEqual([
      'old: ; s3:Ofold',
      'efs: efs+release; s3:Ofefs s3:New',
      'new: release; s3:Ofnew',
    ]);
    expect(outcome.desired.roles.map(({ since }) => since)).toEqual([undefined, undefined, '4.21.0']);
    expect(exactOf(outcome)).toEqual([]);
    expect(outcome.desired.cluster.release).toBe('4.20.3');
  });
});

describe('a prepare', () => {
  it('carries add-ons over, and knows from now on that the release asks for its roles', () => {
    const outcome = applied(bundle([role('dns', RELEASE), role('shared', RELEASE)]), {
      roles: [role('dns', []), role('shared', [EFS]), role('efs', [EFS])],
      addOns: [{ name: 'efs', roles: [role('shared', [EFS], 's3:Own'), role('efs', [EFS])] }],
    });
    expect(told(outcome)).toEqual([
      'dns: release; s3:Ofdns',
      'shared: release+efs; s3:Ofshared s3:Own',
      'efs: efs; s3:Ofefs',
    ]);
    expect(exactOf(outcome)).toEqual(['dns', 'shared']);
    expect(outcome.desired.addOns.map(({ name }) => name)).toEqual(['efs']);
  });

  it('of a bundle that does not say its release leaves the cluster at its own', () => {
    const { release: _, ...cluster } = demoCluster().cluster;
    const outcome = applied(
      { ...bundle([role('dns', RELEASE)]), cluster },
      { roles: [role('dns', RELEASE)] },
    );
    expect(outcome.desired.cluster.release).toBe('4.20.3');
  });
});

describe('an add', () => {
  it.each<[string, readonly RequestSource[], string, readonly string[]]>([
    ['that nobody has asked for', [], 'x: efs; s3:Ofx s3:New', []],
    ['of the release', RELEASE, 'x: release+efs; s3:Ofx s3:New', []],
    ['of another add-on', [LOGGING], 'x: logging+efs; s3:Ofx s3:New', []],
    ['of its own', [EFS], 'x: efs; s3:New', ['x']],
    ['of its own and the release', [FROM_RELEASE, EFS], 'x: release+efs; s3:Ofx s3:New', []],
    ['of its own and another add-on', [LOGGING, EFS], 'x: logging+efs; s3:New s3:Theirs', ['x']],
  ])('asks for a role %s: %s → %s', (_, requestedBy, outcome, exact) => {
    const result = applied(bundle([role('x', [EFS], 's3:New')], add), {
      roles: [role('x', requestedBy)],
      addOns: [
        { name: 'efs', roles: [role('x', [EFS])] },
        {
          name: 'logging',
          roles: requestedBy.includes(LOGGING) ? [role('x', [LOGGING], 's3:Theirs')] : [],
        },
      ],
    });
    expect(told(result).map((text) => text.replace(/(\w+)\+(\w+);/, sorted))).toEqual([
      outcome.replace(/(\w+)\+(\w+);/, sorted),
    ]);
    expect(exactOf(result)).toEqual(exact);
    expect(result.desired.addOns[0]).toEqual({ name: 'efs', roles: [role('x', [EFS], 's3:New')] });
  });

  it('leaves all other roles, and says which its bundle does not ask for any more', () => {
    const result = applied(bundle([role('new', [EFS])], add), {
      roles: [role('dns', RELEASE), role('older', [EFS])],
      addOns: [{ name: 'efs', roles: [role('older', [EFS])] }],
    });
    expect(told(result)).toEqual(['dns: release; s3:Ofdns', 'older: efs; s3:Ofolder', 'new: efs; s3:Ofnew']);
    expect(result.unused).toEqual([]);
    expect(result.kept).toEqual([
      expect.stringMatching(/^IAM role demo-older-creds stays, .*remove\/demo\/efs\.yaml/),
    ]);
  });
});

describe('a remove', () => {
  it.each<[string, readonly RequestSource[], string[], string[], number]>([
    ['the add-on alone asks for', [EFS], [], ['x'], 0],
    ['the release asks for too', [FROM_RELEASE, EFS], ['x: release; s3:Ofx'], [], 1],
    ['another add-on asks for too', [EFS, LOGGING], ['x: logging; s3:Ofx'], [], 1],
    ['only others ask for', RELEASE, ['x: release; s3:Ofx'], [], 0],
  ])('of a role that %s', (_, requestedBy, roles, unused, told1) => {
    const result = applied(bundle([], remove), {
      roles: [role('x', requestedBy)],
      addOns: [{ name: 'efs', roles: [role('x', [EFS])] }],
    });
    expect(told(result)).toEqual(roles);
    expect(unusedOf(result)).toEqual(unused);
    expect(result.unused.every(({ unlessUsedSince }) => unlessUsedSince === undefined)).toBe(true);
    expect(result.kept).toHaveLength(told1);
    expect(result.desired.addOns).toEqual([]);
  });

  it('is none when the add-on is gone meanwhile', () => {
    expect(appliedTo(bundle([], remove), known({ roles: [role('x', RELEASE)] }))).toBeUndefined();
  });
});

describe('any change', () => {
  const facts: Facts = {
    roles: [
      role('dns', RELEASE),
      role('legacy', []),
      role('shared', [FROM_RELEASE, EFS]),
      role('efs', [EFS]),
      role('gone', RELEASE),
    ],
    addOns: [{ name: 'efs', roles: [role('shared', [EFS], 's3:Own'), role('efs', [EFS])] }],
  };
  const bundles: [string, DesiredState][] = [
    ['prepare', bundle([role('dns', RELEASE, 's3:Other'), role('shared', RELEASE)])],
    ['prune', bundle([role('dns', RELEASE, 's3:Other'), role('shared', RELEASE)], prune(['dns', 'shared']))],
    ['upgrade', bundle([role('dns', RELEASE, 's3:Other'), role('efs', RELEASE)], upgrade)],
    ['add', bundle([role('efs', [EFS], 's3:Other'), role('dns', [EFS])], add)],
    ['remove', bundle([], remove)],
  ];

  it.each(bundles)('%s comes to the same when it is applied to its own result', (_, desired) => {
    const first = applied(desired, facts);
    expect(applied(first.desired, facts)).toEqual(first);
  });

  it.each(bundles)('%s brings a boundary that is demanded by now to every role', (_, desired) => {
    const permissionsBoundaryArn = 'arn:b';
    const result = applied({ ...desired, cluster: { ...desired.cluster, permissionsBoundaryArn } }, facts);
    const { roles, addOns } = result.desired;
    for (const each of [...roles, ...addOns.flatMap((addOn) => addOn.roles)])
      expect(each.permissionsBoundaryArn).toBe('arn:b');
  });

  it.each<[string, Parameters<typeof demoCluster>[0]]>([
    ['moved to another region', { region: 'eu-west-1' }],
    ['got another role path', { rolePath: '/x/' }],
    ['got other tags', { tags: {} }],
    ['got another feature set', { featureSet: 'TechPreviewNoUpgrade' }],
    ['got a boundary', { permissionsBoundaryArn: 'arn:b' }],
    ['was prepared for a newer release', { release: '4.22.0' }],
  ])('of a release is none when the cluster %s meanwhile', (_, meanwhile) => {
    const current = { ...demoCluster(meanwhile), addOns: facts.addOns ?? [] };
    for (const [name, desired] of bundles.slice(1, 3))
      expect(appliedTo(desired, { current, entry: demoEntry(current) }), name).toBeUndefined();
  });

  it('needs a cluster that is there, but for a prepare', () => {
    expect(bundles.filter(([, desired]) => appliedTo(desired, undefined) !== undefined)).toEqual([
      bundles[0],
    ]);
  });
});

function sorted(_: string, left: string, right: string): string {
  return `${[left, right].sort().join('+')};`;
}
