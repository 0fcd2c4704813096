import { createHash } from 'node:crypto';
import * as z from 'zod';
import { keyId } from '../domain/oidc.ts';
import { allChanges } from '../domain/plan.ts';
import { registryEntry, registryKey } from '../domain/registry.ts';
import { checkSchema, type Report } from '../domain/report.ts';
import { archiveDigest, archiveKey, desiredManifests } from '../resources/install-files/desired.ts';
import { RUN_METADATA } from '../resources/ownership.ts';
import { readStoredPublicKey } from '../resources/signing-key/observe.ts';
import { installKey } from '../resources/signing-key/paths.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runPrefix, runSchema } from '../runtime/run.ts';
import { plannedRun } from '../runtime/run-files.ts';
import { settled } from '../runtime/settled.ts';
import { task } from '../runtime/task.ts';
import { writeReport } from '../runtime/write-report.ts';

const input = z.object({ run: runSchema, startedAt: z.string(), verification: z.array(checkSchema) });

export const handler = task('publish-report', input, async ({ run, startedAt, verification }, env) => {
  const store = outputStore(env);
  const [{ desired, plan }, publicKey] = await Promise.all([
    plannedRun(run, store),
    readStoredPublicKey(run.cluster.name, store),
  ]);
  const kid = keyId(publicKey);
  const endedAt = new Date().toISOString();
  const manifests = desiredManifests(desired);
  const prefix = runPrefix(run);
  const entry = registryEntry(desired, {
    keyId: kid,
    hashes: {
      desired: createHash('sha256').update(JSON.stringify(desired.roles)).digest('hex'),
      archive: archiveDigest(manifests, kid),
    },
    lastRun: { id: run.id, endedAt, report: `${prefix}report.json` },
  });
  const report: Report = {
    version: 1,
    run: run.id,
    operation: 'prepare',
    outcome: 'prepared',
    startedAt,
    endedAt,
    bundle: desired.bundle,
    cluster: {
      name: desired.cluster.name,
      region: desired.cluster.region,
      release: desired.cluster.release,
      featureSet: desired.cluster.featureSet,
    },
    issuer: desired.issuer.url,
    providerArn: desired.providerArn,
    keyId: kid,
    roles: entry.roles.map((role) => ({ ...role, serviceAccounts: [...role.serviceAccounts] })),
    changes: [...allChanges(plan)],
    skipped: [...desired.skipped],
    warnings: [...desired.warnings],
    verification,
    files: [
      archiveKey(run.cluster.name),
      ...manifests.map(({ path }) => installKey(run.cluster.name, path)),
    ].map((key) => `s3://${env.OUTPUT_BUCKET}/${key}`),
  };
  const [key] = await settled([
    writeReport(prefix, report, store),
    store.put(registryKey(run.cluster.name), JSON.stringify(entry, null, 2), {
      contentType: 'application/json',
      metadata: { [RUN_METADATA]: run.id },
    }),
  ]);
  return { report: key, changes: report.changes.length };
});
