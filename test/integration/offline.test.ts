import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBundleFiles } from '../../core/bundle/read-archive.ts';
import { AWS_CLI, ensureVenv, pythonOf } from '../../scripts/local/python.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount } from '../support/audit.ts';
import { clusterYaml, requestOf } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { runPlan } from '../support/planning.ts';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.ts';

/* What a plan hands over is made by others, with the AWS CLI and CloudFormation, and is then just what a run would have made. */

const CLUSTER = 'demo';

/** One role: the AWS CLI takes half a second to start, and a role needs it four times. */
const bundle = () =>
  tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-1', release: '4.20.3' }),
    'ingress.yaml': requestOf('ingress'),
  });

let emulator: OwnEmulator;
let account: TestAccount;
let folder: string;

beforeAll(async () => {
  await ensureVenv((topic, text) => console.error(`${topic}: ${text}`), undefined, AWS_CLI);
  emulator = await ownEmulator();
});
afterAll(async () => {
  await emulator.stop();
  removeTemporaryFolders();
});

beforeEach(async () => {
  account = await emulator.account();
  const key = await account.run('create-key-pair/bundle.tgz', await bundle());
  expect(key).toMatchObject({ status: 'SUCCEEDED' });
  const planned = await runPlan(account, 'prepare/bundle.tgz', await bundle());
  expect(planned).toMatchObject({ status: 'SUCCEEDED' });
  folder = join(await unpacked(planned.run), CLUSTER);
});

async function unpacked(run: string): Promise<string> {
  const Key = `clusters/${CLUSTER}/runs/${run}/offline.tar.gz`;
  const { Body } = await account.s3().send(new GetObjectCommand({ Bucket: account.output, Key }));
  const target = temporaryFolder('offline-');
  for (const { path, bytes } of await readBundleFiles(
    'offline.tar.gz',
    (await Body?.transformToByteArray()) ?? new Uint8Array(),
  )) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), bytes, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  return target;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line in the folder that was handed over, with the AWS CLI and nothing else of this process. */
function shell(line: string): Promise<Ended> {
  const env = {
    PATH: [dirname(pythonOf(AWS_CLI)), '/usr/bin', '/bin'].join(':'),
    HOME: folder,
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: account.id,
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return new Promise((resolve) => {
    const child = execFile('bash', ['--norc', '-euc', line], { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function succeeds(line: string): Promise<void> {
  const { code, stderr } = await shell(`${line} >/dev/null`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** What a run would still have to do is its files and nothing else, and an audit finds nothing. */
async function expectAsPrepared(...butFor: readonly string[]): Promise<void> {
  const prepared = await account.run('prepare/bundle.tgz', await bundle());
  expect(prepared).toMatchObject({ status: 'SUCCEEDED' });
  const text = await account.read(`clusters/${CLUSTER}/runs/${prepared.run}/report.json`);
  const { changes } = JSON.parse(text ?? '') as { changes: { resource: string; part: string }[] };
  const others = changes
    .map(({ resource, part }) => `${resource} ${part}`)
    .filter((each) => !/^manifests\/|\.tar\.gz/.test(each));
  expect(others).toEqual(butFor);
  expect((await auditAccount(account)).cluster(CLUSTER).drift).toEqual([]);
}

describe('apply.sh', () => {
  it('makes just what a run would have made, goes on where it was stopped, and replaces nothing', async () => {
    await succeeds('aws s3api create-bucket --cli-input-json file://01-oidc-bucket.json');
    await succeeds('./apply.sh');
    const made = await account.snapshot();
    await succeeds('./apply.sh');
    expect(await account.snapshot()).toEqual(made);
    await expectAsPrepared();

    const file = join(folder, '03-keys.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('sig', 'enc'));
    const prepared = await account.snapshot();
    const { code, stderr } = await shell('./apply.sh');
    expect(code).toBe(1);
    expect(stderr).toContain('keys.json in bucket');
    expect(await account.snapshot()).toEqual(prepared);
  });

  it.each<[string, string, (bucket: string) => Promise<unknown>]>([
    [
      'is of somebody else',
      'is there already, and is not tagged',
      (Bucket) =>
        account
          .s3()
          .send(
            new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'owner', Value: 'me' }] } }),
          ),
    ],
    [
      'holds something',
      'without tags, and holds something',
      (Bucket) => account.s3().send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'x' })),
    ],
  ])('stops at a bucket that %s, with a sentence', async (_, sentence, change) => {
    const Bucket = `${CLUSTER}-oidc`;
    await account.s3().send(new CreateBucketCommand({ Bucket }));
    await change(Bucket);
    const before = await account.snapshot();
    const { code, stderr } = await shell('./apply.sh');
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(await account.snapshot()).toEqual(before);
  });

  it('works with credentials of its own account only', async () => {
    const script = join(folder, 'apply.sh');
    writeFileSync(script, readFileSync(script, 'utf8').replaceAll(account.id, '999999999999'));
    const { code, stderr } = await shell('./apply.sh');
    expect(code).toBe(1);
    expect(stderr).toContain('this is for account 999999999999');
  });
});

it('the CloudFormation template makes the same, with the documents beside it', async () => {
  // The emulator's CloudFormation has no identity providers (AWS has AWS::IAM::OIDCProvider since 2021).
  const file = join(folder, 'cloudformation.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  delete template.Resources.Provider;
  for (const resource of Object.values<{ DependsOn?: unknown }>(template.Resources))
    delete resource.DependsOn;
  writeFileSync(file, JSON.stringify(template));
  await succeeds(
    'aws iam create-open-id-connect-provider --cli-input-json file://04-iam-identity-provider.json',
  );
  await succeeds(
    'aws cloudformation deploy --stack-name offline --template-file cloudformation.json --capabilities CAPABILITY_NAMED_IAM',
  );
  await succeeds('./documents.sh');
  // Nor does it set the tags of a bucket.
  await expectAsPrepared(`issuer bucket ${CLUSTER}-oidc tags`);
});
