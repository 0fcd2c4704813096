import { expect } from 'vitest';
import { type DeletionReport, deletionReportSchema } from '../../core/domain/deletion/report.ts';
import { executionOf } from '../../core/usecases/start/start-run.ts';
import type { TestAccount } from './account.ts';
import { DELETE_ASL, type Intercept, type Outcome, runMachine } from './in-process.ts';

export interface Deletion extends Outcome {
  readonly run: string;
  readonly report: DeletionReport | undefined;
}

let deletions = 0;

/** Uploads a file below `delete/`, or below `plan/delete/`, and runs the state machine that it starts. */
export async function uploadDeletion(
  account: TestAccount,
  key: string,
  text: string,
  intercept?: Intercept,
): Promise<Deletion> {
  const versionId = await account.upload(key, Buffer.from(text));
  const object = { key, 'version-id': versionId };
  const detail = { bucket: { name: account.intake }, object };
  const execution = executionOf({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  expect(execution).toMatchObject({ machine: 'delete' });
  deletions += 1;
  const run = `deletion-${deletions}`;
  const arn = `arn:aws:states:us-east-1:000000000000:execution:delete:${run}`;
  const outcome = await runMachine(DELETE_ASL, run, JSON.parse(execution?.input ?? '{}'), arn, intercept);
  const name = key.split('/').at(-1)?.replace('.yaml', '');
  const report = await account.read(`clusters/${name}/runs/${run}/deletion-report.json`);
  return {
    ...outcome,
    run,
    report: report === undefined ? undefined : deletionReportSchema.parse(JSON.parse(report)),
  };
}
