import pMap from 'p-map';
import { isRefusedObject } from '../../aws/errors.ts';
import { type ObjectStore, ObjectTooLarge } from '../../aws/object-store.ts';
import { MAX_BUNDLE_BYTES, MAX_YAML_TOKENS } from '../../bundle/limits.ts';
import { ofAnotherMinor, payloadReleases, type SaidRelease } from '../../bundle/payload-release.ts';
import { readBundleFiles } from '../../bundle/read-archive.ts';
import { readManifests } from '../../bundle/read-manifests.ts';
import { type YamlBudget, yamlBudget } from '../../bundle/yaml-value.ts';
import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import { boundedTexts, told } from '../../domain/bounded-problems.ts';
import { stripEnding } from '../../domain/bundle-endings.ts';
import { selectRequests } from '../../domain/credentials-request.ts';
import { BundleRejected } from '../../domain/errors.ts';
import { FEATURE_SETS, type FeatureSet } from '../../domain/feature-set.ts';
import { mapping } from '../../domain/field-reader.ts';
import { gatesOf, type InclusionTarget } from '../../domain/inclusion/belonging.ts';
import { type FeatureGateManifest, readFeatureGates } from '../../domain/inclusion/feature-gates.ts';
import { OPERATIONS } from '../../domain/operations.ts';
import { formatProblem } from '../../domain/problem.ts';
import { releaseKey, releaseName } from '../../domain/release.ts';
import { expandLists, type SourceDocument } from '../../domain/source-document.ts';
import * as layout from '../../storage/layout.ts';
import { grouped } from '../../util/grouped.ts';

const [OF_THE_FLEET] = OPERATIONS.releases.keys;
const [OF_A_CLUSTER] = OPERATIONS.audit.keys;
const FORMS = `${OF_THE_FLEET.text}.tgz or ${OF_A_CLUSTER.text}.tgz, e.g. ${OF_THE_FLEET.format({ release: '4.20.3' }, '.tgz')}`;
/** Each of them may be held in memory with all that it expands to. */
const BUNDLE_CONCURRENCY = 2;

/** Tokens of YAML that any bundle may have: seven times those of all requests of a release. */
const TOKENS_OF_EACH = 200_000;
/** What those that need more may have besides, each up to the limit of an upload; the payload of a release has a million. */
const TOKENS_OF_ALL = 6_000_000;

/**
 * Characters of the requests of one bundle, as JSON. Those of a release have 160,000 with all clouds and feature sets;
 * what an audit says of a bundle grows with it, and its report is for people.
 */
const MAX_REQUESTS_CHARACTERS = 384 * 1024;

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
  const read = (key: string, tokens: number) => readRelease(key, `s3://${bucket}/${key}`, intake, tokens);
  const first = await pMap(
    keys.filter((key) => !key.endsWith('/')),
    async (key) => ({ key, ...(await read(key, TOKENS_OF_EACH)) }),
    { concurrency: BUNDLE_CONCURRENCY },
  );
  // Those that take long come last, and until their time is up: nobody's bundle keeps those of others from being read.
  let left = TOKENS_OF_ALL;
  const bundles: ReleaseBundle[] = [];
  for (const { key, bundle, needsMore } of first) {
    const again =
      needsMore === true && left > 0 ? await read(key, Math.min(left, MAX_YAML_TOKENS)) : undefined;
    left -= again?.tokens ?? 0;
    const found = again === undefined ? bundle : again.bundle;
    if (found !== undefined) bundles.push(found);
  }
  return refuseRivals(bundles);
}

interface ReadRelease {
  /** Absent when it was removed since it was listed: then it is no longer available. */
  readonly bundle?: ReleaseBundle;
  /** Whether it has more tokens than it was given. */
  readonly needsMore?: boolean;
  /** Those that were read. */
  readonly tokens?: number;
}

async function readRelease(
  key: string,
  source: string,
  intake: ObjectStore,
  tokens: number,
): Promise<ReadRelease> {
  const address = addressOf(key);
  const bundle = {
    release: told(address.release),
    source: told(source),
    ...('cluster' in address && address.cluster !== undefined ? { cluster: address.cluster } : {}),
  };
  const unusable = (problems: readonly string[]) => ({
    bundle: { ...bundle, documents: [], problems: boundedTexts(problems) },
  });
  if ('problem' in address) return unusable([address.problem]);
  const object = await fetchBundle(key, intake);
  if (object === undefined) return {};
  if (typeof object === 'string') return unusable([object]);
  const budget = { ...yamlBudget(), tokens };
  try {
    const { problems, ...content } = await readDocuments(key, address.release, object.bytes, budget);
    // Nothing is compared with what cannot be used.
    const usable = problems.length === 0 ? content : { ...content, documents: [], gates: [] };
    return {
      bundle: { ...bundle, ...usable, problems: boundedTexts(problems) },
      needsMore: budget.tokens < 0,
      tokens: tokens - budget.tokens,
    };
  } catch (error) {
    if (error instanceof BundleRejected) return unusable(error.problems.map(formatProblem));
    // No such bundle is known; of one that nobody thought of, the release is unknown and the audit goes on.
    return unusable([`It cannot be read (${error instanceof Error ? error.name : 'unknown error'}).`]);
  }
}

/** The object; a text says why it is not handed out; undefined when there is none any more. Throws when S3 is not there. */
async function fetchBundle(
  key: string,
  intake: ObjectStore,
): Promise<{ bytes: Uint8Array } | string | undefined> {
  try {
    return await intake.get(key, { maxBytes: MAX_BUNDLE_BYTES });
  } catch (error) {
    if (error instanceof ObjectTooLarge) return error.message;
    if (!isRefusedObject(error)) throw error;
    const { name, message } = error as Error;
    return `S3 does not hand it out (${name}: ${message}). Upload it anew, in a storage class that can be read at once and without a key of your own.`;
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

async function readDocuments(
  key: string,
  release: string,
  bytes: Uint8Array,
  budget: YamlBudget,
): Promise<Content> {
  const files = await readBundleFiles(key, bytes);
  const parsed = readManifests(files, () => false, budget);
  const { documents: all, problems: tooMany } = expandLists(parsed.flatMap((file) => file.documents));
  const documents = all.filter(({ value }) => kindOf(value) === 'CredentialsRequest');
  const problems = [...parsed.flatMap((file) => file.problems), ...tooMany];
  const gates = gatesNamedBy(documents, all);
  const length = JSON.stringify([documents, gates]).length;
  if (length > MAX_REQUESTS_CHARACTERS)
    return { documents: [], problems: [...problems.map(formatProblem), tooLong(length)] };
  const selections = FEATURE_SETS.map((featureSet) => selectRequests(documents, anyClusterOf(featureSet)));
  const [first = [], ...others] = selections.map((selection) => selection.problems.map(formatProblem));
  const sets = others.map((texts) => new Set(texts));
  // What is wrong for the clusters of one feature set only is said there.
  const always = first.filter((problem) => sets.every((texts) => texts.has(problem)));
  return {
    documents,
    gates,
    ignored: ignoredOf(
      files.map(({ path }) => path),
      all,
    ),
    problems: [
      ...ofAnotherMinor([...payloadReleases(files), ...configReleases(all)], release).map(
        (said) =>
          `${told(said.file)} says that it is of release ${told(said.release)}, and the key says ${release}. Put the bundle of ${release} there.`,
      ),
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

/** What a cluster.yaml among the requests says, as of a bundle that was made to prepare a cluster. */
function configReleases(documents: readonly SourceDocument[]): readonly SaidRelease[] {
  return documents.flatMap(({ file, value }) => {
    const { release } = mapping(value);
    return /(^|\/)cluster\.ya?ml$/i.test(file) && typeof release === 'string' ? { file, release } : [];
  });
}

function tooLong(length: number): string {
  return `Its CredentialsRequests and FeatureGates have ${length} characters; an audit compares ${MAX_REQUESTS_CHARACTERS}. Leave out what is not of the release.`;
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
  const ignored = paths
    .filter((path) => !read.has(path))
    .sort()
    .map(told);
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
function refuseRivals(bundles: readonly ReleaseBundle[]): ReleaseBundle[] {
  const groups = grouped(bundles, ({ release, cluster }) => JSON.stringify([releaseKey(release), cluster]));
  const rivals = new Map(groups.flatMap(([, group]) => group.map((bundle) => [bundle, group] as const)));
  return bundles.map((bundle) => {
    const sources = (rivals.get(bundle) ?? []).map(({ source }) => source).sort();
    if (sources.length === 1) return bundle;
    const problem = `${new Intl.ListFormat('en').format(sources)} are for the same release, so none of them counts. Keep the right one.`;
    return { ...bundle, documents: [], problems: boundedTexts([problem]) };
  });
}
