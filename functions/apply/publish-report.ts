import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DesiredState } from '../../core/domain/desired-state.ts';
import { keyId } from '../../core/domain/oidc.ts';
import { allChanges, type Plan } from '../../core/domain/plan.ts';
import { publishedKeySchema, registryEntry, upgradesLost } from '../../core/domain/registry.ts';
import { checkSchema, type Report } from '../../core/domain/report.ts';
import {
  archiveDigest,
  desiredManifests,
  fileKey,
  newSecrets,
} from '../../core/resources/install-files/desired.ts';
import { RUN_METADATA } from '../../core/resources/ownership.ts';
import { readStoredPublicKey } from '../../core/resources/signing-key/observe.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import * as documents from '../../core/storage/documents.ts';
import * as layout from '../../core/storage/layout.ts';
import { registryEntryOf } from '../../core/storage/registered-cluster.ts';
import { placeOf, runSchema } from '../../core/storage/run.ts';
import { plannedRun } from '../../core/storage/run-files.ts';
import { writeReport } from '../../core/usecases/report/write-report.ts';
import { settled } from '../../core/util/settled.ts';

const verification = z.object({
  checks: z.array(checkSchema),
  providerThumbprints: z.array(z.string()),
  keys: z.array(publishedKeySchema),
});
const input = z.object({ run: runSchema, startedAt: z.string(), verification });

export const handler = task('publish-report', input, async ({ run, startedAt, verification }, env) => {
  const store = outputStore(env);
  const [{ desired, plan }, publicKey, former] = await Promise.all([
    plannedRun(run, store),
    readStoredPublicKey(run.cluster.name, store),
    registryEntryOf(run.cluster.name, store),
  ]);
  const kid = keyId(publicKey);
  const endedAt = new Date().toISOString();
  const place = placeOf(run);
  const { checks, ...verified } = verification;
  const entry = registryEntry(
    desired,
    {
      keyId: kid,
      ...verified,
      hashes: {
        desired: createHash('sha256').update(JSON.stringify(desired.roles)).digest('hex'),
        archive: archiveDigest(desiredManifests(desired), kid),
      },
      lastRun: { id: run.id, endedAt, report: layout.runReport.of(place) },
    },
    former,
  );
  const report: Report = {
    version: 1,
    run: run.id,
    operation: desired.releaseChange?.operation ?? 'prepare',
    release: desired.releaseChange?.release,
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
    warnings: [
      ...desired.warnings,
      ...(plan.removals?.kept ?? []),
      ...upgradesLost(former, entry).map(
        (release) =>
          `The cluster was prepared for ${release} in addition, and is no longer; upload its upgrade again.`,
      ),
    ],
    verification: checks,
    files: results(desired, plan).map((key) => `s3://${env.OUTPUT_BUCKET}/${key}`),
  };
  const [key] = await settled([
    writeReport(place, report, store),
    documents.registryEntry.write(place, entry, store, { metadata: { [RUN_METADATA]: run.id } }),
  ]);
  return { report: key, changes: report.changes.length };
});

/** Addresses of what there is to use now: the installer's files, or the Secrets for the cluster that is there. */
function results(desired: DesiredState, plan: Plan): string[] {
  const { name } = desired.cluster;
  return desired.releaseChange?.operation === 'upgrade'
    ? newSecrets(desired, plan.files.changes).map(({ path }) => fileKey(name, path))
    : [
        layout.archive.of({ cluster: name }),
        ...desiredManifests(desired).map(({ path }) => fileKey(name, path)),
      ];
}
