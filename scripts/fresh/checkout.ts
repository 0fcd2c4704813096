import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from '../local/local-error.ts';
import { PROJECT, project } from '../local/paths.ts';

/** Copies the working tree as it is, without what git ignores, as somebody has it who downloaded it. */
export function copyCheckout(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const archive = ['--create', '--file=-', `--directory=${PROJECT}`, '--null', '--files-from=-'];
  const input = execFileSync('tar', archive, { input: filesOfCheckout().join('\0'), maxBuffer: 2 ** 30 });
  execFileSync('tar', ['--extract', '--no-same-owner', `--directory=${folder}`, '--file=-'], { input });
}

function filesOfCheckout(): string[] {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const output = execFileSync('git', listing, { cwd: PROJECT, encoding: 'utf8', maxBuffer: 2 ** 26 });
    // A file that was deleted is listed until that is committed.
    return output.split('\0').filter((path) => path !== '' && existsSync(project(path)));
  } catch {
    throw new LocalError(
      'The working tree cannot be copied: git does not list its files.',
      `Run this in a git checkout (\`git -C ${join(PROJECT)} status\` says what is wrong with this one).`,
    );
  }
}
