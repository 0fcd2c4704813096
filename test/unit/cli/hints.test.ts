import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hints } from '../../../cli/hints.ts';
import { program } from '../../../cli/program.ts';
import { auditMarkdown } from '../../../core/domain/audit/markdown.ts';
import { text } from '../../../core/domain/markdown.ts';
import { project } from '../../../scripts/local/paths.ts';
import { fleetAuditReport } from '../../support/fleet-audits.ts';
import { sampleAuditReport } from '../../support/sample-audits.ts';

const toldOf = (text: string) => hints(text, 'sts-prep');

/** Rejects where the client does not know the command. */
async function understood(command: string): Promise<void> {
  const root = program({ operation: async () => 0, other: async () => 0 }, () => undefined, '');
  for (const each of [root, ...root.commands])
    each.exitOverride().configureOutput({ writeErr: () => undefined });
  await root.parseAsync(command.split(' '), { from: 'user' });
}

describe('a remedy that is about the key is told as a command of the client', () => {
  test.each([
    [
      'Add cluster.yaml or install-config.yaml to the bundle, or upload it as <operation>/<region>/<name>.tgz (did you mean us-east-2 for us-est-2?).',
      'sts-prep <operation> <directory> --cluster <name> --cluster-region <region>',
    ],
    [
      'Upload the bundle as upgrade/<cluster>/<release>.tgz, such as upgrade/prod-east/4.20.3.tgz.',
      'sts-prep upgrade <directory> --cluster prod-east --release 4.20.3',
    ],
    [
      'After the upgrade, upload the bundle of the release as prune/atlas/<release>.tgz.',
      'sts-prep prune <directory> --cluster atlas --release <release>',
    ],
    [
      'If an optional operator uses it, upload the operator’s request as add/atlas/<name>.tgz.',
      'sts-prep add <directory> --cluster atlas --add-on <name>',
    ],
    [
      'To take the add-on away, upload it as remove/atlas/efs.yaml.',
      'sts-prep remove --cluster atlas --add-on efs',
    ],
    [
      'The key releases/x.tgz is not of the form releases/<release>.tgz or audit/<cluster>/<release>.tgz, e.g. releases/4.20.3.tgz.',
      'sts-prep audit <directory> --cluster <cluster> --release <release>',
    ],
    [
      'The key releases/x.tgz is not of the form releases/<release>.tgz or audit/<cluster>/<release>.tgz.',
      'sts-prep releases <directory> --release <release>',
    ],
    [
      'None: upload a bundle of a release as `releases/<release>.tgz` to have the fleet compared with it.',
      'sts-prep releases <directory> --release <release>',
    ],
    [
      'Upload the bundle of a newer release below upgrade/, or this one below prepare/.',
      'sts-prep upgrade <directory> --cluster <cluster> --release <release>',
    ],
    [
      'Upload the bundle below create-key-pair/ first; or below prepare/, for all of it.',
      'sts-prep create-key-pair <directory>',
    ],
    [
      'Upload the bundle of that release below upgrade/atlas/, and below prune/atlas/ once it is reached.',
      'sts-prep prune <directory> --cluster atlas --release <release>',
    ],
    ['Upload the bundle below prepare/ or upgrade/ or prune/.', 'sts-prep prune'],
    [
      'It becomes known by its present bundle below adopt/, which changes nothing.',
      'sts-prep adopt <directory>',
    ],
    [
      'Upload the bundle of the cluster again: a run repairs it.',
      'the bundle of the cluster  sts-prep prepare',
    ],
    [
      'It says "a", but key prepare/us-east-2/b.tgz says "b". Make them agree, or leave one out.',
      '--cluster, --cluster-region',
    ],
    [
      'Check the name in the key. A cluster becomes known by its present bundle below prepare/.',
      'with --cluster, --cluster-region',
    ],
    ['One run handles 60; prune what an earlier release needed first.', 'sts-prep prune'],
  ])('%s', (remedy, hint) => {
    expect(toldOf(`- **Code** ${text(remedy)}`).join('\n')).toContain(hint);
    expect(toldOf(remedy).join('\n')).toContain(hint);
  });

  test('what it says can be followed', async () => {
    const commands = toldOf(auditMarkdown(sampleAuditReport())).flatMap(
      (line) => /sts-prep (.*)/.exec(line)?.[1] ?? [],
    );
    expect(commands).toContain('upgrade <directory> --cluster borealis --release 4.15.3');
    // What several clusters have to do is said once, with a place for the name.
    const filledIn = commands.map((command) =>
      command.replace('<cluster>', 'borealis').replace('<release>', '4.15.3'),
    );
    for (const command of filledIn) await expect(understood(command)).resolves.toBeUndefined();
  });
});

test('what is said of other things, or of where a bundle lies, has no hint', () => {
  const text = 'Keep one of them and pack the bundle again. | Bundle | s3://intake/upgrade/demo/4.21.0.tgz |';
  expect(toldOf(text)).toEqual([]);
});

test('a large fleet has few lines', () => {
  const hints = toldOf(auditMarkdown(fleetAuditReport(200, 3)));
  expect(hints.length).toBeLessThanOrEqual(10);
});

test('no remedy of the pipeline is left out', () => {
  const files = ['core', 'functions'].flatMap((folder) =>
    readdirSync(project(folder), { recursive: true, encoding: 'utf8' }).map((file) => project(folder, file)),
  );
  const lines = files
    // The client prints Markdown, never the page.
    .filter((file) => file.endsWith('.ts') && !file.includes('html'))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    // What is in the output bucket nobody uploads.
    .filter((line) => !/output bucket/.test(line))
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && /['`].*\b(as|below|form) (?!arn:)[^ ]*\//.test(line));
  expect(lines.length).toBeGreaterThan(8);
  const filledIn = (line: string) =>
    line.replace(/\$\{CLUSTER_OPERATIONS.*\}/, 'prepare/').replace(/\$\{[\w.]+\}/g, 'upgrade');
  for (const line of lines) expect(toldOf(filledIn(line)), line).not.toEqual([]);
});
