import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { IAMClient } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../../cli/execution.ts';
import type { Ending } from '../../cli/follow.ts';
import type { AuditReport } from '../../core/domain/audit/report.ts';
import { ensureEnvironment, type LocalEnvironment } from '../../scripts/local/environment.ts';
import { project } from '../../scripts/local/paths.ts';
import { readSettings } from '../../scripts/local/settings.ts';
import { handIn } from '../../scripts/local/start.ts';
import { followed } from '../support/followed.ts';
import { hostileEnvironment } from '../support/hostile-environment.ts';

/** One run of the deployed pipeline. */
export interface DeployedRun extends Ending {
  readonly name: string;
  readonly arn: string;
  readonly states: readonly string[];
}

/** The stack as it is deployed, in an emulator that checks signatures and enforces every function's IAM policy. */
export interface Deployment extends LocalEnvironment {
  readonly iam: IAMClient;
  /** Uploads a bundle and finds the execution that S3's event starts. */
  start(key: string, bytes: Uint8Array): Promise<Execution>;
  /** Uploads a bundle and follows its execution to the end. */
  drop(key: string, bytes: Uint8Array): Promise<DeployedRun>;
  read(key: string): Promise<Uint8Array | undefined>;
  readonly outputBucket: string;
  /** Takes what is below a prefix of the intake bucket away again. */
  withdraw(prefix: string): Promise<void>;
  keys(prefix?: string): Promise<string[]>;
  /** Starts the audit machine, follows it, and returns its report. */
  audit(input: string, stateMachineArn?: string): Promise<AuditReport>;
}

const quiet = () => undefined;

/**
 * The one deployment of all files: the first that asks makes it, and `npm test` ends it after the last. It is made by
 * the command that users type, in the worst of shells: whatever works here does not depend on the caller's environment.
 */
export async function deployment(): Promise<Deployment> {
  await inHostileShell('local-up.ts');
  const environment = await ensureEnvironment(readSettings({ STS_PREP_AUTH: 'true' }), quiet);
  const { clients, outputBucket } = environment;
  const start: Deployment['start'] = (key, bytes) => handIn(environment, { key, bytes }, quiet);
  const drop: Deployment['drop'] = async (key, bytes) => {
    const execution = await start(key, bytes);
    const { events, ...ending } = await followed(clients.sfn, execution);
    const states = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    return { ...ending, name: execution.name, arn: execution.arn, states };
  };
  const read: Deployment['read'] = async (key) => {
    try {
      return await (
        await clients.s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: key }))
      ).Body?.transformToByteArray();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  };
  return {
    ...environment,
    read,
    outputBucket,
    async audit(input, stateMachineArn = environment.stateMachines['audit'] ?? '') {
      const { executionArn: arn = '' } = await clients.sfn.send(
        new StartExecutionCommand({ stateMachineArn, input }),
      );
      const name = arn.split(':').at(-1) ?? '';
      const { status } = await followed(clients.sfn, { arn, name, startedAt: new Date() });
      if (status !== 'SUCCEEDED') throw new Error(`The audit ${name} ${status}.`);
      return JSON.parse(Buffer.from((await read(`audits/runs/${name}/report.json`)) ?? []).toString('utf8'));
    },
    iam: new IAMClient({
      endpoint: environment.endpoint,
      region: environment.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    start,
    drop,
    async withdraw(Prefix) {
      const Bucket = environment.intakeBucket;
      const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      for (const { Key } of Contents) await clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    async keys(prefix = '') {
      const { Contents = [] } = await clients.s3.send(
        new ListObjectsV2Command({ Bucket: outputBucket, Prefix: prefix }),
      );
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
  };
}

/** Runs one of the project's scripts to its end; returns what it printed. Throws when it does not exit 0. */
export async function inHostileShell(script: string, ...args: readonly string[]): Promise<string> {
  const shell = hostileEnvironment();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [project('scripts', script), ...args], {
      env: { ...process.env, ...shell.variables, STS_PREP_AUTH: 'true' },
    });
    return stdout;
  } finally {
    shell.remove();
  }
}

/** A cluster name that no earlier test run used. */
export function freshName(): string {
  return `e2e-${randomUUID().slice(0, 8)}`;
}
