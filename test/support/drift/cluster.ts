import {
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { exportJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { keyId } from '../../../core/domain/oidc.ts';
import { type FaultEmulator, faultEmulator } from '../../faults/emulator.ts';
import { type TestAccount, testAccount } from '../account.ts';
import { tgzOf } from '../archives.ts';
import { clusterYaml, requestOf } from '../bundles.ts';
import { smallKeyPair } from '../fakes/signing-keys.ts';

export const CLUSTER = 'demo';
export const REGION = 'us-east-2';
export const BUCKET = `${CLUSTER}-oidc`;
export const ROLE = `${CLUSTER}-openshift-ingress-cloud-credentials`;
export const MANIFEST = `clusters/${CLUSTER}/install/manifests/openshift-ingress-cloud-credentials-credentials.yaml`;
export const OWNER = { [`openshift.io/cloud-credential-operator/${CLUSTER}`]: 'owned', Name: CLUSTER };

let emulator: FaultEmulator;
export let account: TestAccount;
export let provider: string;
export let boundary: string;

/** Prepares the cluster once for all tests of a file; each begins with it as it was then. */
export function preparedCluster(): void {
  beforeAll(async () => {
    emulator = await faultEmulator();
    account = await testAccount(emulator.endpoint);
    provider = `arn:aws:iam::${account.id}:oidc-provider/${BUCKET}.s3.${REGION}.amazonaws.com`;
    boundary = `arn:aws:iam::${account.id}:policy/Boundary`;
    await policy('Other', ['*']);
    await policy('Small', ['s3:ListAllMyBuckets']);
    await prepareAgain();
    await emulator.save('prepared');
  });
  beforeEach(() => emulator.load('prepared'));
  afterAll(() => emulator.stop());
}

export const REQUESTS = {
  'ingress.yaml': requestOf('ingress'),
  'registry.yaml': requestOf('image-registry'),
};

/** Uploads the bundle of the cluster, as the first time. */
export async function prepareAgain(change: Parameters<typeof clusterYaml>[0] = {}): Promise<void> {
  const bundle = await tgzOf({
    'cluster.yaml': clusterYaml({
      name: CLUSTER,
      region: REGION,
      release: '4.20.3',
      permissionsBoundaryArn: boundary,
      ...change,
    }),
    ...REQUESTS,
  });
  expect(await account.run('prepare/demo.tgz', bundle)).toMatchObject({ status: 'SUCCEEDED' });
}

/** Uploads what a newer release asks for, which is the same. */
export async function upgrade(): Promise<void> {
  const bundle = await tgzOf(REQUESTS);
  expect(await account.run(`upgrade/${CLUSTER}/4.21.0.tgz`, bundle)).toMatchObject({ status: 'SUCCEEDED' });
}

export async function policy(name: string, actions: string[]): Promise<string> {
  const { Policy } = await account.iam.send(
    new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document(actions) }),
  );
  return Policy?.Arn ?? '';
}

export function document(actions: string[], effect = 'Allow'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: actions, Resource: '*' }],
  });
}

export const iam = () => account.iam;
export const s3 = () => account.s3(REGION);

export async function textOf(key: string): Promise<string> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** Writes an OIDC document as the pipeline stores it, so that nothing but the text differs. */
export async function putDocument(key: string, body: string): Promise<void> {
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

export async function changeKeys(change: (keys: Record<string, unknown>[]) => unknown[]): Promise<void> {
  const { keys } = JSON.parse(await textOf('keys.json'));
  await putDocument('keys.json', JSON.stringify({ keys: change(keys) }));
}

/** Another RSA key, under an id of its own or of somebody else. */
export async function strangeKey(kid?: unknown): Promise<Record<string, unknown>> {
  const { publicKey } = smallKeyPair();
  return { ...(await exportJWK(publicKey)), use: 'sig', alg: 'RS256', kid: kid ?? keyId(publicKey) };
}

export async function trust(change: (statements: Record<string, unknown>[]) => unknown[]): Promise<void> {
  const { Role } = await iam().send(new GetRoleCommand({ RoleName: ROLE }));
  const current = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
  await iam().send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: ROLE,
      PolicyDocument: JSON.stringify({ ...current, Statement: change(current.Statement) }),
    }),
  );
}

type Statements = Record<string, unknown>[];

/** Changes the statements of the role's own policy. */
export async function statements(change: (own: Statements) => Statements): Promise<void> {
  const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE }));
  const current = JSON.parse(decodeURIComponent(PolicyDocument ?? ''));
  await iam().send(
    new PutRolePolicyCommand({
      RoleName: ROLE,
      PolicyName: ROLE,
      PolicyDocument: JSON.stringify({ ...current, Statement: change(current.Statement) }),
    }),
  );
}

export function permissions(change: (actions: string[]) => string[]): Promise<void> {
  return statements(([first, ...others]) => [
    { ...first, Action: change(first?.['Action'] as string[]) },
    ...others,
  ]);
}

/** The provider with something changed; the emulator cannot change one that exists. */
export async function remakeProvider(change: {
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

export async function roleAnew(path: string, name = ROLE): Promise<void> {
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

export async function deleteRole(): Promise<void> {
  await iam().send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE }));
  await iam().send(new DeleteRoleCommand({ RoleName: ROLE }));
}

export const putResult = (key: string, body: string) =>
  account.s3().send(new PutObjectCommand({ Bucket: account.output, Key: key, Body: body }));
export const removeResult = (key: string) =>
  account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: key }));
