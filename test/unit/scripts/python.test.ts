import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';

test.each([
  ['emulator', 'ministack==1.5.33'],
  ['lint', 'cfn-lint==1.58.0'],
])('every requirement of requirements-%s.txt is pinned, with hashes', (name, tool) => {
  const lines = readFileSync(project(`requirements-${name}.txt`), 'utf8').split('\n');
  const requirements = lines.filter((line) => /^[a-z]/.test(line));
  expect(requirements).toContainEqual(`${tool} \\`);
  for (const [index, line] of lines.entries()) {
    if (!/^[a-z]/.test(line)) continue;
    expect(line).toMatch(/^[a-z0-9-]+==\S+( ; .*)? \\$/);
    expect(lines[index + 1]).toMatch(/^ {4}--hash=sha256:[0-9a-f]{64}/);
  }
});
