import { registryEntry } from '../core/storage/layout.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import { readText } from './read-json.ts';

/** The registry's entry of a cluster, as it stands there. Throws ClientError where there is none. */
export async function registeredEntry(deployment: Deployment, cluster: string): Promise<string> {
  const entry = await readText(deployment, registryEntry.of({ cluster }));
  if (entry !== undefined) return entry;
  throw new ClientError(
    `No cluster ${cluster} is registered here.`,
    '`sts-prep clusters` lists those that are.',
    EXIT.usage,
  );
}
