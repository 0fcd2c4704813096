import { expect, test } from 'vitest';
import { DIRECT_OPERATIONS } from '../../../core/domain/operations.ts';
import { DEMO_USAGE, type DemoArguments, readDemoArguments } from '../../../scripts/local/demo-arguments.ts';
import { UsageError } from '../../../scripts/local/main.ts';

type Given = Extract<DemoArguments, { help: false }>;

const words = (text: string) => text.split(' ').filter((word) => word !== '');

test.each<[string, Partial<Given>]>([
  ['', { operation: 'prepare' }],
  ['my/bundle', { operation: 'prepare', source: 'my/bundle' }],
  [
    '--plan my/bundle --region eu-west-1 --name prod-east --out results',
    {
      operation: 'prepare',
      isPlan: true,
      source: 'my/bundle',
      addressee: { name: 'prod-east', region: 'eu-west-1' },
      out: 'results',
    },
  ],
  [
    'next --operation upgrade --name demo --release 4.21.0',
    { operation: 'upgrade', source: 'next', addressee: { name: 'demo', release: '4.21.0' } },
  ],
  [
    '--release 4.21.0-rc.1 --name demo --operation prune next',
    { operation: 'prune', source: 'next', addressee: { name: 'demo', release: '4.21.0-rc.1' } },
  ],
  [
    'next --operation releases --release 4.21',
    { operation: 'releases', source: 'next', addressee: { release: '4.21' } },
  ],
  [
    'next --operation audit --name demo --release 4.21.0',
    { operation: 'audit', source: 'next', addressee: { name: 'demo', release: '4.21.0' } },
  ],
  [
    'efs --operation add --name demo --add-on efs',
    { operation: 'add', source: 'efs', addressee: { name: 'demo', 'add-on': 'efs' } },
  ],
  [
    '--operation remove --name demo --add-on efs',
    { operation: 'remove', addressee: { name: 'demo', 'add-on': 'efs' } },
  ],
  ['--operation audit', { operation: 'audit' }],
  ['--operation audit --name demo', { operation: 'audit', addressee: { name: 'demo' } }],
  ['--operation rotate-key', { operation: 'rotate-key' }],
])('%s', (args, expected) => {
  const nobody = { name: undefined, region: undefined, release: undefined, 'add-on': undefined };
  expect(readDemoArguments(words(args))).toEqual({
    help: false,
    source: undefined,
    isPlan: false,
    out: 'out',
    ...expected,
    addressee: { ...nobody, ...expected.addressee },
  });
});

test('--help wins', () => {
  expect(readDemoArguments(['--help', '--operation', 'nonsense'])).toEqual({ help: true });
});

test('the usage tells of every operation', () => {
  expect(DEMO_USAGE).toContain('--plan');
  for (const operation of DIRECT_OPERATIONS)
    expect(DEMO_USAGE).toMatch(new RegExp(`^ {4}.*\\b${operation}\\b`, 'm'));
});

test.each([
  ['a b', 'One bundle at a time'],
  ['--name x', '--name and --region go together'],
  ['--plan --operation audit', 'there is nothing to plan'],
  ['--region us-east-1', '--name and --region go together'],
  ['--name ../x --region us-east-1', 'only a-z'],
  ['--operation destroy', `there are ${DIRECT_OPERATIONS.join(', ')}.`],
  ['--nonsense', '--nonsense'],
  ['--out', '--out'],
  ['--release 4.21.0', '--operation prepare takes no --release.'],
  ['next --operation upgrade', '--operation upgrade needs --name and --release.'],
  ['next --operation upgrade --release 4.21.0', '--operation upgrade needs --name.'],
  ['next --operation prune --name demo', '--operation prune needs --release.'],
  ['next --operation upgrade --name demo --region us-east-2 --release 4.21.0', 'upgrade takes no --region.'],
  ['next --operation upgrade --name demo --release latest', 'a release is written like 4.21.0'],
  ['--operation upgrade --name demo --release 4.21.0', '--operation upgrade needs a bundle.'],
  ['--operation prune', '--operation prune needs a bundle and --name and --release.'],
  ['--operation releases --release 4.21.0', '--operation releases needs a bundle.'],
  ['next --operation releases', '--operation releases needs --release.'],
  ['next --operation releases --name demo --release 4.21.0', '--operation releases takes no --name.'],
  ['--operation add --name demo --add-on efs', '--operation add needs a bundle.'],
  ['--operation remove --name demo', '--operation remove needs --add-on.'],
  ['efs --operation add --name demo --add-on Efs', 'only a-z'],
  ['next --operation audit', '--operation audit needs --name and --release.'],
  ['--operation audit --name demo --release 4.21.0', 'An audit without a bundle takes no --release.'],
])('%s is refused', (args, message) => {
  expect(() => readDemoArguments(words(args))).toThrow(UsageError);
  expect(() => readDemoArguments(words(args))).toThrow(message);
});
