import { describe, expect, it } from 'vitest';
import type { ClusterRoles } from '../../../../core/domain/audit/cluster-roles.ts';
import { ownerTags } from '../../../../core/domain/names.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import type { AuditRequest } from '../../../../core/storage/audit.ts';
import {
  listClusters,
  MAX_CLUSTERS_IN_ONE_EXECUTION,
} from '../../../../core/usecases/audit/list-clusters.ts';
import { type FakeAccount, fakeAccount, roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { demoEntry } from '../../../support/fakes/demo-cluster.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const AUDIT = 'audit-1';
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: '*' }] };
const OTHER = { Version: '2012-10-17', Statement: [] };
const MANAGED = 'arn:aws:iam::123456789012:policy/Managed';
const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** A bucket with registry entries, of clusters whose roles have these names. */
function registry(clusters: Readonly<Record<string, readonly string[]>>): FakeStore {
  return fakeStore(
    Object.fromEntries(
      Object.entries(clusters).map(([name, roles]) => [
        `clusters/${name}/cluster.json`,
        JSON.stringify({
          ...demoEntry(),
          name,
          roles: roles.map((role) => ({
            name: role,
            arn: `arn:${role}`,
            secret: 'n/s',
            serviceAccounts: [],
            requestedBy: [],
          })),
        }),
      ]),
    ),
  );
}

const list = (store: FakeStore, request: AuditRequest = {}, account: FakeAccount = fakeAccount()) =>
  listClusters(AUDIT, request, store, account);

const json = (store: FakeStore, key: string) => JSON.parse(store.text(key) ?? 'null');
const rolesOf = (store: FakeStore, cluster: string): ClusterRoles =>
  json(store, `audits/runs/${AUDIT}/roles/${cluster}.json`);
const namesOf = (store: FakeStore, cluster: string) => rolesOf(store, cluster).roles.map(({ name }) => name);

describe('the clusters of an audit', () => {
  it('are all that have a registry entry', async () => {
    const store = registry({ demo: [], prod: [] });
    await store.put('clusters/failed/runs/run-1/report.json', '{}', { contentType: 'x' });
    await store.put('rejected/run-2/cluster.json', '{}', { contentType: 'x' });
    await store.put('clusters/cluster.json', '{}', { contentType: 'x' });
    await expect(list(store)).resolves.toEqual({ names: ['demo', 'prod'], count: 2, large: false });
    expect(json(store, `audits/runs/${AUDIT}/clusters.json`)).toEqual(['demo', 'prod']);
  });

  it('are none where nothing was prepared', async () => {
    const store = fakeStore();
    await expect(list(store)).resolves.toEqual({ names: [], count: 0, large: false });
    expect(json(store, `audits/runs/${AUDIT}/clusters.json`)).toEqual([]);
  });

  it('are those that the request names, once each, registered or not', async () => {
    const store = registry({ demo: ['r'], prod: [] });
    const account = fakeAccount({ roles: [roleSnapshot('r')] });
    const request = { trigger: 'upload', clusters: ['nobody', 'demo', 'nobody'] };
    await expect(list(store, request, account)).resolves.toMatchObject({ names: ['demo', 'nobody'] });
    expect(namesOf(store, 'demo')).toEqual(['r']);
    expect(rolesOf(store, 'nobody')).toEqual({ roles: [], policies: {} });
    expect(rolesOf(store, 'prod')).toBeNull();
  });

  it.each([
    ['is no JSON', 'hello'],
    ['is JSON and no object', '7'],
    ['is null', 'null'],
    ['has no roles', '{"version": 1, "name": "demo"}'],
    ['has roles that are no list', '{"roles": {}}'],
    ['has a role without a name', '{"roles": [null]}'],
  ])('hold one whose entry %s, so that its own audit can say so', async (_, entry) => {
    const store = registry({ prod: ['p'] });
    await store.put('clusters/demo/cluster.json', entry, { contentType: 'x' });
    const account = fakeAccount({
      roles: [roleSnapshot('p'), roleSnapshot('d', { tags: ownerTags('demo') })],
    });
    await expect(list(store, {}, account)).resolves.toMatchObject({ names: ['demo', 'prod'] });
    expect(namesOf(store, 'demo')).toEqual(['d']);
    expect(namesOf(store, 'prod')).toEqual(['p']);
    await expect(list(store, { clusters: ['demo'] }, account)).resolves.toMatchObject({ names: ['demo'] });
  });

  it('have their roles read by one call for all', async () => {
    const account = fakeAccount({ roles: [roleSnapshot('r')] });
    await list(registry({ a: ['r'], b: ['r'], c: [] }), {}, account);
    expect(account.reads).toEqual(['read']);
  });
});

describe('a large fleet', () => {
  const fleet = (count: number) =>
    registry(Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index + 1_000}`, []])));

  it('has its list in the bucket, not in the state of the execution', async () => {
    const store = fleet(MAX_CLUSTERS_IN_ONE_EXECUTION + 1);
    const listed = await list(store);
    expect(listed).toEqual({ names: [], count: MAX_CLUSTERS_IN_ONE_EXECUTION + 1, large: true });
    const names = json(store, `audits/runs/${AUDIT}/clusters.json`);
    expect(names).toHaveLength(MAX_CLUSTERS_IN_ONE_EXECUTION + 1);
    expect(names[0]).toBe('c1000');
  });

  it('begins above what one execution can hold', async () => {
    const listed = await list(fleet(MAX_CLUSTERS_IN_ONE_EXECUTION));
    expect(listed).toMatchObject({ count: MAX_CLUSTERS_IN_ONE_EXECUTION, large: false });
    expect(listed.names).toHaveLength(MAX_CLUSTERS_IN_ONE_EXECUTION);
  });

  it.each([
    [true, { names: [], count: 1, large: true }],
    [false, { names: ['demo'], count: 1, large: false }],
  ])('is any fleet on demand: distributed %s', async (distributed, expected) => {
    const store = registry({ demo: [] });
    await expect(list(store, { distributed })).resolves.toEqual(expected);
    expect(json(store, `audits/runs/${AUDIT}/clusters.json`)).toEqual(['demo']);
  });
});

describe('the roles of a cluster', () => {
  it('are those of its registry entry and those with the tag of its owner, and no others', async () => {
    const store = registry({ demo: ['demo-ingress', 'demo-gone'], 'demo-2': ['demo-2-ingress'] });
    const account = fakeAccount({
      roles: [
        roleSnapshot('demo-ingress'),
        roleSnapshot('demo-left-over', { tags: ownerTags('demo') }),
        roleSnapshot('demo-by-name-only'),
        roleSnapshot('demo-2-ingress', { tags: ownerTags('demo-2') }),
        roleSnapshot('demo-2-left-over', { tags: ownerTags('demo-2') }),
        roleSnapshot('elsewhere', { tags: { Name: 'demo' } }),
        roleSnapshot('both', { tags: { ...ownerTags('demo'), ...ownerTags('demo-2') } }),
      ],
    });
    await list(store, {}, account);
    expect(namesOf(store, 'demo')).toEqual(['demo-ingress', 'demo-left-over', 'both']);
    expect(namesOf(store, 'demo-2')).toEqual(['demo-2-ingress', 'demo-2-left-over', 'both']);
  });

  it('are written as they were read', async () => {
    const store = registry({ demo: ['r'] });
    const role: RoleSnapshot = roleSnapshot('r', {
      trust: OTHER,
      inline: { r: POLICY, bad: null },
      lastUsed: '2026-03-01T10:00:00.000Z',
      lastUsedRegion: 'us-east-2',
    });
    await list(store, {}, fakeAccount({ roles: [role] }));
    expect(rolesOf(store, 'demo')).toEqual({ roles: [role], policies: {} });
  });
});

describe('the policies that the roles of a cluster refer to', () => {
  const attached = (...arns: string[]) => roleSnapshot('r', { attached: arns });
  const clusters = { demo: ['r'] };

  it('are its attached policies and its boundaries, and no others of the account', async () => {
    const store = registry(clusters);
    const account = fakeAccount({
      roles: [roleSnapshot('r', { attached: [MANAGED], permissionsBoundaryArn: BOUNDARY })],
      policies: { [MANAGED]: POLICY, [BOUNDARY]: OTHER, 'arn:aws:iam::123456789012:policy/Strange': POLICY },
    });
    await list(store, {}, account);
    expect(rolesOf(store, 'demo').policies).toEqual({ [MANAGED]: POLICY, [BOUNDARY]: OTHER });
    expect(account.reads).toEqual(['read']);
  });

  it('are null when the account does not have them, and not asked for', async () => {
    const store = registry(clusters);
    const account = fakeAccount({ roles: [attached(MANAGED)] });
    await list(store, {}, account);
    expect(rolesOf(store, 'demo').policies).toEqual({ [MANAGED]: null });
    expect(account.reads).toEqual(['read']);
  });

  it.each(['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws-us-gov:iam::aws:policy/service-role/X'])(
    'are read when they are of AWS: %s, as a boundary too',
    async (arn) => {
      const store = registry(clusters);
      const account = fakeAccount({
        roles: [roleSnapshot('r', { permissionsBoundaryArn: arn })],
        aws: { [arn]: POLICY },
      });
      await list(store, {}, account);
      expect(rolesOf(store, 'demo').policies).toEqual({ [arn]: POLICY });
    },
  );

  it('are read once, however many clusters have them', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const store = registry(Object.fromEntries(names.map((name) => [name, ['r', 's']])));
    const account = fakeAccount({
      roles: [attached(READ_ONLY), roleSnapshot('s', { attached: [READ_ONLY, MANAGED] })],
      aws: { [READ_ONLY]: POLICY },
    });
    await list(store, {}, account);
    expect(account.reads).toEqual(['read', READ_ONLY]);
    for (const name of names)
      expect(rolesOf(store, name).policies).toEqual({ [READ_ONLY]: POLICY, [MANAGED]: null });
  });

  it.each([
    ['reading is denied', sdkError('AccessDenied', 403)],
    ['there is none', sdkError('NoSuchEntityException', 404)],
  ])('are null when %s, and the audit goes on', async (_, error) => {
    const store = registry(clusters);
    const account = fakeAccount({ roles: [attached(READ_ONLY)], aws: { [READ_ONLY]: error } });
    await expect(list(store, {}, account)).resolves.toMatchObject({ count: 1 });
    expect(rolesOf(store, 'demo').policies).toEqual({ [READ_ONLY]: null });
  });

  it('are null when one of AWS has no document', async () => {
    const store = registry(clusters);
    await list(store, {}, fakeAccount({ roles: [attached(READ_ONLY)] }));
    expect(rolesOf(store, 'demo').policies).toEqual({ [READ_ONLY]: null });
  });

  it('are not guessed when AWS asks to be called less often', async () => {
    const store = registry({ demo: ['r'], prod: ['r'] });
    const account = fakeAccount({
      roles: [attached(READ_ONLY)],
      aws: { [READ_ONLY]: sdkError('Throttling') },
    });
    await expect(list(store, {}, account)).rejects.toThrow('Throttling');
    expect(rolesOf(store, 'demo')).toBeNull();
  });
});
