import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FoundClusters } from '../../core/domain/found-clusters.ts';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import { executionOf, objectCreatedSchema } from '../../core/usecases/start/start-run.ts';
import { CLUSTER } from '../faults/start-makers.ts';
import { STARTS } from '../faults/starts.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { bundle, CLUSTER_FILE, PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../support/bundles.ts';
import { AUDIT_ASL, runMachine } from '../support/in-process.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { describeCall, isWrite, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import { requestFiles } from '../support/upgrading.ts';

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  const { publicKey } = rsaKeyPair();
  await STARTS.ccoctl.make(account, async () => undefined, formatJwks({ keys: [publicJwk(publicKey)] }));
  await account.run(
    'prepare/ours.tgz',
    await bundle({
      [CLUSTER_FILE]: 'name: ours\nregion: us-east-2\n',
      [PUBLIC_KEY_FILE]: publicPem(publicKey),
    }),
  );
  await account.s3().send(new CreateBucketCommand({ Bucket: 'left-over-oidc' }));
  await account.s3().send(new CreateBucketCommand({ Bucket: 'of-somebody' }));
  await account.iam.send(new CreateRoleCommand({ RoleName: 'nobodys', AssumeRolePolicyDocument: '{}' }));
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

/** All but what lists write of themselves. */
async function everything(): Promise<object> {
  const { results, ...resources } = await account.snapshot();
  const files = Object.entries(results).filter(([key]) => !key.startsWith('audits/runs/'));
  return { ...resources, files };
}

let uploads = 0;

/** Runs what StartRun would start for an upload. */
async function discover(): Promise<{ readonly audit: string; readonly output: unknown }> {
  uploads += 1;
  const key = 'discover/all.yaml';
  await account.s3().send(new PutObjectCommand({ Bucket: account.intake, Key: key, Body: new Uint8Array() }));
  const event = objectCreatedSchema.parse({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: account.intake }, object: { key, sequencer: String(uploads) } },
  });
  const request = executionOf(event);
  expect(request?.machine).toBe('audit');
  expect(request?.name).toMatch(/^all-discover-all-[0-9a-f]{12}$/);
  const name = request?.name ?? '';
  proxy.clear();
  const { status, output, states } = await runMachine(
    AUDIT_ASL,
    name,
    JSON.parse(request?.input ?? ''),
    `arn:aws:states:us-east-1:000000000000:execution:audit:${name}`,
  );
  expect(status).toBe('SUCCEEDED');
  expect(states).toEqual(['ListsAccount', 'DiscoverClusters', 'Discovered']);
  return { audit: name, output };
}

it('all clusters of an account are listed, registered or not, and nothing but the list is written', async () => {
  const before = await everything();
  const { audit, output } = await discover();
  const list = JSON.parse(
    (await account.read(`audits/runs/${audit}/clusters-found.json`)) ?? '',
  ) as FoundClusters;
  expect(list.clusters).toMatchObject([
    { name: CLUSTER, registered: false, madeHere: false, region: 'us-east-2', bucket: `${CLUSTER}-oidc` },
    { name: 'left-over', registered: false, providers: [], roles: [], bucket: 'left-over-oidc' },
    { name: 'ours', registered: true, madeHere: true, bucket: 'ours-oidc' },
  ]);
  expect(list.clusters[0]?.roles).toHaveLength(2);
  expect(output).toMatchObject({ found: { clusters: 3, registered: 1, adoptable: 1 } });
  const text = await account.read(`audits/runs/${audit}/report.md`);
  expect(text).toContain(`adopt/${CLUSTER}.tgz`);
  expect(text).not.toContain('of-somebody');
  expect(proxy.calls.filter(isWrite).map(describeCall)).toEqual([
    expect.stringContaining('clusters-found.json'),
    expect.stringContaining('report.md'),
  ]);
  expect(await everything()).toEqual(before);
});

it('a cluster that is adopted with the cluster.yaml of the list is registered in the next one', async () => {
  const { audit } = await discover();
  const text = (await account.read(`audits/runs/${audit}/report.md`)) ?? '';
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
  const adopted = await account.run(
    `adopt/${CLUSTER}.tgz`,
    await tgzOf({
      'cluster.yaml': yaml.replace('<the release that it runs>', '4.20.3'),
      ...requestFiles({ ingress: {}, 'image-registry': {} }),
    }),
  );
  expect(adopted).toMatchObject({ status: 'SUCCEEDED' });
  expect((await discover()).output).toMatchObject({ found: { clusters: 3, registered: 2, adoptable: 0 } });
});
