import * as z from 'zod';
import { keyId } from '../../core/domain/oidc.ts';
import { checkSchema } from '../../core/domain/report.ts';
import { RUN_METADATA } from '../../core/resources/ownership.ts';
import { readStoredPublicKey } from '../../core/resources/signing-key/observe.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import * as documents from '../../core/storage/documents.ts';
import { registryEntryOf } from '../../core/storage/registered-cluster.ts';
import { placeOf, runSchema } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';
import { describePrepared } from '../../core/usecases/report/prepared-run.ts';
import { writeReport } from '../../core/usecases/report/write-report.ts';
import { settled } from '../../core/util/settled.ts';

const verification = z.object({
  checks: z.array(checkSchema),
  providerThumbprints: z.array(z.string()),
  keys: z.array(z.object({ kid: z.string(), thumbprint: z.string() })),
});
const input = z.object({ run: runSchema, startedAt: z.string(), verification });

export const handler = task('publish-report', input, async (given, env) => {
  const { run } = given;
  const store = outputStore(env);
  const [planned, publicKey, former] = await Promise.all([
    plannedRun(run, store),
    readStoredPublicKey(run.cluster.name, store),
    registryEntryOf(run.cluster.name, store),
  ]);
  const kid = keyId(publicKey);
  const endedAt = new Date().toISOString();
  const { entry, report } = describePrepared({
    ...given,
    ...planned,
    kid,
    former,
    endedAt,
    outputBucket: env.OUTPUT_BUCKET,
  });
  const [key] = await settled([
    writeReport(placeOf(run), report, store),
    documents.registryEntry.write(placeOf(run), entry, store, { metadata: { [RUN_METADATA]: run.id } }),
  ]);
  return { report: key, changes: report.changes.length };
});
