import * as z from 'zod';
import { type ObjectStore, ObjectTooLarge } from '../../core/aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../../core/bundle/limits.ts';
import { readBundleFiles } from '../../core/bundle/read-archive.ts';
import { clusterAndRelease } from '../../core/domain/cluster-identity.ts';
import type { DesiredState } from '../../core/domain/desired-state.ts';
import { BundleRejected } from '../../core/domain/errors.ts';
import {
  asClusterOperation,
  CLUSTER_OPERATIONS,
  type ClusterOperation,
  isReleaseOperation,
  OPERATIONS,
  type ReleaseOperation,
} from '../../core/domain/operations.ts';
import { DEFAULT_RULES, widenRules } from '../../core/domain/policy-guard.ts';
import type { Problem } from '../../core/domain/problem.ts';
import type { Target } from '../../core/domain/release-change.ts';
import { bucketStore, outputStore } from '../../core/runtime/buckets.ts';
import type { Environment } from '../../core/runtime/environment.ts';
import { task } from '../../core/runtime/task.ts';
import * as documents from '../../core/storage/documents.ts';
import { lastStateOf } from '../../core/storage/registered-cluster.ts';
import { indexRun } from '../../core/storage/run-index.ts';
import {
  type BundleContext,
  type BundleReading,
  readBundle,
} from '../../core/usecases/prepare/read-bundle.ts';
import { rejection, rejectionReport } from '../../core/usecases/prepare/reject.ts';
import { writeReport } from '../../core/usecases/report/write-report.ts';

const input = z.object({
  run: z.string().min(1),
  operation: z.string(),
  bundle: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().exactOptional(),
  }),
});

export const handler = task('read-bundle', input, async ({ run, operation, bundle }, env) => {
  const store = outputStore(env);
  const intake = bucketStore(bundle.bucket);
  const reading = await readOrRefuse(operation, contextOf(run, bundle, env), intake, store);
  const { desired, clusterName, problems } = reading;
  if (desired === undefined) {
    const report = await writeReport(
      { run, cluster: clusterName },
      rejectionReport({ id: run, operation, endedAt: new Date().toISOString() }, bundle, reading),
      store,
    );
    return { accepted: false, rejection: { ...rejection(problems), report } };
  }
  const cluster = { name: desired.cluster.name, region: desired.cluster.region };
  await Promise.all([
    documents.desiredState.write({ run, cluster: cluster.name }, desired, store),
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

/** Reads the bundle; what was thrown as a reason to refuse it becomes one. */
async function readOrRefuse(
  operation: string,
  context: BundleContext,
  intake: ObjectStore,
  output: ObjectStore,
): Promise<BundleReading> {
  try {
    const target = await targetOf(checkOperation(operation), context.bundle.key, output);
    return await read({ ...context, ...(target === undefined ? {} : { target }) }, intake);
  } catch (error) {
    if (error instanceof BundleRejected) return { problems: error.problems, skipped: [], warnings: [] };
    throw error;
  }
}

async function read(context: BundleContext, intake: ObjectStore): Promise<BundleReading> {
  const { key, versionId } = context.bundle;
  try {
    const object = await intake.get(key, {
      maxBytes: MAX_BUNDLE_BYTES,
      ...(versionId === undefined ? {} : { versionId }),
    });
    if (object === undefined) {
      throw refusal({
        code: 'BundleSuperseded',
        message: 'The uploaded version is no longer in the intake bucket.',
        remedy: 'Upload the bundle again.',
      });
    }
    return readBundle(await readBundleFiles(key, object.bytes), context);
  } catch (error) {
    if (!(error instanceof ObjectTooLarge)) throw error;
    throw refusal({
      code: 'BundleTooLarge',
      message: error.message,
      remedy: 'Upload the CredentialsRequests only.',
    });
  }
}

function checkOperation(operation: string): ClusterOperation {
  const known = asClusterOperation(operation);
  if (known !== undefined) return known;
  throw refusal({
    code: 'UnsupportedOperation',
    message: `"${operation}" is not an operation of this release.`,
    remedy: `Upload the bundle below ${CLUSTER_OPERATIONS.map((name) => `${name}/`).join(' or ')}.`,
  });
}

/** The cluster that is to be changed, and the release; undefined when the bundle itself is to say which cluster it is for. */
async function targetOf(
  operation: ClusterOperation,
  key: string,
  output: ObjectStore,
): Promise<Target | undefined> {
  if (!isReleaseOperation(operation)) return undefined;
  const named = clusterAndRelease(operation, key);
  if (named === undefined) throw refusal(unnamedTarget(operation));
  const last = await lastStateOf(named.name, output);
  if (last === undefined) {
    throw refusal({
      code: 'ClusterNotRegistered',
      message: `No cluster "${named.name}" was prepared here, as far as the registry knows.`,
      remedy: `Check the name in the key. A cluster that is there already becomes known by its present bundle below prepare/.`,
    });
  }
  return { operation, release: named.release, last };
}

function unnamedTarget(operation: ReleaseOperation): Problem {
  const [form] = OPERATIONS[operation].keys;
  return {
    code: 'ClusterIdentityMissing',
    message: 'The key does not name a cluster and a release.',
    remedy: `Upload the bundle as ${form.text}.tgz, such as ${form.format({ cluster: 'prod-east', release: '4.20.3' }, '.tgz')}.`,
  };
}

function refusal(problem: Problem): BundleRejected {
  return new BundleRejected([problem]);
}
