import { describe, expect, it } from 'vitest';
import { ResourceConflict, RoleLacksName } from '../../../../core/domain/errors.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { Obstacle } from '../../../../core/domain/task-error.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { Obstacles } from '../../../../core/usecases/prepare/preflight.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { fakeLimits } from '../../../support/fakes/unlimited.ts';
import { type Account, account, preparedAccount } from './prepared.ts';

const planning = (made: Account) => planChanges(made.desired, undefined, made);
const obstacle = async (made: Account): Promise<Error> => {
  const error = await planning(made).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Obstacle);
  const { store, issuerBucket, providers, roles } = made;
  expect([store, issuerBucket, providers, roles].flatMap(({ writes }) => writes)).toEqual([]);
  return error as Error;
};
const asked: Partial<Record<'roleQuota' | 'providerQuota' | 'publicAccessBlock', number>> = {};
const counting = () =>
  fakeLimits({
    roleQuota: async () => {
      asked.roleQuota = (asked.roleQuota ?? 0) + 1;
      return { roles: 999, quota: 1000 };
    },
    providerQuota: async () => {
      asked.providerQuota = (asked.providerQuota ?? 0) + 1;
      return { providers: 99, quota: 100 };
    },
    publicAccessBlock: async () => {
      asked.publicAccessBlock = (asked.publicAccessBlock ?? 0) + 1;
      return ['BlockPublicPolicy'];
    },
  });

describe('a new cluster is refused before anything is made', () => {
  it('when the account as a whole blocks public buckets', async () => {
    const limits = fakeLimits({
      publicAccessBlock: async () => ['BlockPublicPolicy', 'RestrictPublicBuckets'],
    });
    const error = await obstacle({ ...account(), limits });
    expect(error.name).toBe('AccountBlocksPublicAccess');
    expect(error.message).toContain('(BlockPublicPolicy, RestrictPublicBuckets)');
    expect(error.message).toContain('--account-id 123456789012 ');
  });

  it('when its roles would be more than the account may have, and not when they just fit', async () => {
    const quota = (roles: number) => fakeLimits({ roleQuota: async () => ({ roles, quota: 1000 }) });
    const error = await obstacle({ ...account(), limits: quota(999) });
    expect(error).toMatchObject({ name: 'QuotaReached' });
    expect(error.message).toContain('999 of the 1000 IAM roles that it may have, and this run makes 2.');
    await expect(planning({ ...account(), limits: quota(998) })).resolves.toBeDefined();
  });

  it('when its provider would be more than the account may have, and not when it just fits', async () => {
    const quota = (providers: number) =>
      fakeLimits({ providerQuota: async () => ({ providers, quota: 100 }) });
    const error = await obstacle({ ...account(), limits: quota(100) });
    expect(error).toMatchObject({ name: 'QuotaReached' });
    expect(error.message).toContain('100 of the 100 IAM OIDC providers');
    await expect(planning({ ...account(), limits: quota(99) })).resolves.toBeDefined();
  });

  it('with all that stands against it in one list, each with its name', async () => {
    const error = await obstacle({ ...account(), limits: counting() });
    expect(error.message.split('\n').map((line) => line.split(':')[0])).toEqual([
      'AccountBlocksPublicAccess',
      'QuotaReached',
    ]);
  });

  it('when AWS refuses a reading, in its own words and for all of them', async () => {
    const made = account();
    const { get } = made.roles;
    const roles = {
      ...made.roles,
      get: (name: string) =>
        name.includes('registry')
          ? get(name)
          : Promise.reject(sdkError('AccessDenied', 403, 'not authorized to perform: iam:GetRole')),
    };
    const providers = {
      ...made.providers,
      get: () => Promise.reject(sdkError('AccessDenied', 403, 'explicit deny in a service control policy')),
    };
    const error = await obstacle({ ...made, roles, providers });
    expect(error.name).toBe('RightsMissing');
    expect(error.message.split('\n').sort()).toEqual([
      'AWS refuses what the plan has to read: explicit deny in a service control policy',
      'AWS refuses what the plan has to read: not authorized to perform: iam:GetRole',
    ]);
  });
});

describe('a cluster that is there', () => {
  it('is not asked about limits that it does not come near', async () => {
    const made = { ...(await preparedAccount()), limits: counting() };
    delete asked.publicAccessBlock;
    delete asked.roleQuota;
    delete asked.providerQuota;
    await planning(made);
    expect(asked).toEqual({});
  });

  it('is refused when a role that changes has no tag Name, which IAM asks for', async () => {
    const made = await preparedAccount();
    const [, { name = '' } = {}] = made.desired.roles;
    const { Name: _, ...tags } = (made.roles.state.get(name) as RoleState).tags;
    const state = { ...(made.roles.state.get(name) as RoleState), tags };
    made.roles.state.set(name, state);
    made.roles.writes.length = 0;
    for (const { writes } of [made.store, made.issuerBucket, made.providers]) writes.length = 0;
    const error = await obstacle(made);
    expect(error.name).toBe('RoleLacksName');
    expect(error.message).toContain(`aws iam tag-role --role-name ${name} --tags Key=Name,Value=demo`);
  });

  it('is refused when a run of another deployment made its provider', async () => {
    const made = await preparedAccount();
    made.store.versions.delete(layout.runIndexEntry.of({ run: RUN }));
    for (const { writes } of [made.store, made.issuerBucket, made.providers, made.roles]) writes.length = 0;
    const error = await obstacle(made);
    expect(error.name).toBe('OtherDeployment');
    expect(error.message).toContain(`was made by run ${RUN}, which this deployment does not know`);
  });
});

it('a conflict, which concerns somebody else, comes before other obstacles', async () => {
  const obstacles = new Obstacles();
  await obstacles.collectAll([
    Promise.reject(new RoleLacksName('one')),
    Promise.reject(new ResourceConflict('two')),
    Promise.reject(new ResourceConflict('two')),
  ]);
  expect(() => obstacles.throwIfAny()).toThrow(
    expect.objectContaining({
      name: 'ResourceConflict',
      message: 'ResourceConflict: two\nRoleLacksName: one',
    }),
  );
});

describe('what has no room for the tags of the cluster is told before anything is made', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`team-${index}`, 'x']));
  const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
  const OWNER = 'openshift.io/cloud-credential-operator/demo';
  const withTags: readonly [string, number, RegExp, (made: Account, tags: Record<string, string>) => void][] =
    [
      [
        'a role',
        48,
        /^IAM role demo-openshift-ingress\S+ has 50 tags and lacks those of the cluster \(team\); AWS allows 50\./,
        ({ roles }, tags) => {
          const role = roles.state.get(INGRESS) as RoleState;
          roles.state.set(INGRESS, { ...role, tags: { Name: 'demo', [OWNER]: 'owned', ...tags } });
        },
      ],
      [
        'the provider',
        48,
        /^IAM OIDC provider \S+ has 50 tags/,
        ({ providers, desired }, tags) => {
          const provider = providers.state.get(desired.providerArn);
          if (provider)
            providers.state.set(desired.providerArn, {
              ...provider,
              tags: { Name: 'demo', [OWNER]: 'owned', ...tags },
            });
        },
      ],
      [
        'the bucket',
        48,
        /^Bucket demo-oidc has 50 tags/,
        ({ issuerBucket }, tags) => {
          if (issuerBucket.content) issuerBucket.content.tags = { Name: 'demo', [OWNER]: 'owned', ...tags };
        },
      ],
      [
        'a document',
        9,
        /^keys\.json in bucket demo-oidc has 9 tags .*; AWS allows 10\./,
        ({ issuerBucket }, tags) => {
          const document = issuerBucket.content?.documents['keys.json'];
          if (document) Object.assign(document, { tags });
        },
      ],
    ];

  it.each(withTags)('%s', async (_, count, told, tag) => {
    const full = await preparedAccount();
    tag(full, many(count));
    await expect(planning(full)).rejects.toMatchObject({
      name: 'QuotaReached',
      message: expect.stringMatching(told),
    });
    const fitting = await preparedAccount();
    // Those that AWS sets do not count.
    tag(fitting, { ...many(count - 1), 'aws:cloudformation:stack-name': 'x' });
    await expect(planning(fitting)).resolves.toBeDefined();
  });
});
