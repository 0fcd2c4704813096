import pMap from 'p-map';
import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { MAX_BUNDLE_BYTES } from '../../bundle/limits.ts';
import { readBundleFiles } from '../../bundle/read-archive.ts';
import { readYamlDocuments, yamlBudget } from '../../bundle/read-yaml.ts';
import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { expandList, type SourceDocument, selectRequests } from '../../domain/credentials-request.ts';
import { BundleRejected } from '../../domain/errors.ts';
import { FEATURE_SETS } from '../../domain/feature-set.ts';
import { stripEnding } from '../../domain/key-form.ts';
import { OPERATIONS } from '../../domain/operations.ts';
import { formatProblem } from '../../domain/problem.ts';
import { parseRelease, sameRelease } from '../../domain/release.ts';
import * as layout from '../../storage/layout.ts';

const [OF_THE_FLEET] = OPERATIONS.releases.keys;
const [OF_A_CLUSTER] = OPERATIONS.audit.keys;
const FORMS = `${OF_THE_FLEET.text}.tgz or ${OF_A_CLUSTER.text}.tgz, e.g. ${OF_THE_FLEET.format({ release: '4.20.3' }, '.tgz')}`;
const BUNDLE_CONCURRENCY = 4;

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
  return bundles.filter((bundle) => bundle !== undefined).map(refuseSecond);
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
    return { ...bundle, ...(await readDocuments(key, object.bytes)) };
  } catch (error) {
    if (error instanceof BundleRejected)
      return { ...bundle, documents: [], problems: error.problems.map(formatProblem) };
    if (error instanceof ObjectTooLarge) return { ...bundle, documents: [], problems: [error.message] };
    throw error;
  }
}

/** Which release, and which cluster if it is for one, a key is for. */
export function addressOf(key: string): Address {
  const named: { release: string; cluster?: string } | undefined =
    OF_THE_FLEET.parse(key) ?? OF_A_CLUSTER.parse(key);
  // Not the release it may end in: a file that lies in the wrong place must not speak for the fleet.
  if (named === undefined || named.cluster === '' || parseRelease(named.release) === undefined)
    return { release: stripEnding(key), problem: `The key ${key} is not of the form ${FORMS}.` };
  return named;
}

async function readDocuments(
  key: string,
  bytes: Uint8Array,
): Promise<Pick<ReleaseBundle, 'documents' | 'problems'>> {
  const budget = yamlBudget();
  const parsed = (await readBundleFiles(key, bytes))
    .filter(({ path }) => /\.ya?ml$/i.test(path))
    .map(({ path, bytes: file }) => readYamlDocuments(path, file, budget));
  const documents = parsed.flatMap((file) => file.documents).flatMap(requestsOnly);
  const problems = parsed.flatMap((file) => file.problems);
  const selections = FEATURE_SETS.map((featureSet) => selectRequests(documents, featureSet));
  const [first = [], ...others] = selections.map((selection) => selection.problems.map(formatProblem));
  // What is wrong for the clusters of one feature set only is said there.
  const always = first.filter((problem) => others.every((all) => all.includes(problem)));
  return {
    documents,
    problems: [
      ...problems.map(formatProblem),
      ...always,
      ...(problems.length === 0 &&
      selections.every(({ requests, problems: wrong }) => requests.length + wrong.length === 0)
        ? ['The bundle holds no CredentialsRequest for AWS.']
        : []),
    ],
  };
}

/**
 * The CredentialsRequests among the documents. A bundle may bring other things, an install-config.yaml with its pull
 * secret among them; they go no further.
 */
function requestsOnly(source: SourceDocument): SourceDocument[] {
  return expandList(source).filter(
    ({ value }) => (value as { readonly kind?: unknown } | null | undefined)?.kind === 'CredentialsRequest',
  );
}

function refuseSecond(bundle: ReleaseBundle, index: number, all: readonly ReleaseBundle[]): ReleaseBundle {
  const first = all.findIndex(
    ({ release, cluster }) => sameRelease(release, bundle.release) && cluster === bundle.cluster,
  );
  const other = all[first];
  if (first === index || other === undefined) return bundle;
  return {
    ...bundle,
    documents: [],
    problems: [`${other.source} is for the same release, and counts. Keep one of the two.`],
  };
}
