import pMap from 'p-map';
import { isAwsError } from '../../aws/errors.ts';
import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../../bundle/limits.ts';
import { readBundleFiles } from '../../bundle/read-archive.ts';
import { readYamlDocuments, yamlBudget } from '../../bundle/read-yaml.ts';
import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { boundedTexts } from '../../domain/bounded-problems.ts';
import { expandList, type SourceDocument, selectRequests } from '../../domain/credentials-request.ts';
import { BundleRejected } from '../../domain/errors.ts';
import { FEATURE_SETS, type FeatureSet } from '../../domain/feature-set.ts';
import { gatesOf, type InclusionTarget } from '../../domain/inclusion/belonging.ts';
import { type FeatureGateManifest, readFeatureGates } from '../../domain/inclusion/feature-gates.ts';
import { stripEnding } from '../../domain/key-form.ts';
import { OPERATIONS } from '../../domain/operations.ts';
import { formatProblem } from '../../domain/problem.ts';
import { releaseName, sameRelease } from '../../domain/release.ts';
import * as layout from '../../storage/layout.ts';

const [OF_THE_FLEET] = OPERATIONS.releases.keys;
const [OF_A_CLUSTER] = OPERATIONS.audit.keys;
const FORMS = `${OF_THE_FLEET.text}.tgz or ${OF_A_CLUSTER.text}.tgz, e.g. ${OF_THE_FLEET.format({ release: '4.20.3' }, '.tgz')}`;
const BUNDLE_CONCURRENCY = 4;

/** Of one object that is archived, encrypted with a key of somebody's own (SSE-C), or with one that is disabled. */
const NOT_HANDED_OUT = [
  'InvalidObjectState',
  'InvalidRequest',
  'AccessDenied',
  'KMS.DisabledException',
  'KMS.NotFoundException',
  'KMS.KMSInvalidStateException',
];

/** A key below `releases/` or `audit/`, or why it is neither of the two forms: then it stands in the release's place. */
type Address =
  | { readonly release: string; readonly cluster?: string }
  | { readonly release: string; readonly problem: string };

/**
 * Reads every release bundle of the intake bucket. A bundle that cannot be read, or whose key says no release, is
 * returned with its problems: it makes that release unknown and leaves the others alone. Throws only what S3 throws.
 */
export async function readReleases(bucket: string, intake: ObjectStore): Promise<readonly ReleaseBundle[]> {
  const keys = (
    await Promise.all([
      intake.list(layout.releaseBundles.of()),
      intake.list(layout.clusterReleaseBundles.of()),
    ])
  ).flat();
  const bundles = await pMap(
    keys.filter((key) => !key.endsWith('/')),
    (key) => readRelease(key, `s3://${bucket}/${key}`, intake),
    { concurrency: BUNDLE_CONCURRENCY },
  );
  return bundles.filter((bundle) => bundle !== undefined).map(refuseRivals);
}

async function readRelease(
  key: string,
  source: string,
  intake: ObjectStore,
): Promise<ReleaseBundle | undefined> {
  const address = addressOf(key);
  const bundle = {
    release: address.release,
    source,
    ...('cluster' in address && address.cluster !== undefined ? { cluster: address.cluster } : {}),
  };
  if ('problem' in address) return { ...bundle, documents: [], problems: [address.problem] };
  try {
    const object = await intake.get(key, { maxBytes: MAX_BUNDLE_BYTES });
    // Removed since it was listed: then it is no longer available.
    if (object === undefined) return undefined;
    const { problems, ...content } = await readDocuments(key, object.bytes);
    // Nothing is compared with what cannot be used.
    const usable = problems.length === 0 ? content : { ...content, documents: [], gates: [] };
    return { ...bundle, ...usable, problems: boundedTexts(problems) };
  } catch (error) {
    if (error instanceof BundleRejected)
      return { ...bundle, documents: [], problems: error.problems.map(formatProblem) };
    if (error instanceof ObjectTooLarge) return { ...bundle, documents: [], problems: [error.message] };
    if (isAwsError(error, ...NOT_HANDED_OUT)) {
      const problem = `S3 does not hand it out (${error.name}: ${error.message}). Upload it anew, in a storage class that can be read at once and without a key of your own.`;
      return { ...bundle, documents: [], problems: boundedTexts([problem]) };
    }
    throw error;
  }
}

/** Which release, and which cluster if it is for one, a key is for. */
export function addressOf(key: string): Address {
  const named: { release: string; cluster?: string } | undefined =
    OF_THE_FLEET.parse(key) ?? OF_A_CLUSTER.parse(key);
  const release = named && releaseName(named.release);
  // Not the release it may end in: a file that lies in the wrong place must not speak for the fleet.
  if (named === undefined || named.cluster === '' || release === undefined)
    return { release: stripEnding(key), problem: `The key ${key} is not of the form ${FORMS}.` };
  return { ...named, release };
}

type Content = Pick<ReleaseBundle, 'documents' | 'gates' | 'ignored' | 'problems'>;

async function readDocuments(key: string, bytes: Uint8Array): Promise<Content> {
  const budget = yamlBudget();
  const files = await readBundleFiles(key, bytes);
  const parsed = files
    .filter(({ path }) => /\.ya?ml$/i.test(path))
    .map(({ path, bytes: file }) => readYamlDocuments(path, file, budget));
  const all = parsed.flatMap((file) => file.documents).flatMap(expandList);
  const documents = all.filter(({ value }) => kindOf(value) === 'CredentialsRequest');
  const problems = parsed.flatMap((file) => file.problems);
  const selections = FEATURE_SETS.map((featureSet) => selectRequests(documents, anyClusterOf(featureSet)));
  const [first = [], ...others] = selections.map((selection) => selection.problems.map(formatProblem));
  const sets = others.map((texts) => new Set(texts));
  // What is wrong for the clusters of one feature set only is said there.
  const always = first.filter((problem) => sets.every((texts) => texts.has(problem)));
  return {
    documents,
    gates: gatesNamedBy(documents, all),
    ignored: ignoredOf(
      files.map(({ path }) => path),
      all,
    ),
    problems: [
      ...problems.map(formatProblem),
      ...always,
      ...(problems.length === 0 &&
      selections.every(
        ({ requests, unclear, problems: wrong }) => requests.length + unclear.length + wrong.length === 0,
      )
        ? ['The bundle holds no CredentialsRequest for AWS.']
        : []),
    ],
  };
}

/** A cluster of which no more is known than its feature set. */
function anyClusterOf(featureSet: FeatureSet): InclusionTarget {
  return { featureSet, gate: () => undefined, capability: () => true };
}

/** A release has over a hundred gates, and its requests name a few. */
function gatesNamedBy(
  requests: readonly SourceDocument[],
  documents: readonly SourceDocument[],
): FeatureGateManifest[] {
  const named = new Set(requests.flatMap(({ value }) => gatesOf(value)).map(({ name }) => name));
  return documents
    .flatMap(({ value }) => readFeatureGates(value))
    .map((manifest) => ({ ...manifest, enabled: manifest.enabled.filter((gate) => named.has(gate)) }));
}

const READ_KINDS = ['CredentialsRequest', 'FeatureGate'];
const MAX_IGNORED = 20;

/**
 * What a release bundle holds besides: an install-config.yaml with its pull secret may be among it, so that nothing of
 * it goes any further than its name.
 */
function ignoredOf(paths: readonly string[], documents: readonly SourceDocument[]): string[] {
  const read = new Set(
    documents.filter(({ value }) => READ_KINDS.includes(kindOf(value) ?? '')).map(({ file }) => file),
  );
  const ignored = paths.filter((path) => !read.has(path)).sort();
  return ignored.length <= MAX_IGNORED
    ? ignored
    : [...ignored.slice(0, MAX_IGNORED), `and ${ignored.length - MAX_IGNORED} more files`];
}

function kindOf(value: unknown): string | undefined {
  const kind = (value as { readonly kind?: unknown } | null | undefined)?.kind;
  return typeof kind === 'string' ? kind : undefined;
}

/** How many requests for AWS a bundle has for a cluster of the default feature set, those among them that it may not be for. */
export function countRequests({ documents }: Pick<ReleaseBundle, 'documents'>): number {
  const { requests, unclear } = selectRequests(documents, anyClusterOf('Default'));
  return requests.length + unclear.length;
}

/** Of several bundles that claim one release for the same clusters nobody knows which is right, so none counts. */
function refuseRivals(bundle: ReleaseBundle, _: number, all: readonly ReleaseBundle[]): ReleaseBundle {
  const rivals = all.filter(
    ({ release, cluster }) => sameRelease(release, bundle.release) && cluster === bundle.cluster,
  );
  if (rivals.length === 1) return bundle;
  const sources = rivals.map(({ source }) => source).sort();
  return {
    ...bundle,
    documents: [],
    problems: [
      `${new Intl.ListFormat('en').format(sources)} are for the same release, so none of them counts. Keep the right one.`,
    ],
  };
}
