import type { BundleFile } from '../../bundle/read-archive.ts';
import { readYamlDocuments, yamlBudget } from '../../bundle/read-yaml.ts';
import type { IdentitySources } from '../../domain/cluster-claims.ts';
import type { SourceDocument } from '../../domain/credentials-request.ts';
import type { Problem } from '../../domain/problem.ts';

/** The YAML documents of a bundle, by what they are read for. */
export interface SortedDocuments {
  readonly documents: readonly SourceDocument[];
  readonly clusterConfigs: readonly NonNullable<IdentitySources['clusterConfig']>[];
  readonly installConfigs: readonly NonNullable<IdentitySources['installConfig']>[];
  /** A configuration was found that is not YAML. */
  readonly unreadable: boolean;
  readonly problems: Problem[];
}

/** Parses the YAML files of a bundle. */
export function sortDocuments(files: readonly BundleFile[]): SortedDocuments {
  const budget = yamlBudget();
  const documents: SourceDocument[] = [];
  const clusterConfigs: { file: string; value: unknown }[] = [];
  const installConfigs: { file: string; value: unknown }[] = [];
  const problems: Problem[] = [];
  let unreadable = false;
  for (const { path, bytes } of files) {
    if (!/\.ya?ml$/i.test(path)) continue;
    const parsed = readYamlDocuments(path, bytes, budget);
    for (const problem of parsed.problems) problems.push(problem);
    const configs = { 'cluster.yaml': clusterConfigs, 'install-config.yaml': installConfigs }[
      baseName(path).replace(/\.yml$/i, '.yaml')
    ];
    const isConfig = ({ document = 1 }: { readonly document?: number }) =>
      configs !== undefined && document === 1;
    for (const document of parsed.documents) if (!isConfig(document)) documents.push(document);
    if (parsed.problems.some(isConfig)) unreadable = true;
    else configs?.push({ file: path, value: parsed.documents.find(isConfig)?.value });
  }
  return { documents, clusterConfigs, installConfigs, unreadable, problems };
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
