import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FolderPattern, KeyPattern } from '../../core/storage/key-pattern.ts';
import * as layout from '../../core/storage/layout.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [, TABLE = ''] = /## What you get\n\n```\n(.*?)```/s.exec(README) ?? [];

/** The left column of the table, and the file names that the right one lists of a run's folder and of the latest audit. */
const LISTED = TABLE.trimEnd()
  .split('\n')
  .flatMap((line) => {
    const [key = '', about = ''] = line.split(/\s+(.*)/);
    const files = key.endsWith('/') ? (about.match(/\b[a-z]+\.(?:json|md|html)\b/g) ?? []) : [];
    return [key, ...files.map((file) => key + file)];
  });

const PATTERNS = Object.values(layout).flatMap((each: KeyPattern | FolderPattern | string) =>
  typeof each === 'string' ? [] : [each.pattern],
);

/** The README has `<name>` for the cluster and `*.yaml` for any file. */
const asPattern = (key: string) =>
  key.replace('<name>', '<cluster>').replaceAll('<', '{').replaceAll('>', '}').replace('*.yaml', '');

describe("the README's table of what you get", () => {
  it('was found', () => {
    expect(LISTED.length).toBeGreaterThan(15);
  });

  it.each(LISTED)('has %s of the layout', (key) => {
    const pattern = asPattern(key);
    const isIt = (each: string) => each === pattern || (pattern.endsWith('/') && each.startsWith(pattern));
    expect(PATTERNS.filter(isIt)).not.toEqual([]);
  });
});
