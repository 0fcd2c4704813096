import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint } from '../../../scripts/local/fingerprint.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  mkdirSync(join(root, 'infra'));
  writeFileSync(join(root, 'infra', 'a.ts'), 'a');
  writeFileSync(join(root, 'cdk.json'), '{}');
  writeFileSync(join(root, 'README.md'), 'x');
});
afterEach(() => rmSync(root, { recursive: true }));

test('it changes with every name, content and value that matters, and with nothing else', () => {
  const take = (value = 'emulator') => fingerprint(root, ['cdk.json', 'infra', 'absent'], value);
  const seen = [take()];
  writeFileSync(join(root, 'README.md'), 'y');
  expect(take()).toBe(seen[0]);

  writeFileSync(join(root, 'infra', 'a.ts'), 'b');
  seen.push(take());
  renameSync(join(root, 'infra', 'a.ts'), join(root, 'infra', 'b.ts'));
  seen.push(take());
  writeFileSync(join(root, 'infra', 'c.ts'), '');
  seen.push(take(), take('aws'));
  expect(new Set(seen).size).toBe(seen.length);
});
