import { clusterCheckText } from '../../core/domain/cluster-check/text.ts';
import { DocumentUnreadable, DocumentVersionUnknown, RecordTampered } from '../../core/domain/errors.ts';
import * as documents from '../../core/storage/documents.ts';
import { desiredState, handedOver, latestAuditOfCluster, registryEntry } from '../../core/storage/layout.ts';
import { type PreparedRecords, verifyByFiles } from '../../core/usecases/verify-cluster.ts';
import { askCluster, readDirectory } from '../ask-cluster.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { readText } from '../read-json.ts';
import type { Work } from '../run-operation.ts';
import { upload } from '../start.ts';

const CODES = { verified: EXIT.ok, findings: EXIT.failed, unknown: EXIT.unknown } as const;

/** Compares a running cluster with what was prepared for it; returns the exit code. Throws ClientError. */
export async function verifyCluster(
  deployment: Deployment,
  cluster: string,
  { files, kubeconfig, context, handOver }: Common,
  { ui, signal }: Work,
): Promise<number> {
  const records = await recordsOf(deployment, cluster);
  const textOf =
    files === undefined ? await askCluster({ kubeconfig, context }, signal) : readDirectory(files);
  const report = known(() => verifyByFiles(textOf, records, new Date()));
  ui.tell({ event: 'verified-cluster', ...report });
  ui.say(clusterCheckText(report));
  if (handOver === true) {
    await upload(deployment, {
      key: handedOver.of({ cluster }),
      bytes: Buffer.from(documents.handedOver.format(report)),
    });
    ui.tell({ event: 'handed-over', cluster });
    ui.say('The result was handed over. The next audit shows it; `sts-prep audit` starts one.');
  }
  return CODES[report.outcome];
}

/** What the output bucket has of a cluster. */
async function recordsOf(deployment: Deployment, cluster: string): Promise<PreparedRecords> {
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const text = await readText(deployment, key);
    return text === undefined ? undefined : Buffer.from(text);
  };
  const entry = await read(registryEntry.of({ cluster }));
  if (entry === undefined)
    throw new ClientError(
      `No cluster ${cluster} is registered here.`,
      '`sts-prep clusters` lists those that are.',
      EXIT.usage,
    );
  const run = known(() => documents.registryEntry.parse(entry, 'cluster.json')).lastRun.id;
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
function known<Result>(work: () => Result): Result {
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
