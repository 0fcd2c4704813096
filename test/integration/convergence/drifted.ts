import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  account,
  GOLDEN,
  newAccount,
  partsOf,
  prepare,
  stateOf,
  tagList,
} from '../../support/convergence/account.ts';
import type { ReferenceCase, Tags } from '../../support/reference.ts';

describe('what drifted', () => {
  const config = 'tags: { team: platform }';
  const role = 'golden-openshift-cluster-csi-drivers-volume-credentials';
  const RoleName = role;
  const Bucket = 'golden-oidc';
  const Key = 'keys.json';
  const discovery = '.well-known/openid-configuration';
  const secret = 'manifests/openshift-cluster-csi-drivers-volume-credentials-credentials.yaml';
  let wanted: ReferenceCase;
  let converged: Awaited<ReturnType<typeof stateOf>>;
  beforeAll(async () => {
    wanted = await newAccount(GOLDEN);
    await prepare(wanted, { config });
    converged = await stateOf(wanted);
  });

  const iam = () => account.iam;
  const s3 = () => account.s3(GOLDEN.region);
  const output = (path: string) => ({ Bucket: account.output, Key: `clusters/golden/${path}` });
  const provider = () => ({ OpenIDConnectProviderArn: Object.keys(wanted.state.providers)[0] ?? '' });
  /** Makes the provider anew with other audiences and tags. */
  const remakeProvider = async (change: { audiences?: string[]; tags?: Tags }) => {
    const {
      Url,
      ClientIDList,
      Tags: tags,
    } = await account.iam.send(new GetOpenIDConnectProviderCommand(provider()));
    await iam().send(new DeleteOpenIDConnectProviderCommand(provider()));
    await iam().send(
      new CreateOpenIDConnectProviderCommand({
        Url,
        ClientIDList: change.audiences ?? ClientIDList,
        Tags: change.tags === undefined ? tags : tagList(change.tags),
      }),
    );
  };
  const owner: Tags = { ...GOLDEN.state.buckets[Bucket]?.tags };

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'a trust policy',
      () =>
        iam().send(
          new UpdateAssumeRolePolicyCommand({
            RoleName,
            PolicyDocument: JSON.stringify(wanted.state.roles[role]?.trust).replace(':volume-operator', ':*'),
          }),
        ),
      [`update role ${role}: trust policy`],
    ],
    [
      'a permission that was added',
      () =>
        iam().send(
          new PutRolePolicyCommand({
            RoleName,
            PolicyName: role,
            PolicyDocument: JSON.stringify(wanted.state.roles[role]?.inline[role]).replace(
              'ec2:AttachVolume',
              'ec2:DeleteVolume',
            ),
          }),
        ),
      [`update role ${role}: permissions`],
    ],
    [
      'an inline policy that was removed',
      () => iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: role })),
      [`update role ${role}: permissions`],
    ],
    [
      'a permissions boundary that was removed',
      () => iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
      [`update role ${role}: permissions boundary`],
    ],
    [
      'another permissions boundary',
      () =>
        iam().send(
          new PutRolePermissionsBoundaryCommand({
            RoleName,
            PermissionsBoundary: `arn:aws:iam::${account.id}:policy/wider`,
          }),
        ),
      [`update role ${role}: permissions boundary`],
    ],
    [
      'a description',
      () => iam().send(new UpdateRoleCommand({ RoleName, Description: 'edited' })),
      [`update role ${role}: description`],
    ],
    [
      'a tag of a role that was removed',
      () => iam().send(new UntagRoleCommand({ RoleName, TagKeys: ['team'] })),
      [`update role ${role}: tags`],
    ],
    [
      'the value of a tag of a role',
      () => iam().send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'Name', Value: 'edited' }] })),
      [`update role ${role}: tags`],
    ],
    [
      'several parts of one role',
      async () => {
        await iam().send(new UpdateRoleCommand({ RoleName, Description: 'edited' }));
        await iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: role }));
      },
      [`update role ${role}: permissions`, `update role ${role}: description`],
    ],
    [
      'a role that was deleted',
      async () => {
        await iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: role }));
        await iam().send(new DeleteRoleCommand({ RoleName }));
      },
      [`create role ${role}: all`],
    ],
    [
      'a provider that was deleted',
      () => iam().send(new DeleteOpenIDConnectProviderCommand(provider())),
      ['create identity provider ARN: all'],
    ],
    [
      'an audience that was removed',
      () => remakeProvider({ audiences: ['openshift'] }),
      ['update identity provider ARN: audience sts.amazonaws.com'],
    ],
    [
      'tags of the provider that were removed',
      () => remakeProvider({ tags: owner }),
      ['update identity provider ARN: tags'],
    ],
    [
      'a public access block that was removed',
      () => s3().send(new DeletePublicAccessBlockCommand({ Bucket })),
      ['update issuer bucket golden-oidc: public access block'],
    ],
    [
      'a public access block that lets ACLs count',
      () =>
        s3().send(
          new PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: { BlockPublicAcls: false, IgnorePublicAcls: false },
          }),
        ),
      ['update issuer bucket golden-oidc: public access block'],
    ],
    [
      'a bucket policy that was removed',
      () => s3().send(new DeleteBucketPolicyCommand({ Bucket })),
      ['update issuer bucket golden-oidc: policy'],
    ],
    [
      'a tag of the bucket that was removed',
      () => s3().send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(owner) } })),
      ['update issuer bucket golden-oidc: tags'],
    ],
    [
      'a discovery document that says nothing',
      () =>
        s3().send(
          new PutObjectCommand({
            Bucket,
            Key: discovery,
            Body: '{}',
            ContentType: 'application/json',
            Tagging: new URLSearchParams(owner).toString(),
          }),
        ),
      [`update issuer bucket golden-oidc: ${discovery}`],
    ],
    [
      'a discovery document that was deleted',
      () => s3().send(new DeleteObjectCommand({ Bucket, Key: discovery })),
      [`update issuer bucket golden-oidc: ${discovery}`],
    ],
    [
      'tags of keys.json that were removed',
      () => s3().send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } })),
      ['update issuer bucket golden-oidc: keys.json'],
    ],
    [
      'keys.json that was deleted',
      () => s3().send(new DeleteObjectCommand({ Bucket, Key })),
      ['update issuer bucket golden-oidc: keys.json'],
    ],
    [
      'a manifest that was deleted',
      () => account.s3().send(new DeleteObjectCommand(output(`install/${secret}`))),
      [`create ${secret}: all`],
    ],
    [
      'a manifest that was edited',
      () => account.s3().send(new PutObjectCommand({ ...output(`install/${secret}`), Body: 'edited' })),
      [`update ${secret}: content`],
    ],
    [
      'an archive that was deleted',
      () => account.s3().send(new DeleteObjectCommand(output('install.tar.gz'))),
      ['create install.tar.gz: all'],
    ],
    [
      'a public key file that was deleted',
      () => account.s3().send(new DeleteObjectCommand(output('install/serviceaccount-signer.public'))),
      ['create public signing key: all'],
    ],
  ])('is repaired, and nothing else: %s', async (_what, drift, expected) => {
    await drift();
    const { changes } = await prepare(wanted, { config });
    expect(partsOf(changes).map((change) => change.replace(/arn:\S+(?=:)/, 'ARN'))).toEqual(expected);
    expect(await stateOf(wanted)).toEqual(converged);
  });
});
