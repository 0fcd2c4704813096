import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';

/** This platform's package of the project's Node, as package-lock.json has it. */
const OWN = {
  version: '24.0.0',
  optional: true,
  os: process.platform,
  cpu: process.arch,
  bin: { node: 'bin/node' },
};
const ELSEWHERE = { ...OWN, os: 'elsewhere' };

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sts-prep-own-node-')));
  write('scripts/own-node.mjs', '');
  copyFileSync(project('scripts', 'own-node.mjs'), join(root, 'scripts', 'own-node.mjs'));
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

type Packages = Record<string, object>;

function lock(packages: Packages): void {
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));
}

function install(packages: Packages): void {
  write('node_modules/.package-lock.json', JSON.stringify({ packages }));
  for (const path of Object.keys(packages)) write(`${path}/package.json`, '{}');
}

function installNode(script: string): void {
  write('node_modules/own/bin/node', script);
  chmodSync(join(root, 'node_modules/own/bin/node'), 0o755);
}

function check(...options: string[]): SpawnSyncReturns<string> {
  const args = [...options, join(root, 'scripts', 'own-node.mjs')];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: {} });
}

const link = () => readlinkSync(join(root, 'node_modules', '.bin', 'node'));

test('the platform’s own Node becomes the command, whatever npm linked', () => {
  lock({ 'node_modules/other': ELSEWHERE, 'node_modules/own': OWN });
  install({ 'node_modules/own': OWN });
  installNode('#!/bin/sh\n');
  for (const _ of ['made', 'kept']) {
    expect(check()).toMatchObject({ status: 0, stderr: '' });
    expect(link()).toBe('../own/bin/node');
  }
});

test.each([
  ['node_modules is not there', { 'node_modules/a': { version: '1.0.0' } }, {}],
  [
    'it has another version',
    { 'node_modules/a': { version: '1.0.0' } },
    { 'node_modules/a': { version: '1.0.1' } },
  ],
  ['development dependencies were left out', { 'node_modules/a': { version: '1.0.0', dev: true } }, {}],
  ['optional dependencies were left out', { 'node_modules/a': { ...OWN, bin: {} } }, {}],
])('when %s, it says so and what to do', (_, wanted: Packages, installed: Packages) => {
  lock(wanted);
  install(installed);
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toContain('1 of the packages in package-lock.json is not in node_modules');
  expect(stderr).toContain('asks for: a.');
  expect(stderr).toContain('Run `npm ci`');
});

test('a package whose folder was removed is missing, whatever npm noted', () => {
  lock({ 'node_modules/@x/a': { version: '1.0.0' } });
  install({ 'node_modules/@x/a': { version: '1.0.0' } });
  rmSync(join(root, 'node_modules/@x'), { recursive: true });
  expect(check().stderr).toContain('asks for: @x/a.');
});

test.each([
  ['other platforms', { 'node_modules/a': ELSEWHERE }],
  ['one libc or the other', { 'node_modules/a': { ...OWN, libc: ['musl'] } }],
  [
    'no platform in particular, as peers of those',
    { 'node_modules/a': { version: '1.0.0', optional: true } },
  ],
])('packages for %s are not asked for', (_, wanted: Packages) => {
  lock(wanted);
  install({});
  expect(check()).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  ['has no package for', { 'node_modules/other': ELSEWHERE }],
  ['does not run on', { 'node_modules/own': OWN }],
])('where the project %s the platform, the Node at hand stands in, if it can', (why, packages: Packages) => {
  lock(packages);
  install(packages);
  installNode('not a program');
  const { status, stderr } = check('--no-experimental-strip-types');
  expect(status).toBe(1);
  expect(stderr).toContain(`${why} this platform`);
  expect(stderr).toContain('Install Node 24 or later');

  expect(check()).toMatchObject({ status: 0, stderr: '' });
  expect(realpathSync(link())).toBe(realpathSync(process.execPath));
});
