import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZES = /^(Need to get|After this operation).*$/gm;

/** What the commands left on the disk, by what it is. npm's cache has all that npm downloaded. */
export function sizesIn(root: string, home: string, checkout: string): string {
  const places = [
    ['node_modules', join(checkout, 'node_modules')],
    ['npm’s cache', join(home, '.npm')],
    ['.local/venv', join(checkout, '.local/venv')],
  ] as const;
  return places.map(([what, path]) => `${what} ${megabytes(join(root, path))} MB`).join(', ');
}

/** What apt-get said, in these files, of the sizes of what it installed. */
export function packageSizes(logFiles: readonly string[]): string[] {
  return logFiles.flatMap((file) => readFileSync(file, 'utf8').match(SIZES) ?? []);
}

/** The logs of what the project's own scripts installed with apt-get. */
export function installLogs(root: string, checkout: string): string[] {
  const folder = join(root, checkout, '.local');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith('apt-get-install-')).map((name) => join(folder, name));
}

function megabytes(path: string): number {
  if (!existsSync(path)) return 0;
  return Number(execFileSync('du', ['-sm', path], { encoding: 'utf8' }).split('\t')[0]);
}
