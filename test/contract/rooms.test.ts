import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES } from '../../core/domain/operations.ts';
import { project } from '../../scripts/local/paths.ts';
import { ROOM_NAMES, roomOf, roomsDiagram, sourceFiles } from '../../scripts/rooms.ts';

const HOME_OF_OPERATIONS = 'core/domain/operations.ts';

const files = sourceFiles();

/** How high a file is above the ground; -1 when it is in no room. */
const heightOf = (path: string) => {
  const room = roomOf(path);
  return room === undefined ? -1 : ROOM_NAMES.indexOf(room);
};

describe('the rooms of the project', () => {
  it('hold every source file, and imports were found', () => {
    expect(files.filter(({ path }) => heightOf(path) < 0)).toEqual([]);
    for (const room of ROOM_NAMES) expect(files.some(({ path }) => roomOf(path) === room)).toBe(true);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length);
  });

  it('use only rooms below them', () => {
    const upward = files.flatMap(({ path, imports }) =>
      imports
        .filter((target) => heightOf(target) > heightOf(path))
        .map((target) => `${path} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('are drawn with every arrow between them, but for those that follow from others', () => {
    const file = (path: string, ...imports: string[]) => ({ path, text: '', imports });
    const drawn = roomsDiagram([
      file('core/util/a.ts'),
      file('core/domain/a.ts', 'core/util/a.ts'),
      file('core/bundle/a.ts', 'core/domain/a.ts', 'core/util/a.ts'),
      file('core/aws/a.ts', 'core/domain/a.ts', 'core/aws/b.ts'),
      file('core/usecases/a.ts', 'core/aws/a.ts', 'core/bundle/a.ts', 'core/util/a.ts'),
    ]);
    expect(drawn.split('\n').filter((line) => line.includes('-->'))).toEqual([
      '  core_domain --> core_util',
      '  core_bundle --> core_domain',
      '  core_aws --> core_domain',
      '  core_usecases --> core_bundle',
      '  core_usecases --> core_aws',
    ]);
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

  it('have no file, tests too, of over 300 lines: it is split by subject', () => {
    const paths = [...files.map(({ path }) => path), ...testFiles()];
    expect(paths.length).toBeGreaterThan(files.length);
    const lines = (path: string) => readFileSync(project(path), 'utf8').split('\n').length - 1;
    expect(paths.filter((path) => lines(path) > 300)).toEqual([]);
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

function testFiles(): readonly string[] {
  return readdirSync(project('test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `test/${path}`);
}

/** Every circle once, by the file of it that was found first. */
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
