import { describe, expect, it, test } from 'vitest';
import { whereOf } from '../../../cli/client.ts';
import type { RunEvent } from '../../../cli/run-events.ts';
import { Ui, type UiOptions } from '../../../cli/ui.ts';
import { said } from '../../support/said.ts';

/** What is written while something is done. */
function written(options: UiOptions & { readonly isTTY?: boolean }, does: (ui: Ui) => void) {
  const { streams, text } = said(options.isTTY);
  does(new Ui(streams, options));
  return text;
}

const RUN: readonly RunEvent[] = [
  { event: 'state', state: 'CreateRoles', elapsedMs: 1_000 },
  { event: 'items', state: 'CreateRoles', elapsedMs: 2_000, done: 1, of: 2 },
  { event: 'items', state: 'CreateRoles', elapsedMs: 3_000, done: 2, of: 2 },
  { event: 'state', state: 'RenderSecrets', elapsedMs: 4_000 },
];
const tells = (ui: Ui) => {
  for (const event of RUN) ui.run(event);
  ui.say('end');
};

describe('a run', () => {
  it('replaces its last line on a terminal', () => {
    const { stdout } = written({ isTTY: true }, tells);
    // What stays to be seen: what was erased is gone.
    const seen = stdout.split('\n').map((line) => line.split('\r\u001b[K').at(-1)?.trim());
    expect(seen).toEqual(['3.0 s  CreateRoles: 2 of 2', '4.0 s  RenderSecrets', 'end', '']);
  });

  test.each<[string, UiOptions & { readonly isTTY?: boolean }]>([
    ['no terminal', {}],
    ['CI', { isTTY: true, variables: { CI: 'true' } }],
    ['a terminal that is dumb', { isTTY: true, variables: { TERM: 'dumb' } }],
  ])('is plain lines with %s', (_, options) => {
    expect(written(options, tells).stdout).toBe(
      [
        '   1.0 s  CreateRoles',
        '   2.0 s  CreateRoles: 1 of 2',
        '   3.0 s  CreateRoles: 2 of 2',
        '   4.0 s  RenderSecrets',
        'end',
        '',
      ].join('\n'),
    );
  });

  it('is an object a line for programs, and nothing else', () => {
    const { stdout } = written({ json: true }, tells);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(RUN);
  });
});

test.each([
  [['prepare', 'dir'], 'Run `sts-prep fetch demo`.'],
  [['prepare', '--region', 'us-west-2'], 'Run `sts-prep fetch demo --region us-west-2`.'],
  [['--region=us-west-2', '--stack', 'Mine'], 'Run `sts-prep fetch demo --stack Mine --region us-west-2`.'],
  [['prepare', '--region'], 'Run `sts-prep fetch demo`.'],
  [['prepare', '--region='], 'Run `sts-prep fetch demo`.'],
])('what is told to do next is about the same deployment: %s', (args, told) => {
  const { stdout } = written({ where: whereOf(args) }, (ui) => ui.say('Run `sts-prep fetch demo`.'));
  expect(stdout).toBe(`${told}\n`);
});

test('what went wrong is on standard error, and an event for programs', () => {
  const fails = (ui: Ui) => ui.fail('No.\u001b[2J', 'Run `sts-prep status`.');
  const { stdout, stderr } = written({ json: true, calledAs: 'npm run demo --' }, fails);
  expect(JSON.parse(stdout)).toMatchObject({ event: 'error', message: 'No.\u001b[2J' });
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toBe('No.\\u{1b}[2J\n\nRun `npm run demo -- status`.\n');
});
