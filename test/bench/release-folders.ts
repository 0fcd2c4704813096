import { readdirSync } from 'node:fs';

/** Names of the folders that are named like a minor release, in the order of the releases. */
export function releaseFolders(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^4\.\d+$/.test(name))
    .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
}
