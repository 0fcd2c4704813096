import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';
import { notesOf } from '../../../scripts/release-notes.ts';

const CHANGELOG =
  '# Changelog\n\n## 1.10.0 (2026-12-01)\n\n- New.\n\n## 1.1.0\n\n- Old.\n\n### Details\n\nOf it.\n\n## 1.0.0\n';

test.each([
  ['1.10.0', '- New.\n'],
  ['1.1.0', '- Old.\n\n### Details\n\nOf it.\n'],
  ['1.0.0', undefined],
  ['1.1', undefined],
])('the notes of %s', (version, notes) => {
  expect(notesOf(CHANGELOG, version)).toBe(notes);
});

test('the version that package.json has is in the changelog', () => {
  const { version } = JSON.parse(readFileSync(project('package.json'), 'utf8'));
  expect(notesOf(readFileSync(project('CHANGELOG.md'), 'utf8'), version)).toContain('**Prepare**');
});
