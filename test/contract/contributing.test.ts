import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { project } from '../../scripts/local/paths.ts';

const page = readFileSync(project('CONTRIBUTING.md'), 'utf8');
const [, ...code] = page.split('`');

/** What is between backticks and begins like a path of the project. Placeholders stand for what is yet to be written. */
const paths = new Set(
  code.filter(
    (text, index) =>
      index % 2 === 0 && /^(core|functions|statemachine|infra|scripts|test|docs)\/[\w./-]+$/.test(text),
  ),
);

it('CONTRIBUTING.md names many files', () => {
  expect(paths.size).toBeGreaterThan(40);
});

it.each([...paths])('CONTRIBUTING.md speaks of %s, which is there', (path) => {
  expect(existsSync(project(path))).toBe(true);
});
