import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';
import { isNewEnough, isVenvMissing } from '../../../scripts/local/python.ts';

test.each([
  ['3.9', false],
  ['3.10', true],
  ['3.14', true],
  ['2.7', false],
  ['4.0', true],
])('Python %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test.each([
  ['The virtual environment was not created successfully because ensurepip is not available.', true],
  ['/usr/bin/python3: No module named venv', true],
  ["Error: [Errno 28] No space left on device: '.local/venv'", false],
])('%s', (output, expected) => {
  expect(isVenvMissing(output)).toBe(expected);
});

test('every requirement of the emulator is pinned, with hashes', () => {
  const lines = readFileSync(project('requirements-emulator.txt'), 'utf8').split('\n');
  const requirements = lines.filter((line) => /^[a-z]/.test(line));
  expect(requirements).toContainEqual('ministack==1.5.33 \\');
  for (const [index, line] of lines.entries()) {
    if (!/^[a-z]/.test(line)) continue;
    expect(line).toMatch(/^[a-z0-9-]+==\S+( ; .*)? \\$/);
    expect(lines[index + 1]).toMatch(/^ {4}--hash=sha256:[0-9a-f]{64}/);
  }
});
