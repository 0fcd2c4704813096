import { describe, expect, test } from 'vitest';
import { mirrorOf, readAptSources } from '../../../scripts/fresh/apt-sources.ts';
import { readFreshArguments } from '../../../scripts/fresh/arguments.ts';
import { carriedVariables, certificateFiles } from '../../../scripts/fresh/carried.ts';
import { remediesIn } from '../../../scripts/fresh/remedies.ts';
import { chromiumHindrance } from '../../../scripts/local/chromium.ts';
import { readPolicy } from '../../../scripts/local/debian-packages.ts';
import { UsageError } from '../../../scripts/local/main.ts';

const words = (text: string) => text.split(' ').filter(Boolean);

describe('the command line', () => {
  const all = {
    users: ['root', 'user'],
    commands: ['demo', 'test', 'client'],
    suite: undefined,
    keep: false,
    help: false,
  };

  test.each([
    ['', {}],
    ['--as user --command demo', { users: ['user'], commands: ['demo'] }],
    ['--suite trixie --keep', { suite: 'trixie', keep: true }],
    ['-h', { help: true }],
  ])('%s', (line, expected) => {
    expect(readFreshArguments(words(line))).toEqual({ ...all, ...expected });
  });

  test.each([
    ['--as me', 'root or user'],
    ['--command bench', 'demo or test or client'],
    ['--suite ../x', 'code name'],
    ['--nonsense', '--nonsense'],
    ['bookworm', 'bookworm'],
  ])('%s is not understood', (line, hint) => {
    const read = () => readFreshArguments(words(line));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(hint);
  });
});

describe('sources of packages', () => {
  const main = {
    uri: 'http://mirror.example/debian',
    suites: ['bookworm'],
    components: ['main'],
    keyring: undefined,
  };

  test.each([
    ['deb http://mirror.example/debian bookworm main', [main]],
    [
      'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main # ours',
      [{ ...main, keyring: '/k.gpg' }],
    ],
    ['# deb http://mirror.example/debian bookworm main', []],
    ['deb-src http://mirror.example/debian bookworm main', []],
  ])('a line: %s', (line, expected) => {
    expect(readAptSources('/etc/apt/sources.list', line)).toEqual(expected);
  });

  test('paragraphs, with comments, several values, and one that is off', () => {
    const text = `Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /k.gpg

Enabled: no
Types: deb
URIs: http://off.example
Suites: bookworm
Components: main

Types: deb
URIs: http://one.example http://two.example
Suites: trixie
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----`;
    const keyless = { suites: ['trixie'], components: ['main', 'contrib'], keyring: undefined };
    expect(readAptSources('debian.sources', text)).toEqual([
      { ...main, suites: ['bookworm', 'bookworm-updates'], keyring: '/k.gpg' },
      { uri: 'http://one.example', ...keyless },
      { uri: 'http://two.example', ...keyless },
    ]);
  });

  test('the mirror is the source of the release itself', () => {
    const updates = { ...main, uri: 'http://security.example', suites: ['bookworm-security'] };
    const tools = { ...main, uri: 'http://tools.example', components: ['stable'] };
    expect(mirrorOf([updates, tools, main], 'bookworm')).toBe(main);
    expect(mirrorOf([updates, tools, main], 'trixie')).toBeUndefined();
  });
});

describe('variables that go into the new Debian', () => {
  test.each([
    ['PIP_INDEX_URL', 'https://pip.example'],
    ['npm_config_registry', 'https://npm.example'],
    ['npm_config_@ours:registry', 'https://npm.example'],
    ['npm_config_//npm.example/:_authToken', 'x'],
    ['NPM_CONFIG_STRICT_SSL', 'false'],
    ['https_proxy', 'http://proxy.example'],
    ['NO_PROXY', 'localhost'],
    ['SSL_CERT_FILE', '/etc/ssl/certs/ca-certificates.crt'],
    ['NODE_EXTRA_CA_CERTS', '/opt/company/ca.pem'],
    ['npm_config_cafile', '/opt/company/ca.pem'],
  ])('%s does', (name, value) => {
    expect(carriedVariables({ [name]: value })).toEqual({ [name]: value });
  });

  test.each([
    ['HOME', '/root'],
    ['AWS_SECRET_ACCESS_KEY', 'x'],
    ['NODE_OPTIONS', '--inspect'],
    ['STS_PREP_PORT', '1'],
    ['https_proxy', ''],
    ['PIP_CACHE_DIR', '/root/.cache/pip'],
    ['npm_config_cache', '/root/.npm'],
    ['npm_config_userconfig', '/root/.npmrc'],
    ['npm_config_user_agent', 'npm/11'],
    ['npm_config_ignore_scripts', 'true'],
  ])('%s does not', (name, value) => {
    expect(carriedVariables({ [name]: value })).toEqual({});
  });

  test('files with certificates come along, unless their folder does', () => {
    const variables = {
      NODE_EXTRA_CA_CERTS: '/opt/ca.pem',
      PIP_CERT: '/opt/ca.pem',
      SSL_CERT_DIR: '/etc/ssl/certs',
      HOME: '/root',
    };
    expect(certificateFiles(variables)).toEqual(['/opt/ca.pem']);
  });
});

test('what the messages tell root to run is found in them', () => {
  const hindrance = chromiumHindrance({ variables: { PATH: '' }, isRoot: false });
  const output = `  chromium    ${hindrance}\n\nAs root, run \`apt-get update &&\n apt-get install python3-venv\` (Debian)`;
  expect(remediesIn(`${output}\n${output}`)).toEqual([
    'apt-get update && apt-get install chromium',
    'apt-get update && apt-get install python3-venv',
  ]);
  expect(remediesIn('Run `npm ci`.')).toEqual([]);
});

test('candidates are read from what apt-cache prints', () => {
  const output = `python3:
  Installed: (none)
  Candidate: 3.11.2-1+b1
  Version table:
     3.11.2-1+b1 500
python3.14:
  Installed: (none)
  Candidate: (none)
`;
  expect(readPolicy(output)).toEqual(new Map([['python3', '3.11.2-1+b1']]));
});
