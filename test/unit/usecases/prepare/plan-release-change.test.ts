import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import { ChangedSincePlan, ResourceConflict, RolesWouldBeForgotten } from '../../../../core/domain/errors.ts';
import { allChanges } from '../../../../core/domain/plan.ts';
import { fromAddOn } from '../../../../core/domain/request-source.ts';
import { newSecrets } from '../../../../core/resources/install-files/desired.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { demoCluster, demoEntry, request } from '../../../support/fakes/demo-cluster.ts';
import { type Account, BOUNDARY, ENTRY, preparedAccount } from './prepared.ts';

const INGRESS = request('openshift-ingress-operator', 'cloud-credentials', 'ingress-operator');
const EFS = fromAddOn('efs');
const STORAGE = request('openshift-storage', 'creds', 'storage');
const REGISTRY_ROLE = 'demo-openshift-image-registry-installer-cloud-credentials';
const STORAGE_ROLE = 'demo-openshift-storage-creds';
const REGISTRY_FILE = 'manifests/openshift-image-registry-installer-cloud-credentials-credentials.yaml';

/** What a release asks for that has the ingress operator as before, storage in addition and no image registry. */
function asked(operation: 'upgrade' | 'prune'): DesiredState {
  const state = demoCluster({ permissionsBoundaryArn: BOUNDARY }, [INGRESS, STORAGE]);
  return {
    ...state,
    clusterChange:
      operation === 'upgrade'
        ? { operation, release: '4.21.0', asked: state.roles.map(({ name }) => name) }
        : { operation, release: '4.21.0', asked: state.roles.map(({ name }) => name), named: [] },
  };
}

const changesOf = (plan: Parameters<typeof allChanges>[0]) =>
  allChanges(plan).map(({ action, resource, part }) => `${action} ${resource}: ${part}`);
const plan = (account: Account, operation: 'upgrade' | 'prune', state = asked(operation)) =>
  planChanges(state, { entry: ENTRY, current: account.desired }, account);
const writesOf = ({ store, issuerBucket, providers, roles }: Account) =>
  [store, issuerBucket, providers, roles].flatMap(({ writes }) => writes).length;

describe('the plan of an upgrade', () => {
  it('adds what is new, takes nothing away, and writes nothing', async () => {
    const account = await preparedAccount();
    const writes = writesOf(account);
    const { desired, plan: planned } = await plan(account, 'upgrade');
    expect(desired.roles.map(({ name, since }) => [name, since])).toEqual([
      ...account.desired.roles.map(({ name }) => [name, undefined]),
      [STORAGE_ROLE, '4.21.0'],
    ]);
    expect(changesOf(planned)).toEqual([
      `create role ${STORAGE_ROLE}: all`,
      'create manifests/openshift-storage-creds-credentials.yaml: all',
      'update install.tar.gz: content',
      'create upgrades/4.21.0/manifests/openshift-storage-creds-credentials.yaml: all',
    ]);
    expect(planned).not.toHaveProperty('removals');
    expect(newSecrets(desired, planned.files.changes)).toHaveLength(1);
    expect(writesOf(account)).toBe(writes);
  });

  it('wants what is in IAM too, so that a role that has more does not change', async () => {
    const account = await preparedAccount();
    const name = account.desired.roles[0]?.name ?? '';
    const live = account.roles.state.get(name);
    const more = { Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: '*' };
    const policy = { Version: '2012-10-17', Statement: [more, ...(live?.policy?.Statement ?? [])] };
    await account.roles.putPolicy(name, policy);
    const { desired, plan: planned } = await plan(account, 'upgrade');
    expect(desired.roles[0]?.policy).toEqual(policy);
    expect(changesOf(planned)).not.toContain(expect.stringContaining(name));
  });

  it('is made again the same from what it made of the desired state', async () => {
    const account = await preparedAccount();
    const first = await plan(account, 'upgrade');
    await expect(plan(account, 'upgrade', first.desired)).resolves.toEqual(first);
  });

  it('names every role that is somebody else’s', async () => {
    const account = await preparedAccount();
    await account.roles.create({
      name: STORAGE_ROLE,
      path: '/',
      trust: { Version: '', Statement: [] },
      tags: {},
    });
    await expect(plan(account, 'upgrade')).rejects.toThrow(ResourceConflict);
  });
});

describe('the plan of a prune', () => {
  it('takes away what the release does not ask for, as it was', async () => {
    const account = await preparedAccount();
    const { desired, plan: planned } = await plan(account, 'prune');
    expect(desired.roles.map(({ name }) => name)).not.toContain(REGISTRY_ROLE);
    expect(changesOf(planned).slice(-2)).toEqual([
      `delete ${REGISTRY_FILE}: all`,
      `delete role ${REGISTRY_ROLE}: all`,
    ]);
    expect(planned.removals).toEqual({
      roles: [{ name: REGISTRY_ROLE, before: account.roles.state.get(REGISTRY_ROLE) }],
      manifests: [{ path: REGISTRY_FILE, versionId: expect.any(String), etag: expect.any(String) }],
      kept: [],
    });
  });

  it('keeps a role that has further policies, and takes its manifest away', async () => {
    const account = await preparedAccount();
    account.roles.attachedPolicies.set(REGISTRY_ROLE, ['arn:a']);
    const { plan: planned } = await plan(account, 'prune');
    expect(planned.removals).toMatchObject({
      roles: [],
      manifests: [{ path: REGISTRY_FILE }],
      kept: [expect.stringContaining(REGISTRY_ROLE)],
    });
  });

  const OTHER = 'arn:aws:iam::123456789012:oidc-provider/d111111abcdef8.cloudfront.net';
  const admitting = (principal: unknown) => ({
    Effect: 'Allow',
    Principal: principal,
    Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
  });

  it.each<[string, unknown, string]>([
    ['the tokens of another issuer whose provider is there', { Federated: OTHER }, `Federated ${OTHER}`],
    [
      'somebody of the account',
      { AWS: 'arn:aws:iam::123456789012:role/backup' },
      'AWS arn:aws:iam::123456789012:role/backup',
    ],
    ['everybody', '*', '*'],
  ])('keeps a role that somebody made admit %s, whether it is named or not', async (_, principal, said) => {
    const account = await preparedAccount();
    await account.providers.create({ url: `https://${OTHER.split('/').at(-1)}`, audiences: [], tags: {} });
    const live = account.roles.state.get(REGISTRY_ROLE);
    await account.roles.putTrust(REGISTRY_ROLE, {
      Version: '2012-10-17',
      Statement: [...(live?.trust?.Statement ?? []), admitting(principal)],
    });
    for (const named of [[], [REGISTRY_ROLE]]) {
      const state = asked('prune');
      const { plan: planned } = await plan(account, 'prune', {
        ...state,
        clusterChange: { ...state.clusterChange, named } as NonNullable<DesiredState['clusterChange']>,
      });
      expect(planned.removals).toMatchObject({
        roles: [],
        kept: [
          expect.stringContaining(
            `IAM role ${REGISTRY_ROLE} stays, though nothing asks for it: its trust policy admits ${said} too`,
          ),
        ],
      });
    }
  });

  it('takes away a role that admits the tokens of a provider that is gone', async () => {
    const account = await preparedAccount();
    await account.roles.putTrust(REGISTRY_ROLE, {
      Version: '2012-10-17',
      Statement: [admitting({ Federated: `${OTHER}x` })],
    });
    const { plan: planned } = await plan(account, 'prune');
    expect(planned.removals).toMatchObject({ roles: [{ name: REGISTRY_ROLE }], kept: [] });
  });

  it('has nothing to take away when the cluster has just what the release asks for', async () => {
    const account = await preparedAccount();
    const same = {
      ...account.desired,
      clusterChange: {
        operation: 'prune' as const,
        release: '4.20.3',
        asked: account.desired.roles.map(({ name }) => name),
        named: [],
      },
    };
    const { plan: planned } = await plan(account, 'prune', same);
    expect(changesOf(planned)).toEqual([]);
    expect(planned).not.toHaveProperty('removals');
  });
});

it.each(['upgrade', 'prune'] as const)(
  'there is no plan of an %s when the cluster is another one by now',
  async (operation) => {
    const account = await preparedAccount();
    await expect(planChanges(asked(operation), undefined, account)).rejects.toThrow(ChangedSincePlan);
    const moved = { ...account.desired, cluster: { ...account.desired.cluster, rolePath: '/x/' } };
    await expect(planChanges(asked(operation), { entry: ENTRY, current: moved }, account)).rejects.toThrow(
      'Cluster demo was prepared again, or taken out of the registry, after this bundle was read.',
    );
  },
);

describe('a bundle below prepare/ for a cluster that is there', () => {
  it('is refused before anything is looked at when it lacks roles of the release', async () => {
    const account = await preparedAccount();
    const writes = writesOf(account);
    const lacking = { ...account.desired, roles: account.desired.roles.slice(1) };
    await expect(
      planChanges(lacking, { entry: demoEntry(account.desired), current: account.desired }, account),
    ).rejects.toThrow(RolesWouldBeForgotten);
    expect(writesOf(account)).toBe(writes);
  });

  it('is refused when its role would be called like that of an add-on’s other Secret', async () => {
    const account = await preparedAccount();
    const [first] = account.desired.roles;
    if (first === undefined) throw new Error('There is no role.');
    const other = { ...first, secretRef: { namespace: 'other', name: 'creds' }, requestedBy: [EFS] };
    const current = { ...account.desired, roles: [other], addOns: [{ name: 'efs', roles: [other] }] };
    await expect(
      planChanges(account.desired, { entry: demoEntry(account.desired), current }, account),
    ).rejects.toThrow(/other\/creds/);
  });
});
