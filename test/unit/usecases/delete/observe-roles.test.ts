import { describe, expect, it } from 'vitest';
import type { DeletionOptions } from '../../../../core/domain/deletion/order.ts';
import { ownerTags } from '../../../../core/domain/names.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { trustPolicy } from '../../../../core/domain/policy-document.ts';
import { observeRoles } from '../../../../core/usecases/delete/observe-roles.ts';
import { fakeAccount, roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { demoCluster, demoEntry } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';

const desired = demoCluster();
const [first, second] = desired.roles;
const NAME = first?.name ?? '';
const OTHER = second?.name ?? '';
const OWNER = ownerTags('demo');
const [OWNER_KEY = ''] = Object.keys(OWNER);
const NOW = new Date('2026-03-02T12:00:00Z');
const OPTIONS: DeletionOptions = {
  unusedForHours: 24,
  releaseName: false,
  privateKey: 'erase',
  bucket: 'retire',
  foreignObjects: 'refuse',
};

const ELSEWHERE = 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.eu-west-1.amazonaws.com';
const providers = fakeProviders({
  [ELSEWHERE]: { host: ELSEWHERE.split('/')[1] ?? '', audiences: [], thumbprints: [], tags: OWNER },
});

const state = (tags: Record<string, string>): RoleState => ({ arn: 'arn', path: '/', tags });
const about = {
  cluster: 'demo',
  options: OPTIONS,
  now: NOW,
  inDetail: false,
  arn: desired.providerArn,
};

/** Looks at the roles of the registered cluster, of which the first has these tags. */
function observe(
  tags: Record<string, string>,
  { used, options = {} }: { used?: string; options?: Partial<DeletionOptions> } = {},
) {
  const roles = fakeRoles({ [NAME]: state(tags), [OTHER]: state(OWNER) });
  if (used !== undefined) roles.used.set(NAME, used);
  const all = { ...about, options: { ...OPTIONS, ...options } };
  return observeRoles(all, demoEntry(desired), { roles, account: fakeAccount(), providers });
}

describe('a role that is on record', () => {
  it('goes, when it is tagged as the cluster’s and not in use', async () => {
    const { names, refusals } = await observe(OWNER, { used: '2026-03-01T11:59:00Z' });
    expect(names).toEqual([OTHER, NAME].sort());
    expect(refusals).toEqual([]);
  });

  it('is refused while it was used within the hours', async () => {
    const { names, refusals } = await observe(OWNER, { used: '2026-03-01T12:01:00Z' });
    expect(names).not.toContain(NAME);
    expect(refusals).toMatchObject([{ message: expect.stringContaining('less than 24 hours ago') }]);
    expect(refusals[0]?.remedy).toContain('unused-for-hours: 0 into delete/demo.yaml');
  });

  it('goes although it is in use, when that is said', async () => {
    const { names, refusals } = await observe(OWNER, {
      used: NOW.toISOString(),
      options: { unusedForHours: 0 },
    });
    expect([names.includes(NAME), refusals]).toEqual([true, []]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['has no tags', {}, `Key=${OWNER_KEY},Value=owned`],
    ['has tags of others only', { team: 'web' }, `Key=${OWNER_KEY},Value=owned`],
    ['lacks the tag Name', { [OWNER_KEY]: 'owned' }, "'Key=Name,Value=demo'"],
  ])('is refused with the command that tags it, when it %s', async (_, tags, command) => {
    const { names, refusals } = await observe(tags);
    expect(names).toEqual([OTHER]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.remedy).toContain(`aws iam tag-role --role-name ${NAME}`);
    expect(refusals[0]?.remedy).toContain(command);
  });

  it.each([
    ['another cluster’s', ownerTags('other')],
    ['another cluster’s too', { ...OWNER, ...ownerTags('other') }],
  ])('stays, when it is %s', async (_, tags) => {
    const { names, items, refusals } = await observe(tags);
    expect([names, refusals]).toEqual([[OTHER], []]);
    expect(items).toContainEqual({
      resource: `role ${NAME}`,
      outcome: 'stays',
      detail: 'it belongs to cluster other',
    });
  });

  it.each([
    ['is refused, when it takes the tokens of another provider that is there', [ELSEWHERE], [ELSEWHERE]],
    ['is refused, when it takes those of another one too', [desired.providerArn, ELSEWHERE], [ELSEWHERE]],
    ['goes, when it takes those of the cluster', [desired.providerArn], []],
    ['goes, when the provider that it trusts is gone', [`${ELSEWHERE}.cn`], []],
  ])('%s', async (_, trusted, against) => {
    const trust = {
      Version: '2012-10-17' as const,
      Statement: trusted.flatMap((arn) => trustPolicy(arn, 'host', ['sub']).Statement),
    };
    const roles = fakeRoles({ [NAME]: { ...state(OWNER), trust }, [OTHER]: state(OWNER) });
    const { refusals } = await observeRoles(about, demoEntry(desired), {
      roles,
      account: fakeAccount(),
      providers,
    });
    expect(refusals).toEqual(
      against.map((arn) => ({
        message: expect.stringMatching(new RegExp(`^IAM role ${NAME} trusts the identity provider ${arn}`)),
        remedy: expect.stringContaining(arn),
      })),
    );
  });

  it('is nothing, when it is gone', async () => {
    const access = { roles: fakeRoles(), account: fakeAccount(), providers };
    await expect(observeRoles(about, demoEntry(desired), access)).resolves.toEqual({
      names: [],
      items: [],
      refusals: [],
    });
  });
});

it('that a prune kept, so that it is not on record, goes by its tag, and those of others that trust the provider are left alone', async () => {
  const kept = 'demo-openshift-storage-creds';
  const roles = fakeRoles({
    [NAME]: state(OWNER),
    [OTHER]: state(OWNER),
    [kept]: state(OWNER),
    shared: state({ ...OWNER, ...ownerTags('other') }),
    untagged: state({}),
  });
  const account = fakeAccount({
    roles: [
      ...[NAME, OTHER, kept].map((name) => roleSnapshot(name, { tags: OWNER })),
      roleSnapshot('shared', { tags: { ...OWNER, ...ownerTags('other') } }),
      roleSnapshot('untagged', { trust: first?.trust ?? { Version: '2012-10-17', Statement: [] } }),
    ],
  });
  const found = await observeRoles(about, demoEntry(desired), { roles, account, providers });
  expect(found.names).toEqual([NAME, OTHER, kept].sort());
  expect(found.refusals).toEqual([]);
  expect(found.items.filter(({ outcome }) => outcome === 'stays')).toEqual([
    { resource: 'role shared', outcome: 'stays', detail: 'it belongs to cluster other' },
  ]);
});

it('of a cluster that nobody registered, roles are found by its tag; those of nobody that trust its provider are asked about', async () => {
  const roles = { [NAME]: state(OWNER), untagged: state({}), stranger: state({}) };
  const account = fakeAccount({
    roles: [
      roleSnapshot(NAME, { tags: OWNER }),
      roleSnapshot('untagged', { trust: first?.trust ?? { Version: '2012-10-17', Statement: [] } }),
      roleSnapshot('stranger'),
    ],
  });
  const found = await observeRoles(about, undefined, { roles: fakeRoles(roles), account, providers });
  expect(found.names).toEqual([NAME]);
  expect(found.refusals).toMatchObject([{ message: expect.stringContaining('IAM role untagged') }]);
});
