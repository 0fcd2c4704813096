import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ensureEnvironment, type LocalEnvironment } from '../../scripts/local/environment.ts';
import {
  type Ending,
  type Execution,
  executionsNow,
  findExecution,
  follow,
} from '../../scripts/local/execution.ts';
import { readSettings } from '../../scripts/local/settings.ts';
import { patience } from '../support/patience.ts';

/** One run of the deployed pipeline. */
export interface DeployedRun extends Ending {
  readonly name: string;
  readonly arn: string;
  readonly states: readonly string[];
}

/** The stack as it is deployed, in an emulator that checks signatures and enforces every function's IAM policy. */
export interface Deployment extends LocalEnvironment {
  /** Uploads a bundle and finds the execution that S3's event starts. */
  start(key: string, bytes: Uint8Array): Promise<Execution>;
  /** Uploads a bundle and follows its execution to the end. */
  drop(key: string, bytes: Uint8Array): Promise<DeployedRun>;
  read(key: string): Promise<Uint8Array | undefined>;
  keys(prefix?: string): Promise<string[]>;
}

const quiet = () => undefined;

/** The one deployment of all files: the first that asks makes it, and `npm test` ends it after the last. */
export async function deployment(): Promise<Deployment> {
  const environment = await ensureEnvironment(
    readSettings({ ...process.env, AWS_ENDPOINT_URL: '', STS_PREP_AUTH: 'true' }),
    quiet,
  );
  const { clients, intakeBucket, outputBucket } = environment;
  const stateMachines = Object.values(environment.stateMachines);
  const start: Deployment['start'] = async (key, bytes) => {
    const others = await executionsNow(clients.sfn, stateMachines);
    const { VersionId: versionId } = await clients.s3.send(
      new PutObjectCommand({ Bucket: intakeBucket, Key: key, Body: bytes }),
    );
    const execution = await findExecution(
      clients.sfn,
      { bucket: intakeBucket, key, versionId },
      { stateMachines, others, limitMs: patience(30_000) },
    );
    if (execution === undefined) throw new Error(`${key} started no execution.`);
    return execution;
  };
  const drop: Deployment['drop'] = async (key, bytes) => {
    const execution = await start(key, bytes);
    const states: string[] = [];
    const following = follow(clients.sfn, execution);
    let step = await following.next();
    for (; !step.done; step = await following.next()) states.push(step.value.name);
    return { ...step.value, name: execution.name, arn: execution.arn, states };
  };
  return {
    ...environment,
    start,
    drop,
    async read(key) {
      try {
        return await (
          await clients.s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: key }))
        ).Body?.transformToByteArray();
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    async keys(prefix = '') {
      const { Contents = [] } = await clients.s3.send(
        new ListObjectsV2Command({ Bucket: outputBucket, Prefix: prefix }),
      );
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
  };
}

/** A cluster name that no earlier test run used. */
export function freshName(): string {
  return `e2e-${randomUUID().slice(0, 8)}`;
}
