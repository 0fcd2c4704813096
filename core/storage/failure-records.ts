import type { ObjectStore } from '../aws/object-store.ts';
import type { FailureRecord } from './documents.ts';
import * as documents from './documents.ts';
import { placeOf, type RunName } from './run.ts';

/** What a task of a Map is at work on: a role of a run by its position, a cluster of an audit by its name. */
export type MapItem = string | number;

/** A task of a Map leaves a record per item, so that none overwrites another. */
function recordName(task: string, item: MapItem | undefined): string {
  return item === undefined ? task : `${task}-${item}`;
}

export async function recordFailureOfRun(
  run: RunName,
  failure: FailureRecord,
  item: MapItem | undefined,
  store: ObjectStore,
): Promise<void> {
  const name = recordName(failure.task, item);
  await documents.failureRecord.write({ ...placeOf(run), name }, failure, store);
}

export async function recordFailureOfAudit(
  audit: string,
  failure: FailureRecord,
  item: MapItem | undefined,
  store: ObjectStore,
): Promise<void> {
  const name = recordName(failure.task, item);
  await documents.auditFailureRecord.write({ audit, name }, failure, store);
}

/** How a task of an audit failed; undefined when it left no record. */
export async function failureOfAudit(
  audit: string,
  task: string,
  item: MapItem | undefined,
  store: ObjectStore,
): Promise<FailureRecord | undefined> {
  const place = { audit, name: recordName(task, item) };
  return (await documents.auditFailureRecord.read(place, store, () => undefined))?.value;
}
