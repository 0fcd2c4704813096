import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything the local environment keeps; git ignores it, and removing it is safe once `local:down` ran. */
export const LOCAL = join(PROJECT, '.local');

export const local = (...path: readonly string[]): string => join(LOCAL, ...path);
export const project = (...path: readonly string[]): string => join(PROJECT, ...path);
