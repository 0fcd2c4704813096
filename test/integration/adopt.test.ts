import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { formatJwks, keyId, publicJwk } from '../../core/domain/oidc.ts';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import type { Report } from '../../core/domain/report.ts';
import { STARTS, type Start, type StartName } from '../faults/starts.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, rsaKeyPair, statement } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { type Call, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  allow,
  type Components,
  editPolicy,
  NEWER_RELEASE,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  requestFiles,
  roleOf,
} from '../support/upgrading.ts';
import { writesOf } from '../support/writes.ts';

const CLUSTER = 'demo';
const REGION = 'us-east-2';
const DISTRIBUTION = 'd111111abcdef8.cloudfront.net';
const TWO: Components = { ingress: {}, 'image-registry': {} };
const KEY = rsaKeyPair().publicKey;
const JWKS = formatJwks({ keys: [publicJwk(KEY)] });
const REGISTRY_ENTRY = `clusters/${CLUSTER}/cluster.json`;

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeEach(async () => {
  emulator ??= await ownEmulator();
  proxy ??= await recordingProxy(emulator.endpoint);
  proxy.onRequest = () => undefined;
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

async function given(start: StartName, jwks = JWKS): Promise<void> {
  const { make } = STARTS[start] as Start;
  await make(account, (bundle, key = 'prepare/bundle.tgz') => account.run(key, bundle), jwks);
}

const bundleOf = (components: Components = TWO, facts = {}, files: Record<string, string> = {}) =>
  tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, release: OLDER_RELEASE, ...facts }),
    ...requestFiles(components),
    ...files,
  });

const adopt = async (bundle: Promise<Uint8Array> = bundleOf()) =>
  account.run(`adopt/${CLUSTER}.tgz`, await bundle);
const entry = async () => JSON.parse((await account.read(REGISTRY_ENTRY)) ?? 'null') as RegistryEntry | null;
const reportOf = async ({ run }: { readonly run: string }): Promise<Report> =>
  JSON.parse((await account.read(`clusters/${CLUSTER}/runs/${run}/report.json`)) ?? '');
/** All that a run must not change: what is known of the cluster is the registry's. */
const everything = async () => {
  const { results, ...resources } = await account.snapshot();
  const { [REGISTRY_ENTRY]: _, ...files } = results as Record<string, unknown>;
  return { ...resources, files };
};

/** CloudFront in front of the issuer's bucket, which the emulator does not have. */
function distribution({ headers, path }: Call) {
  if (![headers.host, headers['x-forwarded-host']].flat().some((host) => host?.includes(DISTRIBUTION)))
    return undefined;
  const issuer = `https://${DISTRIBUTION}`;
  const body = path.includes('openid-configuration')
    ? JSON.stringify({ issuer, jwks_uri: `${issuer}/keys.json` })
    : JWKS;
  return { insteadOfCall: { status: 200, body } };
}

describe('a cluster that ccoctl made', () => {
  it('is registered with its key and its roles, and nothing of it is changed', async () => {
    await given('ccoctl');
    const before = await everything();
    proxy.clear();
    const outcome = await adopt();
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'Lock',
      'IsLockHeld',
      'PlanChanges',
      'RegistersOnly',
      'RegisterCluster',
      'UnlockAdopted',
      'Adopted',
    ]);
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
    expect(await everything()).toEqual(before);
    expect(await entry()).toMatchObject({
      name: CLUSTER,
      release: OLDER_RELEASE,
      keyId: keyId(KEY),
      adopted: true,
      roles: [{ name: roleOf('image-registry') }, { name: roleOf('ingress') }],
    });
    const report = await reportOf(outcome);
    expect(report).toMatchObject({ outcome: 'adopted', operation: 'adopt', changes: [], files: [] });
    const text = await account.read(`clusters/${CLUSTER}/runs/${outcome.run}/report.md`);
    expect(text).toContain('Registered as it is; nothing was changed');
    expect(text).toContain('What differs from what a prepare would make');
  });

  it('is the same after it is adopted once more', async () => {
    await given('ccoctl');
    await editPolicy(account, 'ingress', (statements) => [...statements, allow('s3:ListAllMyBuckets')]);
    const first = await adopt();
    const { lastRun: _, ...registered } = (await entry()) as RegistryEntry;
    const before = await everything();
    const second = await adopt();
    expect(second).toMatchObject({ status: 'SUCCEEDED' });
    const { lastRun: __, ...again } = (await entry()) as RegistryEntry;
    expect(again).toEqual(registered);
    expect(await everything()).toEqual(before);
    expect((await reportOf(second)).differences).toEqual((await reportOf(first)).differences);
  });

  it('is told in the report how it differs, part by part', async () => {
    await given('ccoctl');
    await editPolicy(account, 'ingress', () => [allow('s3:ListAllMyBuckets')]);
    const name = roleOf('image-registry');
    await account.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name }));
    await account.iam.send(new DeleteRoleCommand({ RoleName: name }));
    const { differences } = await reportOf(await adopt());
    expect(differences).toEqual(
      expect.arrayContaining([
        { action: 'create', resource: `role ${name}`, part: 'all' },
        { action: 'update', resource: `role ${roleOf('ingress')}`, part: 'permissions' },
      ]),
    );
  });

  it('has no findings but those that the report of the adoption tells, though no file of it is here', async () => {
    await given('ccoctl');
    const { differences } = await reportOf(await adopt());
    // ccoctl does not say what type its documents are of.
    expect(new Set(differences?.map(({ resource }) => resource))).toEqual(
      new Set([`issuer bucket ${CLUSTER}-oidc`]),
    );
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(new Set(kindsOf(audited.drift))).toEqual(new Set(['DocumentStoredWrongly']));
  });

  it('is audited for what its requests ask for: findings, and no errors', async () => {
    await given('ccoctl-no-policy');
    await adopt();
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(audited.status).toBe('drifted');
    expect(kindsOf(audited.drift)).toEqual(expect.arrayContaining(['PermissionsLost', 'RoleMissing']));
  });

  it('keeps through add, upgrade and prune what somebody gave it, and gets no key of this pipeline', async () => {
    await given('ccoctl');
    const extra = allow('s3:ListAllMyBuckets');
    await editPolicy(account, 'ingress', (statements) => [...statements, extra]);
    await adopt();
    const newer: Components = {
      ingress: statement({ action: ['elasticloadbalancing:DescribeLoadBalancers', 'ec2:DescribeVpcs'] }),
      'image-registry': {},
      'machine-api': {},
    };
    for (const [key, bundle] of [
      [`add/${CLUSTER}/efs.tgz`, await releaseBundle({ efs: {} })],
      [`upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle(newer)],
      [`prune/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle(newer)],
      [`prepare/${CLUSTER}.tgz`, await bundleOf(newer, { release: NEWER_RELEASE })],
    ] as const) {
      expect(await account.run(key, bundle), key).toMatchObject({ status: 'SUCCEEDED' });
      expect(permissionsOf(await account.snapshot(), 'ingress'), key).toContainEqual(extra);
      expect(await entry(), key).toMatchObject({ keyId: keyId(KEY) });
    }
    const own = permissionsOf(await account.snapshot(), 'ingress');
    expect(JSON.stringify(own)).toContain('ec2:DescribeVpcs');
    expect(JSON.stringify(own)).not.toContain('route53:ListHostedZones');
    expect(await account.keys(`clusters/${CLUSTER}/install/tls`)).toEqual([]);
    expect(await entry()).not.toHaveProperty('adopted');
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(kindsOf(audited.drift)).toEqual(['PermissionsChanged']);
  });
});

describe('a cluster with a private issuer', () => {
  const existing = (id: string) => ({
    issuer: { type: 'existing', providerArn: `arn:aws:iam::${id}:oidc-provider/${DISTRIBUTION}` },
  });

  it('is registered by its identity provider, with nothing of its bucket', async () => {
    await given('ccoctl-private');
    proxy.onRequest = distribution;
    proxy.clear();
    const outcome = await adopt(bundleOf(TWO, existing(account.id)));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
    expect(await entry()).toMatchObject({ issuer: { type: 'existing', url: `https://${DISTRIBUTION}` } });
    expect((await reportOf(outcome)).differences).toEqual([]);
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(audited).toMatchObject({ status: 'clean', drift: [] });
  });

  it('is refused while its issuer cannot be read', async () => {
    await given('ccoctl-private');
    const outcome = await adopt(bundleOf(TWO, existing(account.id)));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'NothingToAdopt' });
    expect(outcome.cause).toContain(`https://${DISTRIBUTION}`);
    expect(await entry()).toBeNull();
  });

  it('is refused with the line for cluster.yaml where the bundle does not name its provider', async () => {
    await given('ccoctl-private');
    const outcome = await adopt();
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.cause).toContain(`providerArn: "${existing(account.id).issuer.providerArn}"`);
    expect(await entry()).toBeNull();
  });
});

describe('a cluster that was prepared here', () => {
  it('stays on record with its files, and with the key that the bundle tells', async () => {
    await given('rotated-by-hand');
    const before = (await entry()) as RegistryEntry;
    const state = await everything();
    expect(await adopt(STARTS['rotated-by-hand'].bundle())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await everything()).toEqual(state);
    const after = (await entry()) as RegistryEntry;
    expect(after).not.toHaveProperty('adopted');
    expect(after.archiveEtag).toBe(before.archiveEtag);
    expect(after.keys).toMatchObject([{ state: 'signing' }, { kid: before.keyId, state: 'retired' }]);
  });

  it('is not forgotten in part: a bundle that says less is refused', async () => {
    await given('add-on-pruned');
    const before = await entry();
    expect(await adopt()).toMatchObject({ status: 'FAILED', error: 'RolesWouldBeForgotten' });
    expect(await entry()).toEqual(before);
  });
});

describe('what is not a cluster, or not known to be one, is refused by name, and not registered', () => {
  interface Case {
    readonly what: string;
    readonly start: StartName;
    readonly jwks?: string;
    readonly spoil?: () => Promise<unknown>;
    readonly bundle?: () => Promise<Uint8Array>;
    readonly error: string;
    readonly names: () => string[];
  }
  const cases: readonly Case[] = [
    {
      what: 'an account without anything of it',
      start: 'empty',
      error: 'NothingToAdopt',
      names: () => [`${CLUSTER}-oidc`, roleOf('ingress'), 'oidc-provider'],
    },
    {
      what: 'no identity provider and no role',
      start: 'ccoctl-no-provider',
      error: 'NothingToAdopt',
      names: () => [`oidc-provider/${CLUSTER}-oidc.s3.${REGION}.amazonaws.com`, roleOf('ingress')],
    },
    {
      what: 'no keys',
      start: 'ccoctl',
      spoil: () =>
        account.s3(REGION).send(new DeleteObjectCommand({ Bucket: `${CLUSTER}-oidc`, Key: 'keys.json' })),
      error: 'NothingToAdopt',
      names: () => ['keys.json'],
    },
    {
      what: 'a role of somebody else',
      start: 'ccoctl-half-the-roles',
      spoil: () =>
        account.iam.send(
          new CreateRoleCommand({ RoleName: roleOf('ingress'), AssumeRolePolicyDocument: '{}' }),
        ),
      error: 'ResourceConflict',
      names: () => [roleOf('ingress')],
    },
    {
      what: 'two keys, and nothing says which one signs',
      start: 'ccoctl',
      jwks: formatJwks({ keys: [publicJwk(KEY), publicJwk(rsaKeyPair().publicKey)] }),
      error: 'SigningKeyConflict',
      names: () => [keyId(KEY), 'serviceaccount-signer.public'],
    },
    {
      what: 'a key that the issuer does not publish',
      start: 'ccoctl',
      bundle: () => bundleOf(TWO, {}, { [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey) }),
      error: 'SigningKeyConflict',
      names: () => [keyId(KEY)],
    },
    {
      what: 'a bundle without requests',
      start: 'ccoctl',
      bundle: () => bundleOf({}),
      error: 'NoCredentialsRequests',
      names: () => [],
    },
  ];
  it.each(cases)('$what', async ({ start, jwks, spoil, bundle, error, names }) => {
    await given(start, jwks);
    await spoil?.();
    proxy.clear();
    const outcome = await adopt(bundle?.());
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    for (const name of names()) expect(outcome.cause).toContain(name);
    expect(writesOf(proxy.calls, account, CLUSTER).filter((call) => !call.includes('rejected/'))).toEqual([]);
    expect(await account.read(REGISTRY_ENTRY)).toBeUndefined();
  });

  it('is registered once the bundle says which of two keys signs', async () => {
    const other = publicJwk(rsaKeyPair().publicKey);
    await given('ccoctl', formatJwks({ keys: [other, publicJwk(KEY)] }));
    const outcome = await adopt(bundleOf(TWO, {}, { [PUBLIC_KEY_FILE]: publicPem(KEY) }));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ keyId: keyId(KEY) });
    expect((await reportOf(outcome)).warnings.join()).toContain(other.kid);
  });
});
