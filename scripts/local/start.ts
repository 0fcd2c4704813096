import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { EMULATOR_LOG } from './emulator.ts';
import type { LocalEnvironment } from './environment.ts';
import { type Execution, executionsNow, findExecution } from './execution.ts';
import { LocalError } from './local-error.ts';
import { LOCKS, locked } from './lock.ts';
import type { Progress } from './progress.ts';

/** An event takes a second at most; the rest is for hosts under load, where functions start slowly. */
const START_LIMIT_MS = 120_000;

/** A bundle and where it is put. */
export interface HandedIn {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/**
 * Uploads a bundle and waits for the execution that its arrival starts. One upload at a time: an emulator's event
 * does not tell which version of an object arrived, so of two uploads to one key nobody could say which execution
 * is whose. Throws LocalError when none is started.
 */
export function handIn(
  environment: LocalEnvironment,
  bundle: HandedIn,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Execution> {
  return locked(
    LOCKS.upload(environment.endpoint),
    () => upload(environment, bundle, signal),
    progress,
    signal,
  );
}

async function upload(
  environment: LocalEnvironment,
  { key, bytes }: HandedIn,
  signal?: AbortSignal,
): Promise<Execution> {
  const { clients, intakeBucket: bucket } = environment;
  const stateMachines = Object.values(environment.stateMachines);
  const others = await executionsNow(clients.sfn, stateMachines);
  const { VersionId: versionId } = await clients.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }),
  );
  const search = { stateMachines, others, limitMs: START_LIMIT_MS, signal };
  const execution = await findExecution(clients.sfn, { bucket, key, versionId }, search);
  if (execution === undefined) throw nothingStarted(environment);
  return execution;
}

/** Starts an audit of one cluster, or of all, against the available releases. */
export async function startAudit(
  { clients, stateMachines }: Pick<LocalEnvironment, 'clients' | 'stateMachines'>,
  cluster: string | undefined,
): Promise<Execution> {
  const input = { trigger: 'demo', ...(cluster === undefined ? {} : { clusters: [cluster] }) };
  const { executionArn: arn = '', startDate = new Date() } = await clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn: stateMachines.audit, input: JSON.stringify(input) }),
  );
  return { arn, name: arn.slice(arn.lastIndexOf(':') + 1), startedAt: startDate };
}

function nothingStarted({ endpoint, isOurs }: LocalEnvironment): LocalError {
  return new LocalError(
    `The upload started no execution within ${START_LIMIT_MS / 1000} s.`,
    isOurs
      ? `The function start-run tells why: see ${EMULATOR_LOG}. 'npm run local:down' makes a fresh start possible.`
      : `See the log of the emulator at ${endpoint}, and of the function start-run in it.`,
  );
}
