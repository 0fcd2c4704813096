import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../../bundle/limits.ts';
import { readBundleFiles } from '../../bundle/read-archive.ts';
import { clusterAndRelease } from '../../domain/cluster-identity.ts';
import { BundleRejected } from '../../domain/errors.ts';
import {
  asClusterOperation,
  CLUSTER_OPERATIONS,
  type ClusterOperation,
  isReleaseOperation,
  OPERATIONS,
  type ReleaseOperation,
} from '../../domain/operations.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ReleaseTarget } from '../../domain/release-change.ts';
import { EXISTING_ISSUER } from '../../resources/issuer/remedies.ts';
import { currentStateOf } from '../../storage/registered-cluster.ts';
import { defined } from '../../util/defined.ts';
import { type BundleContext, type BundleReading, readBundle } from './read-bundle.ts';

/**
 * Fetches an uploaded bundle and reads it for its operation. Whatever is a reason to refuse it is among the problems;
 * throws what S3 throws.
 */
export async function readUpload(
  operation: string,
  context: BundleContext,
  intake: ObjectStore,
  output: ObjectStore,
): Promise<BundleReading> {
  try {
    const target = await targetOf(checkOperation(operation), context.bundle.key, output);
    return await read({ ...context, ...defined({ target }) }, intake);
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
      ...defined({ versionId }),
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
): Promise<ReleaseTarget | undefined> {
  if (!isReleaseOperation(operation)) return undefined;
  const named = clusterAndRelease(operation, key);
  if (named === undefined) throw refusal(unnamedTarget(operation));
  const current = await currentStateOf(named.name, output);
  if (current === undefined) {
    throw refusal({
      code: 'ClusterNotRegistered',
      message: `No cluster "${named.name}" was prepared here, as far as the registry knows.`,
      remedy: `Check the name in the key. A cluster that is there already becomes known by its present bundle below prepare/. ${EXISTING_ISSUER}`,
    });
  }
  return { operation, release: named.release, current };
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
