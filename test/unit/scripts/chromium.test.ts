import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, chromiumHindrance, ensureChromium } from '../../../scripts/local/chromium.ts';
import { LocalError } from '../../../scripts/local/local-error.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sts-prep-chromium-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with one program that says what it is. */
function programSaying(name: string, version: string): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, name), `#!/bin/sh\necho '${version}'\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

const host = (variables: NodeJS.ProcessEnv) => ({ variables, isRoot: false });
const quiet = () => undefined;

test.each([
  ['chromium', 'Chromium 140.0.1'],
  ['chromium-browser', 'Chromium 140.0.1 snap'],
  ['google-chrome', 'Google Chrome 140.0.1'],
])('%s on PATH is taken', async (name, version) => {
  const bin = programSaying(name, version);
  expect(await ensureChromium(quiet, host({ PATH: `/no/such:${bin}` }))).toBe(join(bin, name));
});

test('CHROMIUM_PATH counts before PATH', async () => {
  const [one, other] = [programSaying('chromium', 'Chromium 1'), programSaying('mine', 'Chromium 2')];
  const found = await ensureChromium(quiet, host({ PATH: one, CHROMIUM_PATH: join(other, 'mine') }));
  expect(found).toBe(join(other, 'mine'));
});

test('a CHROMIUM_PATH that does not run is an error, not a reason to look elsewhere', async () => {
  const PATH = programSaying('chromium', 'Chromium 1');
  await expect(ensureChromium(quiet, host({ PATH, CHROMIUM_PATH: '/no/such' }))).rejects.toThrow(
    'CHROMIUM_PATH is /no/such, which does not run.',
  );
});

test.each([
  ['nothing', () => '/no/such'],
  ['a program that only tells where to get one', () => programSaying('chromium-browser', 'Use snap install')],
])('with %s on PATH, the error says what to install', async (_, path) => {
  const bare = host({ PATH: path() });
  expect(chromiumHindrance(bare)).toContain('apt-get install chromium');
  await expect(ensureChromium(quiet, bare)).rejects.toThrow(LocalError);
});

test('nothing hinders who has it, or may install it', () => {
  expect(chromiumHindrance(host({ PATH: programSaying('chromium', 'Chromium 1') }))).toBeUndefined();
  const PATH = programSaying('apt-get', 'apt 2');
  expect(chromiumHindrance({ variables: { PATH }, isRoot: true })).toBeUndefined();
  expect(chromiumHindrance({ variables: { PATH }, isRoot: false })).toBeDefined();
});

test('the sandbox is given up by root only', () => {
  expect(chromiumArguments({ isRoot: true })).toContain('--no-sandbox');
  expect(chromiumArguments({ isRoot: false })).not.toContain('--no-sandbox');
});
