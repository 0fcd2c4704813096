import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { exportJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KINDS } from '../../core/domain/audit/kinds.ts';
import { keyId } from '../../core/domain/oidc.ts';
import { type FaultEmulator, faultEmulator } from '../faults/emulator.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { clusterYaml, requestOf } from '../support/bundles.ts';
import { CLOSED } from '../support/closed-bucket.ts';
import { smallKeyPair } from '../support/fakes/signing-keys.ts';

const CLUSTER = 'demo';
const REGION = 'us-east-2';
const BUCKET = `${CLUSTER}-oidc`;
const ROLE = `${CLUSTER}-openshift-ingress-cloud-credentials`;
const MANIFEST = `clusters/${CLUSTER}/install/manifests/openshift-ingress-cloud-credentials-credentials.yaml`;
const OWNER = { [`openshift.io/cloud-credential-operator/${CLUSTER}`]: 'owned', Name: CLUSTER };

let emulator: FaultEmulator;
let account: TestAccount;
let provider: string;
let boundary: string;

beforeAll(async () => {
  emulator = await faultEmulator();
  account = await testAccount(emulator.endpoint);
  provider = `arn:aws:iam::${account.id}:oidc-provider/${BUCKET}.s3.${REGION}.amazonaws.com`;
  boundary = await policy('Boundary', ['*']);
  await policy('Other', ['*']);
  const bundle = await tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, permissionsBoundaryArn: boundary }),
    'ingress.yaml': requestOf('ingress'),
    'registry.yaml': requestOf('image-registry'),
  });
  expect(await account.run('prepare/demo.tgz', bundle)).toMatchObject({ status: 'SUCCEEDED' });
  await emulator.save('prepared');
});
beforeEach(() => emulator.load('prepared'));
afterAll(() => emulator.stop());

async function policy(name: string, actions: string[]): Promise<string> {
  const { Policy } = await account.iam.send(
    new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document(actions) }),
  );
  return Policy?.Arn ?? '';
}

function document(actions: string[], effect = 'Allow'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: actions, Resource: '*' }],
  });
}

const iam = () => account.iam;
const s3 = () => account.s3(REGION);

async function textOf(key: string): Promise<string> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** Writes an OIDC document as the pipeline stores it, so that nothing but the text differs. */
async function putDocument(key: string, body: string): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: key,
      Body: body,
      ContentType: 'application/json',
      Tagging: new URLSearchParams(OWNER).toString(),
    }),
  );
}

async function changeKeys(change: (keys: Record<string, unknown>[]) => unknown[]): Promise<void> {
  const { keys } = JSON.parse(await textOf('keys.json'));
  await putDocument('keys.json', JSON.stringify({ keys: change(keys) }));
}

/** Another RSA key, under an id of its own or of somebody else. */
async function strangeKey(kid?: unknown): Promise<Record<string, unknown>> {
  const { publicKey } = smallKeyPair();
  return { ...(await exportJWK(publicKey)), use: 'sig', alg: 'RS256', kid: kid ?? keyId(publicKey) };
}

async function trust(change: (statements: Record<string, unknown>[]) => unknown[]): Promise<void> {
  const { Role } = await iam().send(new GetRoleCommand({ RoleName: ROLE }));
  const current = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
  await iam().send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: ROLE,
      PolicyDocument: JSON.stringify({ ...current, Statement: change(current.Statement) }),
    }),
  );
}

async function permissions(change: (actions: string[]) => string[]): Promise<void> {
  const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE }));
  const current = JSON.parse(decodeURIComponent(PolicyDocument ?? ''));
  current.Statement[0].Action = change(current.Statement[0].Action);
  await iam().send(
    new PutRolePolicyCommand({
      RoleName: ROLE,
      PolicyName: ROLE,
      PolicyDocument: JSON.stringify(current),
    }),
  );
}

/** The provider with something changed; the emulator cannot change one that exists. */
async function remakeProvider(change: {
  ClientIDList?: string[];
  ThumbprintList?: string[];
  Tags?: { Key: string; Value: string }[];
}): Promise<void> {
  const {
    $metadata: _,
    CreateDate: __,
    ...current
  } = await iam().send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider }));
  await iam().send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider }));
  await iam().send(new CreateOpenIDConnectProviderCommand({ ...current, Url: current.Url, ...change }));
}

async function roleAnew(path: string, name = ROLE): Promise<void> {
  const { Role } = await iam().send(new GetRoleCommand({ RoleName: ROLE }));
  const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE }));
  if (name === ROLE) await deleteRole();
  await iam().send(
    new CreateRoleCommand({
      RoleName: name,
      Path: path,
      Description: Role?.Description,
      AssumeRolePolicyDocument: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''),
      PermissionsBoundary: boundary,
      Tags: Role?.Tags,
    }),
  );
  await iam().send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: name,
      PolicyDocument: decodeURIComponent(PolicyDocument ?? ''),
    }),
  );
}

async function deleteRole(): Promise<void> {
  await iam().send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE }));
  await iam().send(new DeleteRoleCommand({ RoleName: ROLE }));
}

const putResult = (key: string, body: string) =>
  account.s3().send(new PutObjectCommand({ Bucket: account.output, Key: key, Body: body }));
const removeResult = (key: string) =>
  account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: key }));

/** What somebody does to a prepared cluster, and every finding that the audit then has. */
const DRIFTS: readonly [title: string, make: () => Promise<unknown>, kinds: readonly string[]][] = [
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
    ['TrustChanged'],
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
        new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: boundary.replace('Boundary', 'Other') }),
      ),
    ['PolicyAttached'],
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

describe('the drift audit', () => {
  it('finds nothing in an untouched cluster', async () => {
    const audit = await auditAccount(account);
    expect(audit.status).toBe('SUCCEEDED');
    expect(audit.cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
  });

  it.each(DRIFTS)('finds that %s', async (_title, make, kinds) => {
    await make();
    const { drift, status } = (await auditAccount(account)).cluster(CLUSTER);
    expect(kindsOf(drift)).toEqual([...kinds].sort());
    expect(status).toBe('drifted');
    for (const { message, remedy, resource } of drift) {
      expect(message).toMatch(/\.$/);
      expect(remedy.length).toBeGreaterThan(10);
      expect(resource).not.toBe('');
    }
  });

  it('says nothing of a cluster that a run has mended', async () => {
    await deleteRole();
    await s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'keys.json' }));
    expect((await auditAccount(account)).cluster(CLUSTER).status).toBe('drifted');
    const bundle = await tgzOf({
      'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, permissionsBoundaryArn: boundary }),
      'ingress.yaml': requestOf('ingress'),
      'registry.yaml': requestOf('image-registry'),
    });
    expect(await account.run('prepare/demo.tgz', bundle)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await auditAccount(account)).cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
  });

  it('does not call drift what a run may be at work on', async () => {
    await deleteRole();
    await putResult(`clusters/${CLUSTER}/lock`, JSON.stringify({ execution: 'arn', run: 'demo-prepare-1' }));
    const { status, reason, drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect(status).toBe('unknown');
    expect(reason).toContain('demo-prepare-1');
    expect(kindsOf(drift)).toEqual(['RoleMissing']);
  });

  it('says that somebody restricted a role, and does not call it drift', async () => {
    await trust((statements) =>
      statements.map((statement) => {
        const { Condition } = statement as { Condition: { StringEquals: Record<string, unknown> } };
        const [key = ''] = Object.keys(Condition.StringEquals);
        const StringEquals = { ...Condition.StringEquals, [key.replace(':sub', ':aud')]: 'openshift' };
        return { ...(statement as object), Condition: { StringEquals } };
      }),
    );
    const { status, drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect([status, kindsOf(drift)]).toEqual(['clean', ['TrustRestricted']]);
  });

  it('covers every kind of drift that can be made here', () => {
    const made = new Set(DRIFTS.flatMap(([, , kinds]) => kinds));
    const elsewhere = [
      // Needs AWS: another account or region, a provider whose URL can be changed.
      'IssuerBucketForeign',
      'ProviderUrlChanged',
      // Unit tests: a second key at preparation, answers that cannot be told.
      'JwksKeyLost',
      'TrustUnclear',
      'PermissionsUnclear',
      'BoundaryAdded',
      // No drift: see above.
      'TrustRestricted',
    ];
    const drift = Object.keys(KINDS).slice(0, Object.keys(KINDS).indexOf('ComponentNew'));
    expect([...made, ...elsewhere].sort()).toEqual(drift.sort());
  });
});
