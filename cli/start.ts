import type { SFNClient } from '@aws-sdk/client-sfn';
import { isAwsError } from '../core/aws/errors.ts';
import { executionArn } from '../core/aws/executions.ts';
import { executionOf } from '../core/usecases/start/start-run.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { Pace } from './pace.ts';

/** A bundle and where it is put. */
export interface HandedIn {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** An event takes a second at most; the rest is for functions that start slowly. */
const START_LIMIT_MS = 120_000;

/** Uploads a bundle, or what else is handed in; returns the version that it is, where the bucket keeps versions. Throws ClientError. */
export async function upload(
  { clients, intakeBucket }: Deployment,
  { key, bytes }: HandedIn,
): Promise<string | undefined> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  try {
    const { VersionId } = await clients.s3.send(
      new PutObjectCommand({ Bucket: intakeBucket, Key: key, Body: bytes }),
    );
    return VersionId;
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied')) throw error;
    throw new ClientError(
      `You may not upload to s3://${intakeBucket}/${key}.`,
      'Ask for s3:PutObject there and kms:GenerateDataKey for the key of the stack; `sts-prep doctor` shows what you may upload.',
      EXIT.unreachable,
    );
  }
}

/** Waits for the execution of an upload, whose name follows from bucket, key and version. Throws ClientError. */
async function executionOfUpload(
  { clients: { sfn }, intakeBucket, stateMachines }: Deployment,
  key: string,
  version: string | undefined,
  signal?: AbortSignal,
  pace: Pace = new Pace(),
): Promise<Execution> {
  const object = { key, ...(version === undefined ? {} : { 'version-id': version }) };
  const request = executionOf({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: intakeBucket }, object },
  });
  const machine = stateMachines[request?.machine ?? ''];
  if (request === undefined || !machine) throw nothingStarted(key);
  const arn = executionArn(machine, request.name);
  for (const from = performance.now(); performance.now() - from < START_LIMIT_MS; ) {
    await pace.turn(signal);
    const execution = await describe(sfn, arn);
    if (execution !== undefined) return execution;
  }
  throw nothingStarted(key);
}

/** An execution by its ARN; undefined where there is none. */
export async function describe(
  sfn: SFNClient,
  arn: string,
): Promise<(Execution & { readonly status: string }) | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  try {
    const {
      name = '',
      startDate = new Date(),
      status = '',
    } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    return { arn, name, startedAt: startDate, status };
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist', 'InvalidArn')) return undefined;
    throw error;
  }
}

/**
 * Uploads a bundle and finds the execution that its arrival starts. Throws ClientError when there is none: an emulator's
 * event does not tell which version of an object arrived, so that there the execution is looked for by its input.
 */
export async function handIn(
  deployment: Deployment,
  bundle: HandedIn,
  pace: Pace,
  signal?: AbortSignal,
): Promise<Execution> {
  if (!deployment.isEmulator)
    return executionOfUpload(deployment, bundle.key, await upload(deployment, bundle), signal, pace);
  const { executionsNow, findExecution } = await import('./find-execution.ts');
  const stateMachines = Object.values(deployment.stateMachines);
  const { sfn } = deployment.clients;
  const others = await executionsNow(sfn, stateMachines);
  const versionId = await upload(deployment, bundle);
  const object = { bucket: deployment.intakeBucket, key: bundle.key, versionId };
  const execution = await findExecution(sfn, object, {
    stateMachines,
    others,
    limitMs: START_LIMIT_MS,
    signal,
  });
  if (execution === undefined) throw nothingStarted(bundle.key);
  return execution;
}

/** Starts an audit of one cluster, or of all, against the available releases. */
export async function startAudit(
  { clients, stateMachines }: Pick<Deployment, 'clients' | 'stateMachines'>,
  cluster: string | undefined,
): Promise<Execution> {
  const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const input = { trigger: 'client', ...(cluster === undefined ? {} : { clusters: [cluster] }) };
  const { executionArn: arn = '', startDate = new Date() } = await clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn: stateMachines['audit'], input: JSON.stringify(input) }),
  );
  return { arn, name: arn.slice(arn.lastIndexOf(':') + 1), startedAt: startDate };
}

function nothingStarted(key: string): ClientError {
  return new ClientError(
    `The upload of ${key} started no execution within ${START_LIMIT_MS / 1000} s.`,
    'The log of the function sts-prep-start-run tells why; `sts-prep status` lists the runs that are under way.',
  );
}
