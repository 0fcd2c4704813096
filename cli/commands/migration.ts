import { MIGRATION_FILES, migrationFacts } from '../../core/domain/migration/facts.ts';
import { migrationStages } from '../../core/domain/migration/stages.ts';
import { migrationText } from '../../core/domain/migration/text.ts';
import { preparedCluster } from '../../core/usecases/verify-cluster.ts';
import { word } from '../../core/util/shell.ts';
import { readCluster } from '../ask-cluster.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { asClientError, recordsOf } from '../prepared-records.ts';
import type { Work } from '../work.ts';

const CODES = { done: EXIT.ok, open: EXIT.failed, unknown: EXIT.unknown } as const;

/** Tells how far a cluster has come from long-lived keys, and what is next; returns the exit code. Throws ClientError. */
export async function migration(
  deployment: Deployment,
  cluster: string,
  { files, kubeconfig, context, out }: Common,
  { ui, signal }: Work,
): Promise<number> {
  const records = await recordsOf(deployment, cluster);
  const textOf = await readCluster(MIGRATION_FILES, { files, kubeconfig, context }, signal);
  const prepared = asClientError(() => preparedCluster(records));
  const found = migrationStages(migrationFacts(textOf), prepared, word(`${out}/${cluster}/install`));
  ui.tell({ event: 'migration', ...found });
  ui.say(migrationText(found));
  if (found.outcome === 'done') ui.say(`\`sts-prep verify-cluster ${cluster}\` looks at every component.`);
  else if (found.outcome === 'open')
    ui.say(`Then, to see whether it is done, and what is next: \`sts-prep migration ${cluster}\``);
  return CODES[found.outcome];
}
