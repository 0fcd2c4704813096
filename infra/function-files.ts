import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FUNCTIONS = fileURLToPath(new URL('../functions', import.meta.url));

/**
 * The file of every function by its name. Folders below `functions/` say what functions are for, files are named
 * like the functions, and these like the states they serve.
 */
export const FUNCTION_FILES: ReadonlyMap<string, string> = new Map(
  readdirSync(FUNCTIONS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name, parentPath }) => [name.slice(0, -'.ts'.length), join(parentPath, name)]),
);

/** The file of one function. Throws when there is none of that name. */
export function functionFile(name: string): string {
  const file = FUNCTION_FILES.get(name);
  if (file === undefined) throw new Error(`There is no file of a function ${name} below functions/.`);
  return file;
}
