import { CreateOpenIDConnectProviderCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import {
  account,
  FOREIGN,
  GOLDEN,
  newAccount,
  proxy,
  stateOf,
  tagList,
} from '../../support/convergence/account.ts';
import { bundleOf, type Tags } from '../../support/reference.ts';
import { writesOf } from '../../support/writes.ts';

describe('a resource of somebody else', () => {
  const RoleName = 'golden-openshift-cluster-csi-drivers-volume-credentials';
  const role = (tags: Tags, Path = '/') =>
    account.iam.send(
      new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: '{}', Tags: tagList(tags) }),
    );
  const bucket = async (tags: Tags) => {
    const { s3 } = account;
    await s3(GOLDEN.region).send(
      new CreateBucketCommand({
        Bucket: 'golden-oidc',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1', Tags: tagList(tags) },
      }),
    );
  };
  const provider = (tags: Tags) =>
    account.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://golden-oidc.s3.eu-west-1.amazonaws.com',
        ClientIDList: ['another'],
        Tags: tagList(tags),
      }),
    );
  const ROLE = `IAM role ${RoleName}`;
  const BUCKET = 'Bucket golden-oidc';
  const PROVIDER = /IAM OIDC provider \S+golden-oidc\S+/;

  it.each<[string, () => Promise<unknown>, readonly (string | RegExp)[]]>([
    [
      'role, bucket and provider of another cluster, all named at once',
      () => Promise.all([role(FOREIGN), bucket(FOREIGN), provider(FOREIGN)]),
      [BUCKET, PROVIDER, ROLE, 'other'],
    ],
    ['a role of another cluster', () => role(FOREIGN), [ROLE, 'other']],
    ['a role without tags', () => role({}), [ROLE]],
    [
      'a role of this cluster at another path',
      () => role({ ...GOLDEN.state.roles[RoleName]?.tags }, '/x/'),
      [ROLE, '/x/'],
    ],
    ['a bucket of another cluster', () => bucket(FOREIGN), [BUCKET, 'other']],
    ['a bucket with tags that name no cluster', () => bucket({ team: 'web' }), [BUCKET]],
    [
      'a bucket without tags that holds something else',
      async () => {
        await bucket({});
        await account
          .s3(GOLDEN.region)
          .send(new PutObjectCommand({ Bucket: 'golden-oidc', Key: 'index.html', Body: 'a web site' }));
      },
      [BUCKET, 'index.html'],
    ],
    ['a provider of another cluster', () => provider(FOREIGN), [PROVIDER, 'other']],
  ])('is not touched, and nothing is made: %s', async (_what, make, named) => {
    const wanted = await newAccount(GOLDEN);
    await make();
    const before = await stateOf(wanted);
    proxy.clear();
    const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    for (const name of named) expect(outcome.cause).toMatch(name);
    expect(outcome.cause?.split('\n')).toHaveLength(Math.max(1, named.length - 1));
    expect(writesOf(proxy.calls, account, wanted.name)).toEqual([]);
    expect(await stateOf(wanted)).toEqual(before);
  });
});
