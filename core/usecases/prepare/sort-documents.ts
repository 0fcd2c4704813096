import type { BundleFile } from '../../bundle/read-archive.ts';
import { readManifests } from '../../bundle/read-manifests.ts';
import type { IdentitySources } from '../../domain/cluster-claims.ts';
import type { ConfigSource } from '../../domain/config-texts.ts';
import type { SkippedDocument } from '../../domain/credentials-request.ts';
import { isMapping } from '../../domain/field-reader.ts';
import { formatLocation, type Problem } from '../../domain/problem.ts';
import type { SourceDocument } from '../../domain/source-document.ts';
import { defined } from '../../util/defined.ts';

/** The documents of a bundle, by what they are read for. */
export interface SortedDocuments {
  readonly documents: readonly SourceDocument[];
  readonly clusterConfigs: readonly NonNullable<IdentitySources['clusterConfig']>[];
  readonly installConfigs: readonly NonNullable<IdentitySources['installConfig']>[];
  readonly skipped: readonly SkippedDocument[];
  readonly warnings: readonly string[];
  /** Those of them about configurations under another name. */
  readonly backups: readonly string[];
  readonly problems: Problem[];
}

const CONFIGS = ['cluster.yaml', 'install-config.yaml'] as const;

/** Parses the manifests of a bundle. */
export function sortDocuments(files: readonly BundleFile[]): SortedDocuments {
  const documents: SourceDocument[] = [];
  const configs: Record<(typeof CONFIGS)[number], ConfigSource[]> = {
    'cluster.yaml': [],
    'install-config.yaml': [],
  };
  const skipped: SkippedDocument[] = [];
  const warnings: string[] = [];
  const problems: Problem[] = [];
  const manifests = readManifests(files, (path) => configName(path) !== undefined);
  for (const { path, unread, ...file } of manifests) {
    for (const problem of file.problems) problems.push(problem);
    for (const { problem, ...left } of unread) {
      skipped.push(left);
      if (problem !== undefined)
        warnings.push(`${formatLocation(left)}: ${problem.message} It was not read.`);
    }
    const name = configName(path);
    // One that is empty may stand before it: a file that begins with --- and a comment has two.
    const first = file.documents.find(({ value }) => value !== null) ?? file.documents[0];
    const number = first?.document ?? 1;
    const unreadable = file.problems.some(({ document = 1 }) => document <= number);
    if (name === undefined || (!unreadable && isOfAnotherTool(name, first?.value))) {
      if (name !== undefined) warnings.push(ofAnotherTool(path, first?.value));
      for (const document of file.documents) documents.push(document);
      continue;
    }
    for (const document of file.documents)
      if (unreadable || document.document > number) documents.push(document);
    const { value, rewritten } = first ?? {};
    configs[name].push({
      file: path,
      ...(unreadable ? { value: undefined, unreadable } : { value, ...defined({ rewritten }) }),
    });
  }
  const objects = new Set(documents.flatMap(({ file, value }) => (isObject(value) ? file : [])));
  const backups = backupsOf(
    files.filter(({ path }) => !objects.has(path)),
    configs,
  );
  return {
    documents,
    clusterConfigs: configs['cluster.yaml'],
    installConfigs: configs['install-config.yaml'],
    skipped,
    warnings: [...warnings, ...backups, ...otherEndings(files)],
    backups,
    problems,
  };
}

/** The configuration that a file is by its name. */
export function configName(path: string): (typeof CONFIGS)[number] | undefined {
  const name = baseName(path).replace(/\.yml$/i, '.yaml');
  return CONFIGS.find((each) => each === name);
}

/** Hive, ACM and GitOps keep Kubernetes objects in files of the same name; ours has neither apiVersion nor kind. */
export function isOfAnotherTool(name: (typeof CONFIGS)[number], value: unknown): boolean {
  return name === 'cluster.yaml' && isObject(value);
}

/** Of Kubernetes. */
function isObject(value: unknown): boolean {
  return isMapping(value) && 'apiVersion' in value && 'kind' in value;
}

function ofAnotherTool(path: string, value: unknown): string {
  const kind =
    isMapping(value) && typeof value['kind'] === 'string' ? value['kind'].slice(0, 80) : 'an object';
  return `${path}: is of another tool (kind ${kind}), and says nothing here. What this pipeline reads under that name has name and region at its top.`;
}

/** Files that look like a configuration under another name, where there is none under the right one. */
function backupsOf(
  files: readonly BundleFile[],
  found: Readonly<Record<string, readonly unknown[]>>,
): string[] {
  return files.flatMap(({ path }) => {
    const [, stem = ''] =
      /^(install-config|cluster)\b.*\.(ya?ml|json|bak|backup|orig|old|save|txt)(~|\.\d+)?$/i.exec(
        baseName(path),
      ) ?? [];
    const name = `${stem.toLowerCase()}.yaml`;
    if (configName(path) !== undefined || found[name]?.length !== 0) return [];
    return [`${path}: is not read under this name. If it is the cluster's, call it ${name}.`];
  });
}

/** Files with a request in them whose ending says that they are something else; ccoctl reads these too. */
function otherEndings(files: readonly BundleFile[]): string[] {
  return files
    .filter(({ path, bytes }) => !/\.(ya?ml|json)$/i.test(path) && seemsToHoldRequest(bytes))
    .map(
      ({ path }) =>
        `${path}: seems to hold a CredentialsRequest, and is not read under this name. If it counts, give it the ending .yaml or .json.`,
    );
}

/** Only what has the word becomes text: other files may be of any size. */
function seemsToHoldRequest(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    all.includes('CredentialsRequest') &&
    /\bkind["']?[ \t]*:[ \t]*["']?CredentialsRequest/.test(all.toString('latin1'))
  );
}

/** A second configuration of one kind is a problem. */
export function oneOnly(name: string, found: readonly { readonly file: string }[]): Problem[] {
  return found.slice(1).map(({ file }) => ({
    code: 'ClusterIdentityConflict',
    file,
    message: `The bundle holds a second ${name}, beside ${found[0]?.file}.`,
    remedy: 'Keep one.',
  }));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
