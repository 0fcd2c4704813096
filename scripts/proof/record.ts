import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCES } from '../../cli/ask-cluster.ts';
import { reducedText } from '../../core/domain/cluster-check/read-facts.ts';
import type { FactsName } from '../../core/domain/cluster-check/snapshot.ts';
import { project } from '../local/paths.ts';
import type { Cluster } from './cluster.ts';
import type { Prepared } from './prepared.ts';

const FOLDER = project('test', 'fixtures', 'running-cluster');

/** Keeps what the server answered and what the pipeline has on record, for a test that needs no cluster. Nothing of it is secret. */
export async function record(cluster: Cluster, { records }: Prepared): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const folder of ['cluster', 'prepared']) mkdirSync(join(FOLDER, folder), { recursive: true });
  for (const name of Object.keys(RESOURCES) as FactsName[]) {
    const answer = await cluster.kubectl(['get', ...RESOURCES[name], '--output', 'json']);
    writeFileSync(
      join(FOLDER, 'cluster', `${name}.json`),
      (name === 'secrets' ? reducedText(name, answer) : answer) ?? '',
    );
  }
  for (const [name, text] of Object.entries(records)) writeFileSync(join(FOLDER, 'prepared', name), text);
}
