import { type BundleFile, readBundleFiles } from '../../core/bundle/read-archive.ts';
import { boundedProblems, told } from '../../core/domain/bounded-problems.ts';
import type { CredentialsRequest, SkippedDocument } from '../../core/domain/credentials-request.ts';
import type { Placement } from '../../core/domain/desired-state.ts';
import { BundleRejected } from '../../core/domain/errors.ts';
import { roleName } from '../../core/domain/names.ts';
import type { StatementEntry } from '../../core/domain/policy-document.ts';
import { DEFAULT_RULES, widenRules } from '../../core/domain/policy-guard.ts';
import { type Problem, type RejectionName, rejectionName } from '../../core/domain/problem.ts';
import { readWithRequests, type WithRequests } from '../../core/usecases/prepare/read-bundle.ts';
import { defined } from '../../core/util/defined.ts';
import { memoize } from '../../core/util/memoize.ts';
import type { Said } from './arguments.ts';
import { linesOf } from './position.ts';
import { withSaid } from './said-of-cluster.ts';
import type { Upload } from './upload.ts';

/** What the pipeline would say of a bundle. */
export interface CheckedBundle {
  readonly accepted: boolean;
  /** How the execution would end. */
  readonly error?: RejectionName;
  /** As far as the bundle says it and nothing is wrong with it. */
  readonly cluster: {
    readonly name?: string;
    readonly region?: string;
    readonly release?: string;
    readonly featureSet?: string;
  };
  /** Those that count. */
  readonly requests: readonly CheckedRequest[];
  readonly skipped: readonly SkippedDocument[];
  readonly warnings: readonly string[];
  readonly problems: readonly PlacedProblem[];
}

export interface CheckedRequest {
  readonly file?: string;
  readonly document?: number;
  /** Where in the document it stands, when that is a List. */
  readonly field?: string;
  readonly request: string;
  /** Namespace and name, with a slash between. */
  readonly secret: string;
  readonly serviceAccounts: readonly string[];
  /** The role that would be made. Its name begins with `<cluster>` where the cluster's is not known. */
  readonly role: string;
  readonly statements: readonly CheckedStatement[];
}

export interface CheckedStatement {
  readonly effect: StatementEntry['effect'];
  readonly action: readonly string[];
  readonly resource: string;
  /** The condition as JSON. */
  readonly condition?: string;
}

export type PlacedProblem = Problem & { readonly line?: number };

const CLUSTER_UNKNOWN = '<cluster>';

/** The deployment's account is not known here: it is taken to be that of the identity provider which cluster.yaml names. */
const PROVIDER = /arn:(aws[a-z-]*):iam::(\d{12}):oidc-provider\//;
const ANYWHERE: Placement = { iamPartition: 'aws', accountId: '000000000000' };

/** Reads a bundle as ReadBundle does below `prepare/`, of an account of which nothing is known. Never throws for what it holds. */
export async function checkBundle({ fileName, bytes }: Upload, said: Said): Promise<CheckedBundle> {
  let given: readonly BundleFile[];
  try {
    given = await readBundleFiles(fileName, bytes);
  } catch (error) {
    if (!(error instanceof BundleRejected)) throw error;
    const reading = { problems: boundedProblems(error.problems), skipped: [], warnings: [] };
    return checked({ reading, requests: [] }, []);
  }
  const { files, problems } = withSaid(given, said);
  const { reading, requests } = readWithRequests(files, {
    run: 'check',
    bundle: { bucket: 'not uploaded', key: keyOf(fileName, said) },
    rules: {},
    guard: said.additions === undefined ? DEFAULT_RULES : widenRules(DEFAULT_RULES, said.additions),
    placement: placementOf(files),
  });
  const all = { ...reading, problems: [...problems, ...reading.problems] };
  return checked({ reading: all, requests }, given);
}

function checked({ reading, requests }: WithRequests, files: readonly BundleFile[]): CheckedBundle {
  const { desired, clusterName, problems, skipped, warnings } = reading;
  const { name = clusterName, region, release, featureSet } = desired?.cluster ?? {};
  const accepted = problems.length === 0;
  const lineIn = lineFinder(files);
  return {
    accepted,
    ...(accepted ? {} : { error: rejectionName(problems) }),
    cluster: defined({ name, region, release, featureSet }),
    requests: requests.map((request) => checkedRequest(request, name ?? CLUSTER_UNKNOWN)),
    skipped,
    warnings,
    problems: problems.map((problem) => ({ ...problem, ...defined({ line: lineIn(problem) }) })),
  };
}

/** Whatever it says may be a key in the wrong place. */
function checkedRequest(
  { source, name, secretRef, serviceAccountNames, statements }: CredentialsRequest,
  cluster: string,
): CheckedRequest {
  const { file, document, field } = source;
  return {
    ...defined({ file: file && told(file), document, field }),
    request: told(name),
    secret: told(`${secretRef.namespace}/${secretRef.name}`),
    serviceAccounts: serviceAccountNames.map(told),
    role: roleName(cluster, secretRef),
    statements: statements.map(({ effect, action, resource, policyCondition }) => ({
      effect,
      action: action.map(told),
      resource: told(resource),
      ...(policyCondition === undefined ? {} : { condition: told(JSON.stringify(policyCondition)) }),
    })),
  };
}

/** Finds the line of a problem. Those of the YAML itself say theirs; those of files that are no YAML have none. */
function lineFinder(files: readonly BundleFile[]): (problem: Problem) => number | undefined {
  const byPath = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const linesIn = memoize((path) => linesOf(Buffer.from(byPath.get(path) ?? []).toString('utf8')));
  return ({ code, file, document = 1, field }) => {
    const isOfYaml = code === 'YamlMalformed' || code === 'YamlTooComplex';
    return isOfYaml || file === undefined || !/\.(ya?ml|json)$/i.test(file)
      ? undefined
      : linesIn(file)(document, field);
  };
}

function keyOf(fileName: string, { name, region }: Said): string {
  const ending = /\.(tar\.gz|[^.]+)$/i.exec(fileName)?.[0] ?? '';
  return name === undefined ? `prepare/${fileName}` : `prepare/${region}/${name}${ending}`;
}

function placementOf(files: readonly BundleFile[]): Placement {
  const config = files.find(({ path }) => /(^|\/)cluster\.ya?ml$/i.test(path));
  const [, iamPartition, accountId] =
    PROVIDER.exec(Buffer.from(config?.bytes.subarray(0, 100_000) ?? []).toString('utf8')) ?? [];
  return iamPartition === undefined || accountId === undefined ? ANYWHERE : { iamPartition, accountId };
}
