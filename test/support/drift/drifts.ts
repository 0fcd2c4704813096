import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
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
  CLUSTER,
  changeKeys,
  iam,
  MANIFEST,
  prepareAgain,
  provider,
  putDocument,
  putResult,
  remakeProvider,
  removeResult,
  s3,
  strangeKey,
  textOf,
} from './cluster.ts';
import { type Drift, ROLE_DRIFTS } from './role-drifts.ts';

/** What somebody does to a prepared cluster. */
export const DRIFTS: readonly Drift[] = [
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
  ...ROLE_DRIFTS,
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
