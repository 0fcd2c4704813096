import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { readYamlDocuments } from '../../bundle/read-yaml.ts';
import { type DeletionOptions, readDeletionOrder } from '../../domain/deletion/order.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { OPERATIONS } from '../../domain/operations.ts';
import { plannedKey } from '../../domain/plan-key.ts';
import type { Problem } from '../../domain/problem.ts';
import * as documents from '../../storage/documents.ts';
import type { Run } from '../../storage/run.ts';
import { defined } from '../../util/defined.ts';
import { quoted } from '../../util/visible.ts';
import { type Rejection, rejection, rejectionReport } from '../prepare/reject.ts';
import { writeReport } from '../report/write-report.ts';

/** What the state machine is told of a file below `delete/`. */
export type DeletionVerdict =
  | {
      readonly accepted: true;
      readonly cluster: Run['cluster'];
      readonly options: DeletionOptions;
      /** Whether nothing is to be changed. */
      readonly planOnly: boolean;
    }
  | { readonly accepted: false; readonly rejection: Rejection & { readonly report: string } };

/** A file that says what is to be deleted has a few lines. */
const MAX_BYTES = 64 * 1_024;

interface Access {
  readonly intake: ObjectStore;
  readonly output: ObjectStore;
}

/**
 * Reads the file that says which cluster is to be deleted, and keeps a report of why it is not. Throws what S3 throws, and
 * DocumentUnreadable when the cluster's record was spoilt: what it has is not known then.
 */
export async function readDeletion(
  run: string,
  bundle: DesiredState['bundle'],
  { intake, output }: Access,
): Promise<DeletionVerdict> {
  const planned = plannedKey(bundle.key);
  const key = planned ?? bundle.key;
  const [form] = OPERATIONS.delete.keys;
  const name = form.parse(key)?.cluster ?? '';
  if (!/^[^/]+\/[^/]+\.ya?ml$/i.test(key) || name === '')
    return refuse([
      {
        code: 'ClusterIdentityMissing',
        message: `The key does not name a cluster: ${quoted(key)}.`,
        remedy: `Upload the file as ${form.text}.yaml, such as ${form.format({ cluster: 'prod-east' }, '.yaml')}.`,
      },
    ]);
  const file = await read(bundle, intake);
  if ('problems' in file) return refuse(file.problems);
  const { order, problems } = readDeletionOrder(name, file.value);
  if (order === undefined) return refuse(problems);
  const region = await regionOf(name, order.region, output);
  if (typeof region !== 'string') return refuse([region]);
  return {
    accepted: true,
    cluster: { name, region },
    options: order.options,
    planOnly: planned !== undefined,
  };

  async function refuse(problems: readonly Problem[]): Promise<DeletionVerdict> {
    const reading = { problems, skipped: [], warnings: [] };
    const about = { id: run, operation: 'delete', endedAt: new Date().toISOString() };
    const report = await writeReport({ run }, rejectionReport(about, bundle, reading), output);
    return { accepted: false, rejection: { ...rejection(problems), report } };
  }
}

async function read(
  { key, versionId }: DesiredState['bundle'],
  intake: ObjectStore,
): Promise<{ readonly value: unknown } | { readonly problems: readonly Problem[] }> {
  const refusal = (problem: Problem) => ({ problems: [problem] });
  try {
    const object = await intake.get(key, { maxBytes: MAX_BYTES, ...defined({ versionId }) });
    if (object === undefined)
      return refusal({
        code: 'BundleSuperseded',
        message: 'The uploaded version is no longer in the intake bucket.',
        remedy: 'Upload the file again.',
      });
    const { documents: found, problems } = readYamlDocuments(key.split('/').at(-1) ?? key, object.bytes);
    if (problems.length > 0) return { problems };
    if (found.length <= 1) return { value: found[0]?.value ?? null };
    return refusal({
      code: 'DeletionInvalid',
      message: `The file has ${found.length} documents.`,
      remedy: 'Leave one of them, and upload a file for each cluster.',
    });
  } catch (error) {
    if (!(error instanceof ObjectTooLarge)) throw error;
    return refusal({
      code: 'BundleTooLarge',
      message: error.message,
      remedy: 'Upload a file that says confirm: <name>, and no bundle.',
    });
  }
}

/** Where the cluster is, or why that is not known. */
async function regionOf(
  cluster: string,
  given: string | undefined,
  output: ObjectStore,
): Promise<string | Problem> {
  const entry = (await documents.registryEntry.read({ cluster }, output))?.value;
  if (entry !== undefined && given !== undefined && given !== entry.region)
    return {
      code: 'DeletionInvalid',
      field: 'region',
      message: `The cluster is registered in ${entry.region}, and the file says ${given}.`,
      remedy: 'Leave region out.',
    };
  const named = entry?.region ?? given;
  if (named !== undefined) return named;
  const before = (await documents.tombstone.read({ cluster }, output, () => undefined))?.value;
  const last = before?.deletions.at(-1)?.region;
  if (last !== undefined) return last;
  return {
    code: 'ClusterNotRegistered',
    message: `No cluster ${quoted(cluster)} was prepared or adopted here, as far as the registry knows.`,
    remedy:
      'Check the name in the key. If something else made the cluster, say where it is: region: <region> in the file. Then its roles are found by their tags.',
  };
}
