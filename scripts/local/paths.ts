import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What every local environment shares: installed tools. Git ignores it. */
export const shared = (...path: readonly string[]): string => join(PROJECT, '.local', ...path);

/**
 * Everything one local environment keeps; removing it is safe once `local:down` ran. Tests have one of their
 * own, so that they never touch the developer's.
 */
export const LOCAL = join(PROJECT, '.local', process.env['STS_PREP_ENVIRONMENT'] || 'default');

export const local = (...path: readonly string[]): string => join(LOCAL, ...path);
export const project = (...path: readonly string[]): string => join(PROJECT, ...path);
