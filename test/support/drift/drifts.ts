import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { CLOSED } from '../closed-bucket.ts';
import { smallKeyPair } from '../fakes/signing-keys.ts';
import {
  account,
  BUCKET,
  boundary,
  CLUSTER,
  changeKeys,
  deleteRole,
  document,
  iam,
  MANIFEST,
  OWNER,
  permissions,
  policy,
  prepareAgain,
  provider,
  putDocument,
  putResult,
  ROLE,
  remakeProvider,
  removeResult,
  roleAnew,
  s3,
  statements,
  strangeKey,
  textOf,
  trust,
  upgrade,
} from './cluster.ts';

const deny = { Effect: 'Deny', Action: 'route53:*', Resource: '*' };

function onlyIf(statement: Record<string, unknown>, operator: string, key: string, value: string) {
  const { Condition } = statement as { Condition?: object };
  return { ...statement, Condition: { ...Condition, [operator]: { [key]: value } } };
}

/** What somebody does to a prepared cluster, and every finding that the audit then has. */
export const DRIFTS: readonly [title: string, make: () => Promise<unknown>, kinds: readonly string[]][] = [
  // The issuer
  [
    'the issuer bucket is deleted',
    async () => {
      for (const Key of ['keys.json', '.well-known/openid-configuration'])
        await s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      await s3().send(new DeleteBucketCommand({ Bucket: BUCKET }));
    },
    ['IssuerBucketMissing'],
  ],
  [
    'the bucket loses the tag of its owner',
    () =>
      s3().send(
        new PutBucketTaggingCommand({
          Bucket: BUCKET,
          Tagging: { TagSet: [{ Key: 'Name', Value: CLUSTER }] },
        }),
      ),
    ['IssuerTagsChanged'],
  ],
  [
    'public access to the bucket is blocked',
    () =>
      s3().send(
        new PutPublicAccessBlockCommand({
          Bucket: BUCKET,
          PublicAccessBlockConfiguration: CLOSED,
        }),
      ),
    ['IssuerUnreachable', 'PublicAccessChanged'],
  ],
  [
    'the bucket policy is deleted',
    () => s3().send(new DeleteBucketPolicyCommand({ Bucket: BUCKET })),
    ['IssuerPolicyChanged', 'IssuerUnreachable'],
  ],
  [
    'the bucket policy lets everybody write',
    () =>
      s3().send(
        new PutBucketPolicyCommand({
          Bucket: BUCKET,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${BUCKET}/*` },
            ],
          }),
        }),
      ),
    ['IssuerPolicyChanged'],
  ],
  [
    'the bucket policy lets somebody write logs besides',
    async () => {
      const { Policy = '{}' } = await s3().send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
      const policy = JSON.parse(Policy);
      const logs = {
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${BUCKET}/logs/*`,
      };
      await s3().send(
        new PutBucketPolicyCommand({
          Bucket: BUCKET,
          Policy: JSON.stringify({ ...policy, Statement: [...policy.Statement, logs] }),
        }),
      );
    },
    ['IssuerPolicyExtended'],
  ],
  [
    'the discovery document is deleted',
    () => s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: '.well-known/openid-configuration' })),
    ['DiscoveryDocumentMissing'],
  ],
  [
    'the discovery document names another issuer',
    async () => {
      const text = await textOf('.well-known/openid-configuration');
      await putDocument('.well-known/openid-configuration', text.replaceAll(BUCKET, 'evil-oidc'));
    },
    ['DiscoveryDocumentChanged'],
  ],
  [
    'the JWKS is deleted',
    () => s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'keys.json' })),
    ['JwksMissing'],
  ],
  ['the JWKS is no JWKS', () => putDocument('keys.json', '{"keys": 1}'), ['JwksMalformed']],
  ['the signing key is removed from the JWKS', async () => changeKeys(() => []), ['SigningKeyLost']],
  [
    'the signing key is replaced by a key of another id',
    async () => {
      const strange = await strangeKey();
      await changeKeys(() => [strange]);
    },
    ['SigningKeyRotated'],
  ],
  [
    'another key takes the id of the signing key',
    async () => {
      const { keys } = JSON.parse(await textOf('keys.json'));
      const strange = await strangeKey(keys[0].kid);
      await changeKeys(() => [strange]);
    },
    ['SigningKeyReplaced'],
  ],
  [
    'a key is added to the JWKS',
    async () => {
      const strange = await strangeKey();
      await changeKeys((keys) => [...keys, strange]);
    },
    ['JwksKeyExtra'],
  ],
  [
    'a key that was there when the cluster was prepared is taken out of the JWKS',
    async () => {
      const strange = await strangeKey();
      await changeKeys((keys) => [...keys, strange]);
      // As of a cluster that a run took over.
      await removeResult(`clusters/${CLUSTER}/cluster.json`);
      await prepareAgain();
      await changeKeys((keys) => keys.slice(0, 1));
    },
    ['JwksKeyLost'],
  ],
  [
    'the signing key is said to be for encryption',
    () => changeKeys((keys) => keys.map((key) => ({ ...key, use: 'enc' }))),
    ['SigningKeyUnusable'],
  ],
  [
    'a private member gets into the JWKS',
    () => changeKeys((keys) => keys.map((key) => ({ ...key, d: 'c2VjcmV0' }))),
    ['PrivateKeyPublished'],
  ],
  [
    'a document loses its tags',
    () => s3().send(new DeleteObjectTaggingCommand({ Bucket: BUCKET, Key: 'keys.json' })),
    ['DocumentStoredWrongly'],
  ],
  // The provider
  [
    'the identity provider is deleted',
    () => iam().send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider })),
    ['ProviderMissing'],
  ],
  [
    'an audience is removed from the provider',
    () => remakeProvider({ ClientIDList: ['sts.amazonaws.com'] }),
    ['AudienceMissing'],
  ],
  [
    'an audience is added to the provider',
    () => remakeProvider({ ClientIDList: ['openshift', 'sts.amazonaws.com', 'sigstore'] }),
    ['AudienceExtra'],
  ],
  [
    'the thumbprint of the provider is another one',
    () => remakeProvider({ ThumbprintList: ['a'.repeat(40)] }),
    ['ThumbprintChanged'],
  ],
  ['the provider loses its tags', () => remakeProvider({ Tags: [] }), ['ProviderTagsChanged']],
  // Roles
  ['a role is deleted', deleteRole, ['RoleMissing']],
  ['a role is made anew at another path', () => roleAnew('/elsewhere/'), ['RolePathChanged']],
  [
    'a role loses the tag of its owner',
    () => iam().send(new UntagRoleCommand({ RoleName: ROLE, TagKeys: [Object.keys(OWNER)[0] ?? ''] })),
    ['RoleTagsChanged'],
  ],
  [
    'a tag of a role gets another value',
    () => iam().send(new TagRoleCommand({ RoleName: ROLE, Tags: [{ Key: 'Name', Value: 'other' }] })),
    ['RoleTagsChanged'],
  ],
  [
    'a role trusts another service account instead',
    () =>
      trust((statements) =>
        JSON.parse(JSON.stringify(statements).replaceAll('ingress-operator', 'other-operator')),
      ),
    ['TrustNarrowed'],
  ],
  [
    'a role trusts another provider instead',
    () =>
      trust((statements) => JSON.parse(JSON.stringify(statements).replaceAll(provider, `${provider}-old`))),
    ['TrustNarrowed'],
  ],
  [
    'a role trusts a whole account as well',
    () =>
      trust((statements) => [
        ...statements,
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' },
      ]),
    ['TrustWidened'],
  ],
  [
    'a role trusts its service accounts from some network only',
    () =>
      trust((statements) =>
        statements.map((each) => onlyIf(each, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8')),
      ),
    ['TrustUnclear'],
  ],
  [
    'a role denies everybody, after an upgrade',
    async () => {
      await upgrade();
      await trust((statements) => [...statements, { Effect: 'Deny', Principal: '*', Action: '*' }]);
    },
    ['TrustNarrowed'],
  ],
  [
    'a role trusts a further service account',
    () =>
      trust((statements) => [
        ...statements,
        ...JSON.parse(JSON.stringify(statements).replaceAll('ingress-operator', 'other-operator')),
      ]),
    ['TrustChanged'],
  ],
  [
    'a role denies itself an action, after an upgrade',
    async () => {
      await upgrade();
      await statements((own) => [...own, deny]);
    },
    ['PermissionsLost'],
  ],
  [
    'a role denies itself an action on some condition',
    () => statements((own) => [...own, onlyIf(deny, 'Bool', 'aws:ViaAWSService', 'false')]),
    ['PermissionsUnclear'],
  ],
  [
    'the permissions boundary comes to allow less',
    () =>
      iam().send(
        new CreatePolicyVersionCommand({
          PolicyArn: boundary,
          PolicyDocument: document(['s3:GetObject']),
          SetAsDefault: true,
        }),
      ),
    ['PermissionsLost', 'PermissionsLost'],
  ],
  [
    'the bundle no longer asks for a permissions boundary',
    () => prepareAgain({ permissionsBoundaryArn: undefined }),
    ['BoundaryAdded', 'BoundaryAdded'],
  ],
  ['a role loses an action', () => permissions((actions) => actions.slice(1)), ['PermissionsLost']],
  [
    'a role loses its policy',
    () => iam().send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE })),
    ['PermissionsLost'],
  ],
  [
    'a role gains an action',
    () => permissions((actions) => [...actions, 'ec2:TerminateInstances']),
    ['PermissionsChanged'],
  ],
  ['a role gains everything', () => permissions((actions) => [...actions, '*']), ['PermissionsWidened']],
  [
    'a role loses its permissions boundary',
    () => iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ROLE })),
    ['BoundaryMissing'],
  ],
  [
    'a role gets another permissions boundary',
    () =>
      iam().send(
        new PutRolePermissionsBoundaryCommand({
          RoleName: ROLE,
          PermissionsBoundary: boundary.replace('Boundary', 'Other'),
        }),
      ),
    ['BoundaryChanged'],
  ],
  [
    'another boundary takes the permissions away',
    async () => {
      const narrow = await policy('Narrow', ['s3:GetObject']);
      await iam().send(
        new PutRolePermissionsBoundaryCommand({ RoleName: ROLE, PermissionsBoundary: narrow }),
      );
    },
    ['BoundaryChanged', 'PermissionsLost'],
  ],
  [
    'a role gets a further inline policy',
    () =>
      iam().send(
        new PutRolePolicyCommand({
          RoleName: ROLE,
          PolicyName: 'more',
          PolicyDocument: document(['s3:ListAllMyBuckets']),
        }),
      ),
    ['InlinePolicyExtra'],
  ],
  [
    'a further inline policy denies what a component needs',
    () =>
      iam().send(
        new PutRolePolicyCommand({
          RoleName: ROLE,
          PolicyName: 'no',
          PolicyDocument: document(['route53:*'], 'Deny'),
        }),
      ),
    ['InlinePolicyExtra', 'PermissionsLost'],
  ],
  [
    'a managed policy is attached to a role',
    () =>
      iam().send(
        new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: boundary.replace('Boundary', 'Small') }),
      ),
    ['PolicyAttached'],
  ],
  [
    'a policy that grants everything is attached to a role',
    () =>
      iam().send(
        new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: boundary.replace('Boundary', 'Other') }),
      ),
    ['PermissionsWidened'],
  ],
  [
    'a role with the tags of the cluster appears',
    () => roleAnew('/', `${CLUSTER}-left-over`),
    ['RoleOrphaned'],
  ],
  // Results
  ['a Secret is deleted from the output bucket', () => removeResult(MANIFEST), ['ManifestMissing']],
  [
    'a Secret in the output bucket is changed',
    async () => putResult(MANIFEST, ((await account.read(MANIFEST)) ?? '').replace('role_arn', 'role_arm')),
    ['ManifestChanged'],
  ],
  [
    'the Authentication manifest is changed',
    () =>
      putResult(
        `clusters/${CLUSTER}/install/manifests/cluster-authentication-02-config.yaml`,
        'kind: Authentication',
      ),
    ['ManifestChanged'],
  ],
  [
    'the archive holds something else, under the same metadata',
    async () => {
      const Key = `clusters/${CLUSTER}/install.tar.gz`;
      const { Metadata } = await account.s3().send(new HeadObjectCommand({ Bucket: account.output, Key }));
      await account
        .s3()
        .send(
          new PutObjectCommand({ Bucket: account.output, Key, Body: 'another archive', ...{ Metadata } }),
        );
    },
    ['ArchiveOutdated'],
  ],
  ['the archive is deleted', () => removeResult(`clusters/${CLUSTER}/install.tar.gz`), ['ArchiveOutdated']],
  [
    'the private key is deleted',
    () => removeResult(`clusters/${CLUSTER}/install/tls/bound-service-account-signing-key.key`),
    ['KeyFileMissing'],
  ],
  [
    'the public key is another one',
    () =>
      putResult(
        `clusters/${CLUSTER}/install/serviceaccount-signer.public`,
        smallKeyPair().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ),
    ['KeyFileChanged'],
  ],
];
