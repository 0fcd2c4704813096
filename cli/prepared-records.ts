import { DocumentUnreadable, DocumentVersionUnknown, RecordTampered } from '../core/domain/errors.ts';
import * as documents from '../core/storage/documents.ts';
import { desiredState, latestAuditOfCluster } from '../core/storage/layout.ts';
import type { PreparedRecords } from '../core/usecases/verify-cluster.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import { readText } from './read-json.ts';
import { registeredEntry } from './registered.ts';

/** What the output bucket has of a cluster. Throws ClientError where it does not know it. */
export async function recordsOf(deployment: Deployment, cluster: string): Promise<PreparedRecords> {
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const text = await readText(deployment, key);
    return text === undefined ? undefined : Buffer.from(text);
  };
  const entry = Buffer.from(await registeredEntry(deployment, cluster));
  const run = asClientError(() => documents.registryEntry.parse(entry, 'cluster.json')).lastRun.id;
  const [desired, audit] = await Promise.all([
    read(desiredState.of({ cluster, run })),
    read(latestAuditOfCluster.of({ cluster })),
  ]);
  if (desired === undefined)
    throw new ClientError(
      `What was prepared for ${cluster} is not there: ${desiredState.of({ cluster, run })}.`,
      'Prepare the cluster again, which writes it anew.',
      EXIT.failed,
    );
  return { entry, desired, ...(audit === undefined ? {} : { audit }) };
}

/** What is wrong with a record is told as it is. */
export function asClientError<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if ([DocumentUnreadable, DocumentVersionUnknown, RecordTampered].some((kind) => error instanceof kind))
      throw new ClientError(
        (error as Error).message,
        'An audit tells more of the cluster’s records: `sts-prep audit`.',
        EXIT.failed,
      );
    throw error;
  }
}
