import { isMap, parseDocument, type YAMLMap } from 'yaml';
import type { BundleFile } from '../../core/bundle/read-archive.ts';
import type { Problem } from '../../core/domain/problem.ts';
import { configName, isOfAnotherTool } from '../../core/usecases/prepare/sort-documents.ts';
import type { Said } from './arguments.ts';

/** Where problems say that the options stand, when the bundle has no cluster.yaml of its own. */
const OPTIONS_FILE = 'options of this command/cluster.yaml';

/** The files with what the caller says of the cluster in cluster.yaml, where nothing stands against it. */
export function withSaid(
  files: readonly BundleFile[],
  { release, featureSet }: Said,
): { readonly files: readonly BundleFile[]; readonly problems: readonly Problem[] } {
  const said = Object.entries({ release, featureSet }).filter((each): each is [string, string] =>
    Boolean(each[1]),
  );
  if (said.length === 0) return { files, problems: [] };
  const index = files.findIndex(isClusterConfig);
  const file = files[index];
  if (file === undefined) {
    const bytes = Buffer.from(said.map((each) => `${lineOf(each)}\n`).join(''));
    return { files: [...files, { path: OPTIONS_FILE, bytes }], problems: [] };
  }
  const text = textOf(file);
  const contents = firstMap(text);
  const start = contents?.range?.[0];
  // What is wrong with the file, the pipeline says.
  if (contents === undefined || start === undefined) return { files, problems: [] };
  const problems = said.flatMap(([field, value]): Problem[] => {
    const has: unknown = contents.get(field);
    return has === undefined || String(has) === value
      ? []
      : [
          {
            code: 'ClusterIdentityConflict',
            file: file.path,
            document: 1,
            field,
            message: `It says otherwise than the option: ${value}.`,
            remedy: 'Make them agree, or leave the option out.',
          },
        ];
  });
  const missing = said.filter(([field]) => !contents.has(field)).map(lineOf);
  // Everything else stays as it is written: how a number is spelt decides what the pipeline makes of it.
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const added = contents.flow
    ? `{ ${missing.map((line) => `${line}, `).join('')}${text.slice(start + 1)}`
    : `${missing.map((line) => `${line}\n${indent}`).join('')}${text.slice(start)}`;
  const bytes = Buffer.from(text.slice(0, start) + added);
  return { files: files.with(index, { path: file.path, bytes }), problems };
}

/** Whether a file is the cluster.yaml that this pipeline reads. */
function isClusterConfig(file: BundleFile): boolean {
  if (configName(file.path) !== 'cluster.yaml') return false;
  const keys = firstMap(textOf(file))?.items.map(({ key }) => [String(key), true]) ?? [];
  return !isOfAnotherTool('cluster.yaml', Object.fromEntries(keys));
}

/** The map that a file begins with; undefined where it does not, or cannot be read. */
function firstMap(text: string): YAMLMap | undefined {
  try {
    const { contents, errors } = parseDocument(text, {
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    return isMap(contents) && errors.every(({ code }) => code === 'MULTIPLE_DOCS') ? contents : undefined;
  } catch {
    // Nested deeper than the stack is.
    return undefined;
  }
}

function textOf({ bytes }: BundleFile): string {
  return new TextDecoder().decode(bytes);
}

function lineOf([field, value]: readonly [string, string]): string {
  return `${field}: ${JSON.stringify(value)}`;
}
