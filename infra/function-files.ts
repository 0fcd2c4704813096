import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FUNCTIONS = fileURLToPath(new URL('../functions', import.meta.url));

/**
 * The file of every function by its name. Folders below `functions/` say what functions are for, files are named
 * like the functions, and these like the states they serve.
 */
export function functionFiles(): ReadonlyMap<string, string> {
  const rooms = readdirSync(FUNCTIONS);
  const files = rooms.flatMap((room) =>
    readdirSync(join(FUNCTIONS, room)).map((file) => join(FUNCTIONS, room, file)),
  );
  return new Map(files.map((path) => [path.replace(/^.*[/\\]|\.ts$/g, ''), path]));
}
