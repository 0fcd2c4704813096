import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What the deployed stack is made of. */
export const STACK_SOURCES = [
  'cdk.json',
  'core',
  'functions',
  'infra',
  'package-lock.json',
  'statemachine',
  'tsconfig.json',
] as const;

/** A hash over the names and contents of files and folders below a root, and over further values. */
export function fingerprint(root: string, sources: readonly string[], ...values: readonly string[]): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(`${value.length}:${value}\n`);
  for (const source of sources) {
    for (const file of filesBelow(join(root, source))) {
      const content = readFileSync(file);
      hash.update(`${relative(root, file)}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

function filesBelow(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
