import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../../bundle/limits.ts';
import { readBundleFiles } from '../../bundle/read-archive.ts';
import { clusterAndAddOn, clusterAndRelease } from '../../domain/cluster-identity.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { BundleRejected } from '../../domain/errors.ts';
import { isAddOnOperation, isReleaseOperation, isStepOperation } from '../../domain/operation-kinds.ts';
import {
  type AddOnOperation,
  asClusterOperation,
  CLUSTER_OPERATIONS,
  type ClusterOperation,
  clusterRun,
  OPERATIONS,
  operationFacts,
  type ReleaseOperation,
} from '../../domain/operations.ts';
import { whatIsToCome } from '../../domain/parts.ts';
import { plannedKey } from '../../domain/plan-key.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ClusterTarget } from '../../domain/release-change.ts';
import { EXISTING_ISSUER } from '../../resources/issuer/remedies.ts';
import { registeredCluster } from '../../storage/registered-cluster.ts';
import { defined } from '../../util/defined.ts';
import { quoted } from '../../util/visible.ts';
import { type BundleContext, type BundleReading, readBundle } from './read-bundle.ts';

/**
 * Fetches an uploaded bundle and reads it for its operation. Whatever is a reason to refuse it is among the problems;
 * throws what S3 throws, and DocumentUnreadable when the records of its cluster were spoilt.
 */
export async function readUpload(
  operation: string,
  context: BundleContext,
  intake: ObjectStore,
  output: ObjectStore,
): Promise<BundleReading> {
  try {
    const known = checkOperation(operation);
    const target = await targetOf(known, plannedKey(context.bundle.key) ?? context.bundle.key, output);
    const step = isStepOperation(known) ? known : undefined;
    const { signsAlready } = clusterRun(known);
    const withTarget = { ...context, ...defined({ target, step, signsAlready }) };
    // What the object says does not matter where its key says everything.
    const reading =
      operationFacts(known).bundle === 'none' ? readBundle([], withTarget) : await read(withTarget, intake);
    return ofRunningCluster(known, reading);
  } catch (error) {
    if (error instanceof BundleRejected) return { problems: error.problems, skipped: [], warnings: [] };
    throw error;
  }
}

/** A bundle of a cluster that is there says what one that is prepared says. */
function ofRunningCluster(operation: ClusterOperation, reading: BundleReading): BundleReading {
  const { registersOnly, signsAlready } = clusterRun(operation);
  const { desired, ...others } = reading;
  if (desired === undefined) return reading;
  if (registersOnly === true)
    return { ...others, desired: { ...desired, clusterChange: { operation: 'adopt' } } };
  return signsAlready === true
    ? { ...others, desired: { ...desired, clusterChange: { operation: 'migrate' } } }
    : reading;
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
    message: `${quoted(operation)} is not an operation of this release.`,
    remedy: `Upload the bundle below ${CLUSTER_OPERATIONS.map((name) => `${name}/`).join(' or ')}.`,
  });
}

/** The cluster that is to be changed, and what for; undefined when the bundle itself is to say which cluster it is for. */
async function targetOf(
  operation: ClusterOperation,
  key: string,
  output: ObjectStore,
): Promise<ClusterTarget | undefined> {
  if (isReleaseOperation(operation)) {
    const named = clusterAndRelease(operation, key);
    if (named === undefined) throw refusal(unnamedRelease(operation));
    return { operation, release: named.release, current: await stateOf(named.name, output) };
  }
  if (isAddOnOperation(operation)) {
    const named = clusterAndAddOn(operation, key);
    if (named === undefined) throw refusal(unnamedAddOn(operation));
    return { operation, addOn: named.addOn, current: await stateOf(named.name, output) };
  }
  return undefined;
}

async function stateOf(cluster: string, output: ObjectStore): Promise<DesiredState> {
  const known = await registeredCluster(cluster, output);
  if (known !== undefined) {
    const unfinished = whatIsToCome(cluster, known.current);
    if (unfinished === undefined) return known.current;
    throw refusal({
      code: 'ClusterUnfinished',
      message: unfinished.message,
      remedy: `${unfinished.remedy} Then upload this bundle again.`,
    });
  }
  throw refusal({
    code: 'ClusterNotRegistered',
    message: `No cluster ${quoted(cluster)} was prepared here, as far as the registry knows.`,
    remedy: `Check the name in the key. A cluster that is there already becomes known by its present bundle below adopt/, which changes nothing, or below prepare/. ${EXISTING_ISSUER}`,
  });
}

function unnamedRelease(operation: ReleaseOperation): Problem {
  const [form] = OPERATIONS[operation].keys;
  const example = form.format({ cluster: 'prod-east', release: '4.20.3' }, '.tgz');
  return unnamed('a release', `${form.text}.tgz`, example);
}

function unnamedAddOn(operation: AddOnOperation): Problem {
  const [form] = OPERATIONS[operation].keys;
  const ending = operationFacts(operation).bundle === 'none' ? '.yaml' : '.tgz';
  return unnamed('an add-on', form.text + ending, form.format({ cluster: 'prod-east', name: 'efs' }, ending));
}

function unnamed(what: string, form: string, example: string): Problem {
  return {
    code: 'ClusterIdentityMissing',
    message: `The key does not name a cluster and ${what}.`,
    remedy: `Upload the bundle as ${form}, such as ${example}.`,
  };
}

function refusal(problem: Problem): BundleRejected {
  return new BundleRejected([problem]);
}
