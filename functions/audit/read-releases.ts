import * as z from 'zod';
import { bucketStore, outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { auditSchema } from '../../core/storage/audit.ts';
import * as documents from '../../core/storage/documents.ts';
import { countRequests, readReleases } from '../../core/usecases/audit/read-releases.ts';

const input = z.object({ audit: auditSchema });

export const handler = task('read-releases', input, async ({ audit }, env) => {
  const releases = await readReleases(env.INTAKE_BUCKET, bucketStore(env.INTAKE_BUCKET, env));
  await documents.auditReleases.write(
    { audit: audit.id },
    releases.map((bundle) => ({ ...bundle, requests: countRequests(bundle) })),
    outputStore(env),
  );
  return {
    releases: releases.length,
    unreadable: releases.filter(({ problems }) => problems.length > 0).length,
  };
});
