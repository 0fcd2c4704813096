import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
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
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { jwkThumbprint, type PublicJwk, publicJwk, publicKeyPem } from '../../core/domain/oidc.ts';
import type { TestAccount } from '../support/account.ts';
import { rsaKeyPair } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { skipPauses } from '../support/pauses.ts';
import { providerActions } from '../support/provider-actions.ts';
import { describeCall, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  aspectsOf,
  aspectsOfAccount,
  type BundleOptions,
  bundleOf,
  type CcoctlSteps,
  goldenCases,
  inAccount,
  makeAsCcoctl,
  type ReferenceCase,
  sharedCases,
  type Tags,
} from '../support/reference.ts';
import { writesOf } from '../support/writes.ts';

const [GOLDEN] = goldenCases() as [ReferenceCase];
const FOREIGN: Tags = { 'openshift.io/cloud-credential-operator/other': 'owned', Name: 'other' };

interface Change {
  readonly action: string;
  readonly resource: string;
  readonly part: string;
}

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
  // The emulator cannot change tags or audiences of a provider.
  proxy.onRequest = (call) => providerActions(call, emulator.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

/** Empties the emulator; the case comes back with the ARNs of the new account. */
async function newAccount(reference: ReferenceCase): Promise<ReferenceCase> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  return inAccount(reference, account.id);
}

/** Runs the pipeline, which must succeed, and returns the changes of its report and the writes it made. */
async function prepare(
  wanted: ReferenceCase,
  options: BundleOptions = {},
): Promise<{ readonly changes: readonly Change[]; readonly writes: readonly string[] }> {
  proxy.clear();
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted, options));
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  expect(outcome.states.at(-1)).toBe('Prepared');
  const report = await account.read(`clusters/${wanted.name}/runs/${outcome.run}/report.json`);
  return { changes: JSON.parse(report ?? '').changes, writes: writesOf(proxy.calls, account, wanted.name) };
}

/** The whole state, without what tells one run from another. */
async function stateOf(wanted: ReferenceCase) {
  const { results, ...state } = await account.snapshot();
  const files = Object.fromEntries(
    Object.entries(results).filter(([key]) => !/^executions\/|\/cluster\.json$/.test(key)),
  );
  return { ...withoutRunTags(state), files, aspects: await aspectsOfAccount(account, wanted) };
}

function withoutRunTags<State>(state: State): State {
  return JSON.parse(JSON.stringify(state, (key, value) => (key === 'sts-prep/run' ? undefined : value)));
}

describe('a second run on the same bundle', () => {
  it.each<[string, BundleOptions]>([
    ['the public key of the bundle', {}],
    ['a key pair of its own', { withoutKey: true }],
  ])('writes nothing but its own records, with %s', async (_key, options) => {
    const wanted = await newAccount(GOLDEN);
    const first = await prepare(wanted, options);
    expect(first.writes).toEqual(
      expect.arrayContaining([
        'iam CreateOpenIDConnectProvider',
        'iam CreateRole',
        'iam PutRolePolicy',
        's3 PUT /golden-oidc/',
        's3 PUT /golden-oidc/keys.json',
      ]),
    );
    const second = await prepare(wanted, options);
    expect(second).toEqual({ changes: [], writes: [] });
    // The proxy did see what the run was doing.
    expect(proxy.calls.map(describeCall)).toEqual(
      expect.arrayContaining([
        'iam GetRole',
        'iam GetOpenIDConnectProvider',
        's3 GET /golden-oidc/keys.json',
        expect.stringMatching(/^s3 PUT \/output-\d+\/clusters\/golden\/runs\/run-2\/report\.json$/),
      ]),
    );
  });
});

describe('a cluster that ccoctl made', () => {
  const cases = [GOLDEN, ...sharedCases()].filter(({ region }) => !/^(cn|us-gov)-/.test(region));

  it.each(cases)('is adopted with its key, and IAM is not touched: $id', async (reference) => {
    const wanted = await newAccount(reference);
    await makeAsCcoctl(account, wanted);
    const { iamBefore, bucketBefore } = await made();

    const { changes, writes } = await prepare(wanted);
    expect(partsOf(changes)).toEqual([
      'create public signing key: all',
      `update issuer bucket ${wanted.name}-oidc: .well-known/openid-configuration`,
      `update issuer bucket ${wanted.name}-oidc: keys.json`,
      ...Object.keys(wanted.manifests)
        .sort()
        .map((file) => `create manifests/${file}: all`),
      'create install.tar.gz: all',
    ]);
    expect(writes.filter((call) => !call.includes('/install')).sort()).toEqual([
      `s3 PUT /${wanted.name}-oidc/.well-known/openid-configuration`,
      `s3 PUT /${wanted.name}-oidc/keys.json`,
    ]);
    const { roles, providers, buckets } = await account.snapshot();
    expect({ roles, providers }).toEqual(iamBefore);
    expect(buckets).toEqual(
      // Only the content type of the documents is not ccoctl's.
      JSON.parse(JSON.stringify(bucketBefore).replaceAll('application/octet-stream', 'application/json')),
    );
    expect(await prepare(wanted)).toEqual({ changes: [], writes: [] });
  });

  it('keeps its key in keys.json, first, when the pipeline makes a new pair', async () => {
    const wanted = await newAccount(GOLDEN);
    await makeAsCcoctl(account, wanted);
    const { iamBefore } = await made();
    await prepare(wanted, { withoutKey: true });

    const { roles, providers, buckets } = await account.snapshot();
    expect({ roles, providers }).toEqual(iamBefore);
    const { objects, tags } = buckets['golden-oidc'] as {
      objects: Record<string, { body: string; tags: Tags }>;
      tags: Tags;
    };
    const { keys } = JSON.parse(objects['keys.json']?.body ?? '') as { keys: { kid: string }[] };
    expect(keys[0]).toEqual(
      JSON.parse(GOLDEN.state.buckets['golden-oidc']?.objects['keys.json']?.body ?? '').keys[0],
    );
    expect(keys).toHaveLength(2);
    const entry = JSON.parse((await account.read('clusters/golden/cluster.json')) ?? '');
    expect(entry.keyId).toBe(keys[1]?.kid);
    expect(entry.keys.map(({ state }: { state: string }) => state)).toEqual(['signing', 'stranger']);
    const { warnings } = JSON.parse((await account.read(entry.lastRun.report)) ?? '');
    expect(warnings).toContainEqual(expect.stringContaining(`holds the key ${keys[0]?.kid}`));
    const owner = GOLDEN.state.buckets['golden-oidc']?.tags;
    expect([tags, ...Object.values(objects).map((object) => object.tags)]).toEqual([owner, owner, owner]);
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
  });

  async function made() {
    const { roles, providers, buckets } = await account.snapshot();
    return { iamBefore: { roles, providers }, bucketBefore: buckets };
  }
});

describe('a cluster that ccoctl left half-made', () => {
  const nothing: CcoctlSteps = {
    bucketTags: false,
    publicAccess: false,
    documents: false,
    provider: false,
    roles: 0,
  };
  const trustsAnother = async (wanted: ReferenceCase) => {
    for (const [name, { trust }] of Object.entries(wanted.state.roles)) {
      const other = JSON.stringify(trust).replaceAll('golden-oidc', 'deleted-oidc');
      await account.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: other }));
    }
  };

  it.each<[string, CcoctlSteps, ((wanted: ReferenceCase) => Promise<void>)?]>([
    ['only the bucket, without tags', nothing],
    ['only the bucket, with tags', { ...nothing, bucketTags: true }],
    ['the bucket without tags, and the documents', { ...nothing, documents: true }],
    ['bucket and documents', { provider: false, roles: 0 }],
    ['a provider without tags', { providerTags: false, roles: 0 }],
    ['no roles', { roles: 0 }],
    ['half of the roles', { roles: 1 }],
    ['half of the roles, the last without its policy', { roles: 1, policies: 0 }],
    ['roles without policies', { policies: 0 }],
    ['roles that trust a provider which is gone', {}, trustsAnother],
  ])('is completed: %s', async (_left, steps, further) => {
    const wanted = await newAccount(GOLDEN);
    await makeAsCcoctl(account, wanted, steps);
    await further?.(wanted);
    await prepare(wanted);
    expect(await aspectsOfAccount(account, wanted)).toEqual(
      aspectsOf(wanted.manifests, wanted.state, wanted.region),
    );
    expect(await prepare(wanted)).toEqual({ changes: [], writes: [] });
  });
});

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

describe('the keys of a cluster that a run prepared', () => {
  const Key = 'keys.json';
  const PUBLIC = 'clusters/golden/install/serviceaccount-signer.public';
  const Bucket = 'golden-oidc';
  const stranger = rsaKeyPair().publicKey;
  const rotated = rsaKeyPair().publicKey;
  let wanted: ReferenceCase;

  const s3 = () => account.s3(GOLDEN.region);
  const published = async (): Promise<PublicJwk[]> => {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '').keys;
  };
  const publish = (...keys: object[]) =>
    s3().send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: JSON.stringify({ keys }),
        ContentType: 'application/json',
        Tagging: new URLSearchParams({ ...GOLDEN.state.buckets[Bucket]?.tags }).toString(),
      }),
    );
  const upload = async (options: BundleOptions = {}) => {
    proxy.clear();
    return account.run('prepare/bundle.tgz', await bundleOf(wanted, { withoutKey: true, ...options }));
  };
  const refused = async (error: string, options: BundleOptions = {}) => {
    const before = await account.snapshot();
    const outcome = await upload(options);
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(writesOf(proxy.calls, account, 'golden')).toEqual([]);
    expect(omitRuns(await account.snapshot())).toEqual(omitRuns(before));
    return outcome.cause ?? '';
  };
  const entry = async () => JSON.parse((await account.read('clusters/golden/cluster.json')) ?? '');
  const states = async () =>
    Object.fromEntries(
      (await entry()).keys.map(({ kid, state }: { kid: string; state: string }) => [kid, state]),
    );
  const omitRuns = ({ results, ...rest }: Awaited<ReturnType<TestAccount['snapshot']>>) => ({
    ...rest,
    results: Object.fromEntries(Object.entries(results).filter(([key]) => !key.startsWith('executions/'))),
  });
  let ours: PublicJwk;

  beforeEach(async () => {
    wanted = await newAccount(GOLDEN);
    await prepare(wanted, { withoutKey: true });
    ours = (await published())[0] as PublicJwk;
  });

  it('stay known when a key appears: the run names it and writes nothing, until it is removed or accepted', async () => {
    const strange = publicJwk(stranger);
    await publish(ours, strange);
    const cause = await refused('ResourceConflict');
    expect(cause).toContain(strange.kid);
    expect(cause).toContain(jwkThumbprint(strange));
    expect(Object.keys(await states())).toEqual([ours.kid]);
    await prepare(wanted, { withoutKey: true, config: `acceptedKeys: [${strange.kid}]` });
    expect(await states()).toEqual({ [ours.kid]: 'signing', [strange.kid]: 'next' });
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
    await publish(ours);
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
  });

  it('are not those that stand under their ids', async () => {
    await publish(ours, { ...publicJwk(stranger), kid: ours.kid });
    expect(await refused('ResourceConflict')).toContain(jwkThumbprint(publicJwk(stranger)));
  });

  it('are not joined by one that a bundle brings', async () => {
    expect(await refused('SigningKeyConflict', { withoutKey: false })).toContain('the cluster exists');
    expect(await published()).toEqual([ours]);
  });

  it.each<[string, (next: PublicJwk) => Promise<unknown>]>([
    ['while the one before is published', (next) => publish(ours, next)],
    ['when the one before is gone', (next) => publish(next)],
  ])('are rotated by hand, which is told %s', async (_when, rotate) => {
    const next = publicJwk(rotated);
    await rotate(next);
    const keys = await published();
    await refused(keys.length === 1 ? 'SigningKeyConflict' : 'ResourceConflict');
    const told = { key: publicKeyPem(rotated) };
    const { changes } = await prepare(wanted, told);
    expect(partsOf(changes)).toEqual([
      'update signing key pair: public key file',
      'update install.tar.gz: content',
    ]);
    expect(await account.read(PUBLIC)).toBe(publicKeyPem(rotated));
    expect(await published()).toEqual(keys);
    expect((await entry()).keyId).toBe(next.kid);
    expect(await states()).toEqual({ [next.kid]: 'signing', [ours.kid]: 'retired' });

    await publish(next);
    expect(await prepare(wanted, told)).toEqual({ changes: [], writes: [] });
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([next]);
    // The one that was taken out is the cluster's no more.
    await publish(next, ours);
    await refused('ResourceConflict');
  });

  it('are written anew, the next one too, when the whole document is lost', async () => {
    const next = publicJwk(rotated);
    await publish(ours, next);
    await prepare(wanted, { withoutKey: true, config: `acceptedKeys: [${jwkThumbprint(next)}]` });
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([ours, next]);
  });

  it('are given back by a removed document, when one was taken out by mistake', async () => {
    await publish();
    expect(await refused('SigningKeyConflict')).toContain(`aws s3 rm s3://${Bucket}/${Key}`);
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([ours]);
  });

  it('are not added to by what somebody publishes while a run is at work', async () => {
    const strange = publicJwk(stranger);
    const pauses: number[] = [];
    const pauseAgain = skipPauses((ms) => pauses.push(ms));
    const outcome = await account.run(
      'prepare/bundle.tgz',
      await bundleOf(wanted, { withoutKey: true }),
      async (name, _event, call) => {
        if (name === 'verify') await publish(ours, strange);
        return call();
      },
    );
    pauseAgain();
    // Whether it may yet pass was waited for.
    expect(pauses.length).toBeGreaterThan(1);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'VerificationFailed' });
    expect(outcome.cause).toContain(jwkThumbprint(strange));
    expect(Object.keys(await states())).toEqual([ours.kid]);
  });
});

it('a new cluster gets no key from its bundle where the deployment does not allow it', async () => {
  const wanted = await newAccount(GOLDEN);
  vi.stubEnv('OWN_SIGNING_KEYS', 'false');
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted));
  vi.unstubAllEnvs();
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'SigningKeyConflict' });
  expect(outcome.cause).toContain('-c ownSigningKeys=true');
});

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

function partsOf(changes: readonly Change[]): string[] {
  return changes.map(({ action, resource, part }) => `${action} ${resource}: ${part}`);
}

function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
