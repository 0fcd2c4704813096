import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  ListObjectVersionsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestAccount } from '../support/account.ts';
import { CLOSED, cloudFrontPolicy } from '../support/closed-bucket.ts';
import type { Intercept } from '../support/in-process.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { providerActions } from '../support/provider-actions.ts';
import { describeCall, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  bundleOf,
  type CcoctlSteps,
  goldenCases,
  inAccount,
  makeAsCcoctl,
  type ReferenceCase,
} from '../support/reference.ts';
import { writesOf } from '../support/writes.ts';

const [GOLDEN] = goldenCases() as [ReferenceCase];
const Bucket = 'golden-oidc';
const HOST = 'golden-oidc.s3.eu-west-1.amazonaws.com';
const DOCUMENTS = ['.well-known/openid-configuration', 'keys.json'];
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const ONLY_BUCKET: CcoctlSteps = { bucketTags: false, documents: false, provider: false, roles: 0 };

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;
let wanted: ReferenceCase;

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

const s3 = () => account.s3(GOLDEN.region);

/** Empties the emulator, and leaves in it what ccoctl made, perhaps changed. */
async function found(steps: CcoctlSteps = {}, change: (text: string) => string = (text) => text) {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  wanted = inAccount(GOLDEN, account.id);
  const state = JSON.parse(change(JSON.stringify(wanted.state))) as ReferenceCase['state'];
  await makeAsCcoctl(account, { ...wanted, state }, steps);
}

async function prepare(intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted), intercept);
  return { ...outcome, writes: writesOf(proxy.calls, account, wanted.name) };
}

/** What S3 holds of the issuer; ACLs and versions are in no snapshot. */
async function bucketState() {
  const { buckets } = await account.snapshot();
  const acls = await Promise.all(
    DOCUMENTS.map(async (Key) => {
      const { Grants = [] } = await s3().send(new GetObjectAclCommand({ Bucket, Key }));
      return Grants.map(({ Grantee, Permission }) => [Grantee?.URI ?? Grantee?.ID, Permission]);
    }),
  );
  return { ...(buckets[Bucket] as object), acls };
}

const versions = async () => {
  const { Versions = [], DeleteMarkers = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key);
};

const failingAfter =
  (step: string, meanwhile: () => Promise<unknown> = async () => undefined): Intercept =>
  async (called, _event, call) => {
    if (called !== step) return call();
    await meanwhile();
    throw Object.assign(new Error('The step fails.'), { name: 'AccessDenied' });
  };

describe('an issuer that is not this cluster’s to change', () => {
  const CLOUDFRONT = 'd1.cloudfront.net';
  const close = () =>
    s3().send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: CLOSED }));
  const oai = () =>
    s3().send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify(cloudFrontPolicy(Bucket)),
      }),
    );

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'a private one of ccoctl, behind CloudFront',
      async () => {
        await found({}, (text) => text.replaceAll(HOST, CLOUDFRONT));
        await oai();
        await close();
      },
      [`names the issuer https://${CLOUDFRONT}`, 'closed to the public', 'issuer: {type: existing'],
    ],
    [
      'a private one of ccoctl before its documents',
      async () => {
        await found(ONLY_BUCKET);
        await oai();
        await close();
      },
      ['closed to the public', 'its policy is somebody else'],
    ],
    [
      'one that somebody closed',
      async () => {
        await found();
        await close();
      },
      [
        'closed to the public',
        'the cluster exists',
        'aws s3api put-public-access-block --bucket golden-oidc',
      ],
    ],
    [
      'the issuer of another system, in a bucket without tags',
      () =>
        found({ bucketTags: false, publicAccess: false, provider: false, roles: 0 }, (text) =>
          text.replaceAll(HOST, 'webhook.example.com'),
        ),
      ['names the issuer https://webhook.example.com'],
    ],
    [
      'one whose keys are elsewhere',
      () => found({}, (text) => text.replaceAll(`${HOST}/keys.json`, `${HOST}/pvt/keys.json`)),
      [`names the keys https://${HOST}/pvt/keys.json`, 'aws s3 rm s3://golden-oidc/.well-known'],
    ],
  ])('is refused, and nothing is written: %s', async (_what, make, named) => {
    await make();
    const before = await account.snapshot();
    const { states, error, cause, writes } = await prepare();
    expect({ error, writes, at: states.at(-1) }).toEqual({
      error: 'ResourceConflict',
      writes: [],
      at: 'RolledBack',
    });
    for (const text of named) expect(cause).toContain(text);
    const { buckets, roles, providers } = await account.snapshot();
    expect({ buckets, roles, providers }).toEqual({
      buckets: before.buckets,
      roles: before.roles,
      providers: before.providers,
    });
  });

  it('is a new bucket that S3 closed, in which nothing is: it is opened', async () => {
    await found({ ...ONLY_BUCKET, publicAccess: false });
    await close();
    expect(await prepare()).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('an issuer that is public by the ACLs of its documents', () => {
  const open = async () => {
    await found({ publicAccess: false });
    // Buckets made since 2023 know no ACLs unless somebody says so.
    await s3().send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    );
    await s3().send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          ...CLOSED,
          BlockPublicAcls: false,
          IgnorePublicAcls: false,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: false,
        },
      }),
    );
    for (const Key of DOCUMENTS)
      await s3().send(new PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' }));
  };
  it('gets its policy first and its block last', async () => {
    await open();
    expect(await prepare()).toMatchObject({ status: 'SUCCEEDED' });
    const calls = proxy.calls.map(({ method, path }) => `${method} ${path}`);
    const at = (text: RegExp) => calls.findIndex((call) => text.test(call));
    expect(at(/^PUT \/golden-oidc\/?\?policy/)).toBeLessThan(at(/^PUT \/golden-oidc\/keys\.json/));
    expect(at(/^PUT \/golden-oidc\/keys\.json/)).toBeLessThan(at(/^PUT \/golden-oidc\/?\?publicAccessBlock/));
  });

  it('has its ACLs again after an undo, and loses the policy last', async () => {
    await open();
    const before = await bucketState();
    expect((await prepare(failingAfter('publish-report'))).states.at(-1)).toBe('RolledBack');
    expect(await bucketState()).toEqual(before);
    // The emulator keeps an ACL when an object is overwritten, S3 does not: so the calls are looked at.
    const calls = proxy.calls.map(({ method, path, body }) => `${method} ${path} ${body}`);
    const acls = calls.filter((call) => /^PUT \/golden-oidc\/\S+\?acl/.test(call));
    expect(acls).toEqual(DOCUMENTS.map(() => expect.stringContaining(ALL_USERS)));
    const policy = calls.findIndex((call) => /^DELETE \/golden-oidc\/?\?policy/.test(call));
    expect(policy).toBeGreaterThan(calls.indexOf(acls.at(-1) ?? ''));
  });
});

describe('a policy with a statement of somebody else', () => {
  // Not the usual Deny of requests without TLS: the emulator has no TLS, and would take it for what it says.
  const NO_WRITING = {
    Sid: 'NoWriting',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:Put*',
    Resource: `arn:aws:s3:::${Bucket}/logs/*`,
  };
  const put = (statements: readonly object[]) =>
    s3().send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    );
  const statements = async () => {
    const { Policy = '{}' } = await s3().send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(Policy).Statement;
  };
  const ours = () => wanted.state.buckets[Bucket]?.policy as unknown as { Statement: object[] };

  it('keeps it, where the public can read', async () => {
    await found();
    const hardened = [...ours().Statement, NO_WRITING];
    await put(hardened);
    expect(await prepare()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await statements()).toEqual(hardened);
    expect(proxy.calls.map(describeCall)).not.toContain('s3 PUT /golden-oidc/?policy');
  });

  it('gets ours besides, where the public cannot; and is as before after an undo', async () => {
    await found();
    await put([NO_WRITING]);
    expect((await prepare(failingAfter('publish-report'))).states.at(-1)).toBe('RolledBack');
    expect(await statements()).toEqual([NO_WRITING]);
    expect(await prepare()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await statements()).toEqual([NO_WRITING, ...ours().Statement]);
  });
});

describe('a bucket with versions', () => {
  const version = () =>
    s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));

  it('that the run made is deleted with all of its versions, though it had none when it was made', async () => {
    account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
    wanted = inAccount(GOLDEN, account.id);
    const { states, cause } = await prepare(failingAfter('register-provider', version));
    expect({ at: states.at(-1), cause }).toMatchObject({ at: 'RolledBack' });
    expect((await account.snapshot()).buckets).toEqual({});
  });

  it('of before has no document and no marker more, where there was none', async () => {
    account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
    wanted = inAccount(GOLDEN, account.id);
    await s3().send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    await version();
    expect((await prepare(failingAfter('publish-report'))).states.at(-1)).toBe('RolledBack');
    expect(await versions()).toEqual([]);
  });
});
