import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureHostPython, isNewEnough } from '../../../scripts/local/host-python.ts';
import { LocalError } from '../../../scripts/local/local-error.ts';

let bin: string;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'sts-prep-python-'));
});

afterEach(() => rmSync(bin, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const COMPLETE = "printf '3.12 complete'";
/** As Debian's Python without python3-venv. */
const INCOMPLETE = "printf 3.12; echo 'No module named ensurepip' >&2; exit 1";
const OLD = "printf '3.9 complete'";

const host = (isRoot: boolean) => ({ variables: { PATH: bin }, isRoot });
const told: string[] = [];
const find = (isRoot = false) => ensureHostPython((_, text) => told.push(text), undefined, host(isRoot));

/** What the user is told when nothing can be installed. */
async function refusal(isRoot = false): Promise<string> {
  const error = await find(isRoot).catch((reason: unknown) => reason);
  if (!(error instanceof LocalError)) throw new Error(`not refused: ${error}`);
  return `${error.message}\n${error.remedy}`;
}

/** An apt-get that notes what it was called with, and installs a program; an apt-cache that has these versions. */
function packages(installs: string, policy = ''): () => string {
  const log = join(bin, 'apt.log');
  program(
    'apt-get',
    `echo "$@" >> ${log}\n[ "$2" = update ] || { printf '#!/bin/sh\\nprintf "3.12 complete"\\n' > ${join(bin, installs)}; ` +
      `/bin/chmod 755 ${join(bin, installs)}; }`,
  );
  program('apt-cache', `printf '${policy}'`);
  return () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
}

test.each([
  ['3.9', false],
  ['3.10', true],
  ['3.14', true],
  ['2.7', false],
  ['4.0', true],
  ['3.11.2-1+b1', true],
])('Python %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test('the first that is new enough and complete is taken', async () => {
  program('python3', OLD);
  program('python3.13', INCOMPLETE);
  program('python3.11', COMPLETE);
  expect(await find()).toBe('python3.11');
});

test.each([
  ['python3', 'python3-venv'],
  ['python3.12', 'python3.12-venv'],
  ['python', 'python3-venv'],
])('who may not install is told which package completes %s', async (name, wanted) => {
  program(name, INCOMPLETE);
  expect(await refusal()).toContain(`\`apt-get update && apt-get install ${wanted}\``);
});

test.each([
  ['no Python at all', () => undefined, 'Python is missing'],
  ['an old one', () => program('python3', OLD), 'needs Python 3.10 or later (python3 is 3.9)'],
])('with %s, the error says so and what to install', async (_, prepare, message) => {
  prepare();
  const text = await refusal();
  expect(text).toContain(message);
  expect(text).toContain('`apt-get update && apt-get install python3 python3-venv`');
});

test('root has the venv module installed', async () => {
  program('python3', INCOMPLETE);
  const calls = packages('python3');
  expect(await find(true)).toBe('python3');
  expect(calls()).toMatch(/^--quiet update\n--quiet install .* python3-venv\n$/);
  expect(told).toContain('installing python3-venv (once)');
});

test('root has a newer Python installed where the distribution has one beside its own', async () => {
  program('python3', OLD);
  const policy = (name: string, version: string) =>
    `${name}:\\n  Installed: (none)\\n  Candidate: ${version}\\n  Version table:\\n`;
  const calls = packages(
    'python3.11',
    policy('python3', '3.8.2-0ubuntu2') + policy('python3.12', '(none)') + policy('python3.11', '3.11.2-6'),
  );
  expect(await find(true)).toBe('python3.11');
  expect(calls()).toMatch(/ install .* python3\.11 python3\.11-venv\n$/);
});

test('root installs nothing that would not do', async () => {
  program('python3', OLD);
  const calls = packages('python3');
  expect(await refusal(true)).toContain('(python3 is 3.9)');
  expect(calls()).toBe('--quiet update\n');
});
