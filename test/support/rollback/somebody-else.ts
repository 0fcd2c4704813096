import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Snapshot } from '../account.ts';
import { account, hostOf, REGION, type TagList } from './account.ts';

/* What somebody else than the pipeline does in the account. */

const OF_SOMEBODY_ELSE: TagList = [{ Key: 'owner', Value: 'somebody else' }];

/** Makes a role, of somebody else unless its tags say otherwise. */
export function createRole(
  name: string,
  tags = OF_SOMEBODY_ELSE,
  more: Partial<CreateRoleCommandInput> = {},
): Promise<unknown> {
  return account.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: '{}', Tags: tags, ...more }),
  );
}

/** Deletes a role with its policy. */
export async function deleteRole(name: string): Promise<void> {
  await account.iam
    .send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name }))
    .catch(() => undefined);
  await account.iam.send(new DeleteRoleCommand({ RoleName: name }));
}

/** Gives a role these permissions. */
export function putPolicy(role: string, actions: readonly string[], name = role): Promise<unknown> {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  };
  return account.iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
  );
}

/** Gives a role this trust policy. */
export function putTrust(role: string, document: unknown): Promise<unknown> {
  return account.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument: JSON.stringify(document) }),
  );
}

/** Registers an identity provider for an issuer bucket. */
export function createProvider(bucket: string, tags: TagList): Promise<unknown> {
  return account.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${hostOf(bucket)}`,
      ClientIDList: ['openshift', 'sts.amazonaws.com'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: tags,
    }),
  );
}

/** Makes a bucket. */
export function createBucket(bucket: string): Promise<unknown> {
  return account
    .s3(REGION)
    .send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
}

/** Puts an object into a bucket. */
export function putObject(bucket: string, key: string, body: string, tags: TagList = []): Promise<unknown> {
  const Tagging = tags.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${Value}`).join('&');
  return account.s3(REGION).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Tagging }));
}

/** Gives a bucket this policy. */
export function putBucketPolicy(bucket: string, document: unknown): Promise<unknown> {
  return account
    .s3(REGION)
    .send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(document) }));
}

/** Removes what a test left of the cluster `fresh`, as an operator would. */
export async function clearFresh({ roles, providers, buckets, results }: Snapshot): Promise<void> {
  const { iam, output } = account;
  for (const name of Object.keys(roles).filter((each) => each.startsWith('fresh-'))) {
    await deleteRole(name);
  }
  for (const arn of Object.keys(providers).filter((each) => each.includes('/fresh-oidc.')))
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  const bucket = buckets['fresh-oidc'] as { objects: object } | undefined;
  const s3 = account.s3(REGION);
  for (const key of Object.keys(bucket?.objects ?? {}))
    await s3.send(new DeleteObjectCommand({ Bucket: 'fresh-oidc', Key: key }));
  if (bucket !== undefined) await s3.send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' }));
  for (const key of Object.keys(results).filter((each) => each.startsWith('clusters/fresh/')))
    await account.s3().send(new DeleteObjectCommand({ Bucket: output, Key: key }));
}
