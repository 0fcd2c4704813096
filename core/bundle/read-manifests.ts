import { isMapping } from '../domain/field-reader.ts';
import type { Problem } from '../domain/problem.ts';
import type { BundleFile } from './collect-files.ts';
import { mayBeReadIn } from './mentions.ts';
import { readJsonDocuments, readYamlDocuments, type YamlReading } from './read-yaml.ts';
import { type YamlBudget, yamlBudget } from './yaml-value.ts';

/** What one YAML or JSON file of a bundle holds. */
export interface ManifestFile extends Pick<YamlReading, 'documents'> {
  readonly path: string;
  /** Of documents that may be for us. */
  readonly problems: readonly Problem[];
  /** Documents, or the file, that are not for us and were not read, with the reason. */
  readonly unread: readonly {
    readonly file: string;
    readonly document?: number;
    readonly reason: string;
    /** What is wrong with it; undefined when it was not looked at. */
    readonly problem?: Problem;
  }[];
}

/**
 * Bundles with more YAML than this are whole payloads, of which a twentieth is for us. A file of them that mentions nothing
 * which is read is not parsed; Kubernetes would find no CredentialsRequest in it either.
 */
const PAYLOAD_BYTES = 1024 * 1024;

/**
 * Reads the YAML and JSON files of a bundle, in their order. A broken document that mentions nothing which is read is left
 * aside: releases ship a Deployment with a key twice, and templates that are no YAML before they are filled in.
 *
 * @param isConfig Whether a file is read whatever it mentions.
 */
export function readManifests(
  files: readonly BundleFile[],
  isConfig: (path: string) => boolean,
  budget: YamlBudget = yamlBudget(),
): ManifestFile[] {
  const manifests = files.filter(({ path }) => /\.(ya?ml|json)$/i.test(path));
  const size = manifests.reduce((sum, { path, bytes }) => sum + (isJson(path) ? 0 : bytes.length), 0);
  const read = manifests.flatMap(({ path, bytes }): ManifestFile[] => {
    const isLarge = size > PAYLOAD_BYTES && !isConfig(path);
    if ((isJson(path) || isLarge) && !mayBeReadIn(bytes))
      return [{ ...NOTHING, path, unread: [{ file: path, reason: 'mentions no CredentialsRequest' }] }];
    if (isJson(path)) {
      const { idle: _, ...reading } = readJsonDocuments(path, bytes, budget);
      return [{ path, ...reading, unread: [] }];
    }
    const { idle, problems, ...reading } = readYamlDocuments(path, bytes, budget);
    const isIdle = (problem: Problem) => !isConfig(path) && idle.has(problem);
    return [
      {
        path,
        ...reading,
        problems: problems.filter((problem) => !isIdle(problem)),
        unread: problems.filter(isIdle).map((problem) => ({
          file: path,
          ...(problem.document === undefined ? {} : { document: problem.document }),
          reason: 'not YAML, and no CredentialsRequest',
          problem,
        })),
      },
    ];
  });
  // Where there is no request, what is broken may be why.
  return read.some(({ documents }) => documents.some(isRequest)) ? read : read.map(withAllProblems);
}

function isRequest({ value }: { readonly value: unknown }): boolean {
  const kind = isMapping(value) ? value['kind'] : undefined;
  return kind === 'CredentialsRequest' || kind === 'CredentialsRequestList' || kind === 'List';
}

function withAllProblems({ problems, unread, ...file }: ManifestFile): ManifestFile {
  return {
    ...file,
    problems: [...problems, ...unread.flatMap(({ problem }) => problem ?? [])],
    unread: unread.filter(({ problem }) => problem === undefined),
  };
}

const NOTHING = { documents: [], problems: [] };

function isJson(path: string): boolean {
  return /\.json$/i.test(path);
}
