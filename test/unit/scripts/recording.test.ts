import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';
import { recording } from '../../../scripts/recording.ts';

const LINES = [
  { text: '   0.2 s  Lock', atMs: 1_000 },
  { text: `<b> & ${'x'.repeat(200)}`, atMs: 3_000 },
];

it('shows each line from when it was printed, and all of them where nothing moves', () => {
  const svg = recording('sts-prep prepare prod-east', LINES);
  expect(svg).toContain('>$ sts-prep prepare prod-east</text>');
  // Three seconds and a rest of twelve.
  expect(svg).toContain('@keyframes a1{0%,6.67%{opacity:0}');
  expect(svg).toContain('@media (prefers-reduced-motion:reduce),print{.l{animation:none}}');
});

it('says what was printed as text, and no more than a line of it', () => {
  const svg = recording('sts-prep', LINES, 20);
  expect(svg).toContain('&lt;b&gt; &amp; xxxxxxxxxxxxx…<');
});

it('the picture of README is there, loads nothing, and is of a run that succeeded', () => {
  const [, file = ''] = /!\[[^\]]*\]\((\S+\.svg)\)/.exec(readFileSync(project('README.md'), 'utf8')) ?? [];
  expect(existsSync(project(file))).toBe(true);
  const svg = readFileSync(project(file), 'utf8');
  expect(svg).toContain('SUCCEEDED');
  expect(svg).not.toMatch(/<script|href=|url\(/);
});
