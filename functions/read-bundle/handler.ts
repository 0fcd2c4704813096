import * as z from 'zod';
import { type ObjectStore, ObjectTooLarge } from '../aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../bundle/limits.ts';
import { readBundleFiles } from '../bundle/read-archive.ts';
import type { DesiredState } from '../domain/desired-state.ts';
import { DEFAULT_RULES, widenRules } from '../domain/policy-guard.ts';
import type { Problem } from '../domain/problem.ts';
import { bucketStore, outputStore } from '../runtime/buckets.ts';
import type { Environment } from '../runtime/environment.ts';
import { BundleRejected } from '../runtime/errors.ts';
import { rejectedPrefix, runPrefix } from '../runtime/run.ts';
import { indexRun } from '../runtime/run-index.ts';
import { task } from '../runtime/task.ts';
import { writeReport } from '../runtime/write-report.ts';
import { type BundleContext, type BundleReading, readBundle } from './read-bundle.ts';
import { rejection, rejectionReport } from './reject.ts';

const input = z.object({
  run: z.string().min(1),
  operation: z.string(),
  bundle: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().exactOptional(),
  }),
});

const OPERATIONS = ['prepare'];

export const handler = task('read-bundle', input, async ({ run, operation, bundle }, env) => {
  const store = outputStore(env);
  const reading = await read(operation, bundle, contextOf(run, bundle, env), bucketStore(bundle.bucket));
  const { desired, clusterName, problems } = reading;
  if (desired === undefined) {
    const prefix =
      clusterName === undefined
        ? rejectedPrefix(run)
        : runPrefix({ id: run, cluster: { name: clusterName } });
    const report = await writeReport(
      prefix,
      rejectionReport({ id: run, operation, endedAt: new Date().toISOString() }, bundle, reading),
      store,
    );
    return { accepted: false, rejection: { ...rejection(problems), report } };
  }
  const cluster = { name: desired.cluster.name, region: desired.cluster.region };
  await Promise.all([
    store.put(`${runPrefix({ id: run, cluster })}desired.json`, JSON.stringify(desired, null, 1), {
      contentType: 'application/json',
    }),
    indexRun(run, cluster, store),
  ]);
  return { accepted: true, cluster };
});

function contextOf(
  run: string,
  bundle: DesiredState['bundle'],
  env: Environment<'read-bundle'>,
): BundleContext {
  const additions = env.POLICY_GUARD_ADDITIONS.split(',')
    .map((action) => action.trim())
    .filter((action) => action !== '');
  return {
    run,
    bundle,
    guard: widenRules(DEFAULT_RULES, additions),
    rules: {
      // An emulator has one partition for all regions.
      ...(env.PLATFORM === 'aws' ? { partition: env.PARTITION } : {}),
      ...(env.REQUIRED_BOUNDARY_ARN === '' ? {} : { requiredBoundaryArn: env.REQUIRED_BOUNDARY_ARN }),
    },
    placement: { iamPartition: env.PARTITION, accountId: env.ACCOUNT_ID },
  };
}

async function read(
  operation: string,
  bundle: DesiredState['bundle'],
  context: BundleContext,
  intake: ObjectStore,
): Promise<BundleReading> {
  if (!OPERATIONS.includes(operation)) {
    return refused([
      {
        code: 'UnsupportedOperation',
        message: `"${operation}" is not an operation of this release.`,
        remedy: `Upload the bundle below ${OPERATIONS.map((name) => `${name}/`).join(' or ')}.`,
      },
    ]);
  }
  try {
    const object = await intake.get(bundle.key, {
      maxBytes: MAX_BUNDLE_BYTES,
      ...(bundle.versionId === undefined ? {} : { versionId: bundle.versionId }),
    });
    if (object === undefined) {
      return refused([
        {
          code: 'BundleSuperseded',
          message: 'The uploaded version is no longer in the intake bucket.',
          remedy: 'Upload the bundle again.',
        },
      ]);
    }
    return readBundle(await readBundleFiles(bundle.key, object.bytes), context);
  } catch (error) {
    if (error instanceof BundleRejected) return refused(error.problems);
    if (error instanceof ObjectTooLarge)
      return refused([
        { code: 'BundleTooLarge', message: error.message, remedy: 'Upload the CredentialsRequests only.' },
      ]);
    throw error;
  }
}

function refused(problems: readonly Problem[]): BundleReading {
  return { problems, skipped: [], warnings: [] };
}
