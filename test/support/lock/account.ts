import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, inject, vi } from 'vitest';
import { type Report, reportSchema } from '../../../core/domain/report.ts';
import * as layout from '../../../core/storage/layout.ts';
import { type TestAccount, testAccount } from '../account.ts';
import { bundle, CLUSTER_FILE, clusterYaml, PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../bundles.ts';
import { type Intercept, type Outcome, runInProcess } from '../in-process.ts';

const signingKey = publicPem(rsaKeyPair().publicKey);
export const UNKNOWN_ARN = 'arn:aws:states:us-east-1:000000000000:execution:prepare:long-gone';

export let account: TestAccount;
export let sfn: SFNClient;
/** State machines of the emulator whose executions go on until they are stopped, or end at once. */
let waiting: string;
let ending: string;
/** Stands for the state machine that undoes abandoned runs. */
export let undoing: string;
const started: string[] = [];

/** A real execution of the emulator that is running until it is stopped. */
export async function runningExecution(): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: waiting }));
  started.push(executionArn);
  return executionArn;
}

export async function succeededExecution(): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: ending }));
  await vi.waitUntil(
    async () => {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'SUCCEEDED';
    },
    { timeout: 20_000 },
  );
  return executionArn;
}

export async function end(executionArn: string): Promise<void> {
  await sfn.send(new StopExecutionCommand({ executionArn }));
}

async function createStateMachine(name: string, state: object): Promise<string> {
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify({ StartAt: 'Only', States: { Only: state } }),
      roleArn: `arn:aws:iam::${account.id}:role/of-state-machines`,
    }),
  );
  return stateMachineArn;
}

/** Before all tests of the file. */
export async function open(): Promise<void> {
  account = await testAccount(inject('endpoint'));
  sfn = new SFNClient({});
  const wait = { Type: 'Wait', Seconds: 3_600, End: true };
  waiting = await createStateMachine('waiting', wait);
  ending = await createStateMachine('ending', { Type: 'Succeed' });
  undoing = await createStateMachine('undoing', wait);
  process.env['UNDO_STATE_MACHINE_ARN'] = undoing;
}

/** After them. */
export async function close(): Promise<void> {
  await Promise.all(started.map(end));
}

afterEach(() => {
  vi.useRealTimers();
});

export function putLock(cluster: string, content: string): Promise<unknown> {
  return account
    .s3()
    .send(new PutObjectCommand({ Bucket: account.output, Key: layout.lock.of({ cluster }), Body: content }));
}

export function lockOf(execution: string, run = 'another-run'): string {
  return JSON.stringify({ execution, run });
}

export function removeLock(cluster: string): Promise<unknown> {
  return account
    .s3()
    .send(new DeleteObjectCommand({ Bucket: account.output, Key: layout.lock.of({ cluster }) }));
}

export async function prepare(
  cluster: string,
  run: string,
  intercept?: Intercept,
  arn?: string,
): Promise<Outcome> {
  const key = 'prepare/bundle.tgz';
  const bytes = await bundle({
    [CLUSTER_FILE]: clusterYaml({ name: cluster }),
    [PUBLIC_KEY_FILE]: signingKey,
  });
  const versionId = await account.upload(key, bytes);
  const input = { operation: 'prepare', bundle: { bucket: account.intake, key, versionId } };
  return runInProcess(run, input, intercept, arn);
}

export async function reportOf(cluster: string, run: string): Promise<Report> {
  return reportSchema.parse(
    JSON.parse((await account.read(`clusters/${cluster}/runs/${run}/report.json`)) ?? ''),
  );
}

export const LOCK = ['Lock', 'IsLockHeld'];
export const LOCK_AFTER_A_WAIT = [...LOCK, 'WaitForCluster', ...LOCK];

/** The states from the first try for the lock to the beginning of the work. */
export function tries({ states }: Outcome): readonly string[] {
  const end = states.indexOf('PlanChanges');
  return states.slice(states.indexOf('Lock'), end === -1 ? undefined : end);
}
