import { randomInt } from 'node:crypto';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Intercept, Outcome } from './in-process.ts';
import { runInProcess } from './in-process.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

export type { Snapshot };

/** An AWS account of the emulator that no other test file uses, with the pipeline's two buckets. */
export interface TestAccount {
  readonly id: string;
  readonly endpoint: string;
  readonly intake: string;
  readonly output: string;
  readonly iam: IAMClient;
  /** A client for any region; the emulator holds all. */
  readonly s3: (region?: string) => S3Client;
  /** Puts an object into the intake bucket and returns its version. */
  upload(key: string, bytes: Uint8Array): Promise<string>;
  /** Uploads a bundle and runs the state machine file on it, as StartRun would. */
  run(key: string, bytes: Uint8Array, intercept?: Intercept): Promise<Outcome & { readonly run: string }>;
  /** Text of an object of the output bucket; undefined when it is not there. */
  read(key: string): Promise<string | undefined>;
  keys(prefix?: string): Promise<string[]>;
  /** Everything in the account that a rollback must bring back: IAM, issuer buckets, results. */
  snapshot(): Promise<Snapshot>;
}

/** Policies that bundles of tests, and cases that the real ccoctl made, name as permissions boundaries. */
const BOUNDARIES = ['Boundary', 'golden-boundary'];

const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * Makes an account and points this process at it: handlers that run in-process read the environment.
 * One per test file: handlers keep their clients, and these the account.
 */
export async function testAccount(
  endpoint: string,
  settings: Record<string, string> = {},
): Promise<TestAccount> {
  // The emulator takes an access key of twelve digits for the account.
  const { AWS_ACCESS_KEY_ID: id = String(randomInt(100_000_000_000, 999_999_999_999)) } = settings;
  const [intake, output] = [`intake-${id}`, `output-${id}`];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    PLATFORM: 'emulator',
    PARTITION: 'aws',
    ACCOUNT_ID: id,
    INTAKE_BUCKET: intake,
    OUTPUT_BUCKET: output,
    POLICY_GUARD_ADDITIONS: '',
    OTHER_OPTIONS: '[]',
    // A bundle that brings its key saves the seconds that a pair of 4,096 bits takes.
    OWN_SIGNING_KEYS: 'true',
    APPROVAL_FOR: '',
    REQUIRED_BOUNDARY_ARN: '',
    STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:prepare',
    UNDO_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:undo',
    PLAN_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:plan',
    DELETE_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:delete',
    AUDIT_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:audit',
    SIMULATE_POLICIES: 'false',
    TOKEN_VERIFIER: 'none',
    TOPIC_ARN: `arn:aws:sns:us-east-1:${id}:operators`,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    ...settings,
  });
  const iam = new IAMClient({});
  const clients = new Map<string, S3Client>();
  const s3 = (region = 'us-east-1') => {
    const client = clients.get(region) ?? new S3Client({ region, forcePathStyle: true });
    clients.set(region, client);
    return client;
  };
  for (const bucket of [intake, output]) {
    await s3().send(new CreateBucketCommand({ Bucket: bucket }));
    await s3().send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  }
  for (const name of BOUNDARIES) {
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(EVERYTHING) }));
  }
  let runs = 0;
  const account: TestAccount = {
    id,
    endpoint,
    intake,
    output,
    iam,
    s3,
    async upload(key, bytes) {
      const { VersionId } = await s3().send(new PutObjectCommand({ Bucket: intake, Key: key, Body: bytes }));
      return VersionId ?? '';
    },
    async run(key, bytes, intercept) {
      const versionId = await account.upload(key, bytes);
      runs += 1;
      const run = `run-${runs}`;
      const [operation = ''] = key.split('/');
      const outcome = await runInProcess(
        run,
        { operation, bundle: { bucket: intake, key, versionId } },
        intercept,
      );
      return { ...outcome, run };
    },
    read: (key) => textOf(s3(), output, key),
    keys: (prefix = '') => keysOf(s3(), output, prefix),
    snapshot: () => takeSnapshot(endpoint, { account: id, intake, output }),
  };
  return account;
}

async function keysOf(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  // A file of many runs leaves more than the thousand that come at once.
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  ))
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  return keys;
}

async function bytesOf(s3: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    return await (
      await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    ).Body?.transformToByteArray();
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function textOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const bytes = await bytesOf(s3, bucket, key);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
