import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/operation.ts';
import { OTHER_COMMANDS } from '../../../cli/other-commands.ts';
import { clientLine } from '../../../scripts/local/demo-line.ts';
import { project } from '../../../scripts/local/paths.ts';

const SAMPLE = project('events', 'bundles', 'demo');
const words = (text: string) => text.split(' ').filter((word) => word !== '');

test.each([
  ['', `prepare ${SAMPLE}`],
  ['my/bundle', 'prepare my/bundle'],
  ['my/bundle --name prod --region eu-west-1', 'prepare my/bundle --cluster=prod --cluster-region=eu-west-1'],
  ['--name prod --region=eu-west-1 my/bundle', 'prepare my/bundle --cluster=prod --cluster-region=eu-west-1'],
  ['--name prod --region eu-west-1', `prepare ${SAMPLE}/credreqs --cluster=prod --cluster-region=eu-west-1`],
  ['my/bundle --out results --json', 'prepare my/bundle --out=results --json'],
  ['--json', `prepare ${SAMPLE} --json`],
  ['--operation adopt', `adopt ${SAMPLE}`],
  ['--operation plan/prepare', `plan prepare ${SAMPLE}`],
  ['next --operation upgrade --name demo --release 4.21.0', 'upgrade next --cluster=demo --release=4.21.0'],
  ['--operation upgrade --name demo --release 4.21.0', 'upgrade --cluster=demo --release=4.21.0'],
  ['--operation remove --name demo --add-on efs', 'remove --cluster=demo --add-on=efs'],
  ['--operation audit --name demo', 'audit --cluster=demo'],
  ['--operation nonsense', 'nonsense'],
  ['a b --nonsense', 'prepare a b --nonsense'],
  ['my/bundle --name', 'prepare my/bundle --cluster'],
])('npm run demo -- %s', (line, expected) => {
  expect(clientLine(words(line))).toEqual(words(expected));
});

test.each([...COMMANDS, ...Object.keys(OTHER_COMMANDS), 'plan', 'completion', 'complete', '--version', '-V'])(
  'what begins with %s is the client’s own command line',
  (first) => {
    const line = [first, 'x', '--region', 'eu-west-1', '--name', 'y'];
    expect(clientLine(line)).toEqual(line);
  },
);

test('what is wrong with the environment is an event for programs, as everything is', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [project('scripts', 'demo.ts'), 'clusters', '--json'],
    { env: { PATH: process.env['PATH'], STS_PREP_PORT: 'abc' }, encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    event: 'error',
    message: expect.stringContaining('STS_PREP_PORT'),
  });
  expect(stderr).toContain('STS_PREP_PORT is "abc"');
});
