import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCES } from '../../core/domain/names.ts';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { providerActions } from '../support/provider-actions.ts';
import { type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import { NEWER, OLDER, releaseBundle, requestFiles, roleOf } from '../support/upgrading.ts';
import { writesOf } from '../support/writes.ts';

const REGION = 'us-east-2';
/** Not named after the cluster, and not made by any tool that is known here. */
const BUCKET = 'identity-of-the-company';
const HOST = `${BUCKET}.s3.${REGION}.amazonaws.com`;
const { publicKey } = rsaKeyPair();

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;
let providerArn: string;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
  // The emulator cannot change audiences of a provider.
  proxy.onRequest = (call) => providerActions(call, emulator.endpoint);
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  await makeIssuer();
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

/** An issuer as somebody else keeps it: other tags, other keys.json, a discovery document of its own making. */
async function makeIssuer(): Promise<void> {
  const s3 = account.s3(REGION);
  await s3.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  const read = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${BUCKET}/*`,
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: BUCKET,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [read] }),
    }),
  );
  const issuer = `https://${HOST}`;
  const documents = {
    '.well-known/openid-configuration': JSON.stringify({ issuer, jwks_uri: `${issuer}/openid/v1/jwks` }),
    'openid/v1/jwks': formatJwks({ keys: [publicJwk(publicKey)] }),
  };
  for (const [Key, Body] of Object.entries(documents))
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const made = await account.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: issuer,
      ClientIDList: [...AUDIENCES],
      Tags: [{ Key: 'owner', Value: 'security-team' }],
    }),
  );
  providerArn = made.OpenIDConnectProviderArn ?? '';
}

/** What the cluster is of once it was pruned. */
const NOW = { release: '4.14.0' };
const issuerOf = (arn: string) => ({ type: 'existing', providerArn: arn });
const bundleOf = (facts: object = {}, components = OLDER) =>
  tgzOf({
    'cluster.yaml': clusterYaml({
      name: 'demo',
      region: REGION,
      release: '4.13.5',
      issuer: issuerOf(providerArn),
      ...facts,
    }),
    [PUBLIC_KEY_FILE]: publicPem(publicKey),
    ...requestFiles(components),
  });

/** Whatever is not the cluster's own: nothing of it may ever change. */
async function ofOthers() {
  const { providers, buckets } = await account.snapshot();
  return { providers, buckets };
}

describe('a cluster whose issuer somebody else keeps', () => {
  it('is prepared, upgraded and pruned, and nothing of the issuer is written', async () => {
    const before = await ofOthers();
    proxy.clear();
    expect(await account.run('prepare/demo.tgz', await bundleOf())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await account.run('upgrade/demo/4.14.0.tgz', await releaseBundle(NEWER))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await account.run('prune/demo/4.14.0.tgz', await releaseBundle(NEWER))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await ofOthers()).toEqual(before);
    const writes = writesOf(proxy.calls, account, 'demo');
    expect(writes.filter((call) => call.includes('OpenIDConnectProvider') || call.includes(BUCKET))).toEqual(
      [],
    );
    expect(writes).toContain('iam CreateRole');
    const { roles } = await account.snapshot();
    expect(Object.keys(roles).sort()).toEqual(Object.keys(NEWER).map(roleOf).sort());
    expect(JSON.stringify(roles[roleOf('dns')])).toContain(`${HOST}:sub`);
    const entry = JSON.parse((await account.read('clusters/demo/cluster.json')) ?? '');
    expect(entry).toMatchObject({
      providerArn,
      issuer: { type: 'existing', url: `https://${HOST}` },
      keyId: publicJwk(publicKey).kid,
    });
    expect(
      await account.read('clusters/demo/install/manifests/cluster-authentication-02-config.yaml'),
    ).toContain(`serviceAccountIssuer: https://${HOST}`);
  });

  it('is audited as far as its documents can be read, and what is wrong is for their keeper to mend', async () => {
    expect((await auditAccount(account)).cluster('demo')).toMatchObject({ status: 'clean', drift: [] });
    const s3 = account.s3(REGION);
    const stranger = publicJwk(rsaKeyPair().publicKey);
    const Key = 'openid/v1/jwks';
    const put = (keys: (typeof stranger)[]) =>
      s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: formatJwks({ keys }) }));
    await put([publicJwk(publicKey), stranger]);
    const { drift } = (await auditAccount(account)).cluster('demo');
    expect(kindsOf(drift)).toEqual(['JwksKeyExtra']);
    await put([publicJwk(publicKey)]);
    await account.iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: providerArn,
        ClientID: 'openshift',
      }),
    );
    const missing = (await auditAccount(account)).cluster('demo').drift;
    expect(kindsOf(missing)).toEqual(['AudienceMissing']);
  });

  it('is refused before anything is made where the issuer would not do', async () => {
    const refused = await account.run('prepare/demo.tgz', await bundleOf(NOW, NEWER));
    expect(refused).toMatchObject({ status: 'FAILED', error: 'ExistingIssuerUnusable' });
    expect(refused.cause).toContain('lacks the audience openshift');
    const absent = providerArn.replace(BUCKET, 'nowhere');
    const other = await account.run(
      'prepare/other.tgz',
      await bundleOf({ name: 'other', issuer: issuerOf(absent) }),
    );
    expect(other).toMatchObject({ status: 'FAILED', error: 'ExistingIssuerUnusable' });
    expect(other.cause).toContain(`${absent} does not exist`);
    expect(Object.keys((await account.snapshot()).roles).filter((name) => name.startsWith('other-'))).toEqual(
      [],
    );
  });

  it('is not moved to a bucket of its own, nor another cluster to its issuer', async () => {
    const moved = await account.run('prepare/demo.tgz', await bundleOf({ ...NOW, issuer: undefined }, NEWER));
    expect(moved).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(moved.cause).toContain(`has the issuer https://${HOST}`);
    const restated = await account.run(
      'upgrade/demo/4.15.0.tgz',
      await tgzOf({
        'cluster.yaml': clusterYaml({ issuer: { type: 'public-bucket' } }),
        ...requestFiles(NEWER),
      }),
    );
    expect(restated).toMatchObject({ status: 'FAILED' });
    expect(restated.states.at(-1)).toBe('BundleRejected');
  });

  it('keeps its roles where they are while the registry does not know it', async () => {
    // Somebody's roles trust a provider that is there; the bundle says nothing of it.
    const s3 = account.s3();
    const key = 'clusters/demo/cluster.json';
    await s3.send(new DeleteObjectCommand({ Bucket: account.output, Key: key }));
    const adopted = await account.run(
      'prepare/demo.tgz',
      await bundleOf({ ...NOW, issuer: undefined }, NEWER),
    );
    expect(adopted).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(adopted.cause).toContain(`trusts the identity provider ${providerArn}, which exists`);
    await account.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn }));
  });
});
