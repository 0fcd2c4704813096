import { clusterCheckText } from '../../core/domain/cluster-check/text.ts';
import * as documents from '../../core/storage/documents.ts';
import { handedOver } from '../../core/storage/layout.ts';
import { verifyByFiles } from '../../core/usecases/verify-cluster.ts';
import { RESOURCES, readCluster } from '../ask-cluster.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { asClientError, recordsOf } from '../prepared-records.ts';
import { upload } from '../start.ts';
import type { Work } from '../work.ts';

const CODES = { verified: EXIT.ok, findings: EXIT.failed, unknown: EXIT.unknown } as const;

/** Compares a running cluster with what was prepared for it; returns the exit code. Throws ClientError. */
export async function verifyCluster(
  deployment: Deployment,
  cluster: string,
  { files, kubeconfig, context, handOver }: Common,
  { ui, signal }: Work,
): Promise<number> {
  const records = await recordsOf(deployment, cluster);
  const textOf = await readCluster(RESOURCES, { files, kubeconfig, context }, signal);
  const report = asClientError(() => verifyByFiles(textOf, records, new Date()));
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
