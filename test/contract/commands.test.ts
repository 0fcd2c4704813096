import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { project } from '../../scripts/local/paths.ts';
import { commandBlocks } from '../support/command-blocks.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(project('docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const blocks = PAGES.flatMap((page) =>
  commandBlocks(readFileSync(project(page), 'utf8')).map((block) => ({ page, ...block })),
);

describe('commands that pages tell', () => {
  it('are found', () => {
    expect(new Set(blocks.map(({ page }) => page))).toContain('docs/guide.md');
    expect(blocks.length).toBeGreaterThan(20);
  });

  it.each(blocks)('$page, line $line: are run, or it is said why not', ({ note = '' }) => {
    const [, file, reason] = /^(?:run by (\S+)|not run: (.{10,}))$/.exec(note) ?? [];
    expect(file !== undefined || reason !== undefined, `before the block stands ${note || 'nothing'}`).toBe(
      true,
    );
    if (file !== undefined) expect(existsSync(project(file)), `${file} is there`).toBe(true);
  });

  it('of the guide are the very ones that its test runs', () => {
    const test = readFileSync(project('test', 'e2e', 'guide.test.ts'), 'utf8');
    expect(test).toContain("commandBlocks(readFileSync(project('docs', 'guide.md'), 'utf8'))");
  });
});
