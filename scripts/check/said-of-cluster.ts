import { isMap, parseAllDocuments, stringify } from 'yaml';
import type { BundleFile } from '../../core/bundle/read-archive.ts';
import type { Problem } from '../../core/domain/problem.ts';
import type { Said } from './arguments.ts';

/** Where problems say that the options stand, when the bundle has no cluster.yaml of its own. */
const OPTIONS_FILE = 'options of this command/cluster.yaml';

/** The files with what the caller says of the cluster in cluster.yaml, where nothing stands against it. */
export function withSaid(
  files: readonly BundleFile[],
  { release, featureSet }: Said,
): { readonly files: readonly BundleFile[]; readonly problems: readonly Problem[] } {
  const said = Object.entries({ release, featureSet }).filter(([, value]) => value !== undefined);
  if (said.length === 0) return { files, problems: [] };
  const index = files.findIndex(({ path }) => /(^|\/)cluster\.ya?ml$/i.test(path));
  const file = files[index];
  if (file === undefined) {
    const bytes = Buffer.from(stringify(Object.fromEntries(said)));
    return { files: [...files, { path: OPTIONS_FILE, bytes }], problems: [] };
  }
  const documents = parseAllDocuments(Buffer.from(file.bytes).toString('utf8'), { schema: 'core' });
  const [first] = Array.isArray(documents) ? documents : [];
  // What is wrong with the file, the pipeline says.
  if (first === undefined || first.errors.length > 0 || !isMap(first.contents))
    return { files, problems: [] };
  const problems: Problem[] = [];
  for (const [field, value] of said) {
    const has = first.get(field);
    if (has === undefined) first.set(field, value);
    else if (String(has) !== value)
      problems.push({
        code: 'ClusterIdentityConflict',
        file: file.path,
        document: 1,
        field,
        message: `It says otherwise than the option: ${value}.`,
        remedy: 'Make them agree, or leave the option out.',
      });
  }
  const bytes = Buffer.from([...documents].map(String).join(''));
  return { files: files.with(index, { path: file.path, bytes }), problems };
}
