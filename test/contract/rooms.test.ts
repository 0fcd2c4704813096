import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES } from '../../core/domain/operations.ts';
import { project } from '../../scripts/local/paths.ts';

/** Rooms from the ground up: each may use those before it, and none after it. CONTRIBUTING.md has the picture. */
const ORDER = [
  'core/util',
  'core/domain',
  'core/bundle',
  'core/aws',
  'core/storage',
  'core/resources',
  'core/usecases',
  'core/runtime',
  'functions',
  'statemachine',
  'infra',
  'scripts',
  'test',
] as const;

const HOME_OF_OPERATIONS = 'core/domain/operations.ts';

interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = [
  'core',
  'functions',
  'statemachine',
  'infra',
  'scripts',
  'test',
].flatMap((folder) =>
  readdirSync(project(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => read(join(entry.parentPath, entry.name))),
);

function read(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, file]) => file ?? '',
  );
  const inProject = (file: string) => relative(project(), file).split(sep).join('/');
  return {
    path: inProject(path),
    text,
    imports: specifiers.map((file) => inProject(normalize(join(dirname(path), file)))),
  };
}

function roomOf(path: string): number {
  return ORDER.findIndex((room) => path.startsWith(`${room}/`));
}

describe('the rooms of the project', () => {
  it('hold every source file, and imports were found', () => {
    expect(files.filter(({ path }) => roomOf(path) < 0)).toEqual([]);
    for (const room of ORDER) expect(files.some(({ path }) => path.startsWith(`${room}/`))).toBe(true);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length);
  });

  it('use only rooms below them', () => {
    const upward = files.flatMap(({ path, imports }) =>
      imports.filter((target) => roomOf(target) > roomOf(path)).map((target) => `${path} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('have states that do not know each other', () => {
    const between = files
      .filter(({ path }) => path.startsWith('functions/'))
      .flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.startsWith('functions/'))
          .map((target) => `${path} imports ${target}`),
      );
    expect(between).toEqual([]);
  });

  it('have no circle of imports', () => {
    expect(circles()).toEqual([]);
  });

  it('have handlers that one sees at a glance', () => {
    const long = files
      .filter(({ path, text }) => path.startsWith('functions/') && linesBelowImports(text) >= 30)
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('name an operation in its home only: everywhere else a record has an answer for each, or a fact is asked for', () => {
    const name = `'(?:${OPERATION_NAMES.join('|')})'`;
    // Nor one of the answers that differ: who compares with it takes a new one for the other.
    const comparison = new RegExp(
      [
        "\\b(?:operation|machine|roles|results)\\s*[=!]==\\s*['\\w].*",
        `[=!]==\\s*${name}.*`,
        `${name}\\s*[=!]==.*`,
        `\\bcase ${name}:.*`,
        `\\b(?:includes|startsWith|has)\\(${name}.*`,
      ].join('|'),
      'gi',
    );
    const comparing = files
      .filter(({ path }) => !path.startsWith('test/') && path !== HOME_OF_OPERATIONS)
      .flatMap(({ path, text }) => [...text.matchAll(comparison)].map(([found]) => `${path}: ${found}`));
    expect(comparing).toEqual([]);
  });
});

function linesBelowImports(text: string): number {
  return text
    .slice(text.lastIndexOf("';\n\n") + 1)
    .trim()
    .split('\n').length;
}

/** Every circle once, by the file of it that was found first. Imports of types count: they bind as much. */
function circles(): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}
