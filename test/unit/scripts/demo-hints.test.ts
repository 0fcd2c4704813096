import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { auditMarkdown } from '../../../core/domain/audit/markdown.ts';
import { text } from '../../../core/domain/markdown.ts';
import { readDemoArguments } from '../../../scripts/local/demo-arguments.ts';
import { demoHints } from '../../../scripts/local/demo-hints.ts';
import { project } from '../../../scripts/local/paths.ts';
import { fleetAuditReport } from '../../support/fleet-audits.ts';
import { sampleAuditReport } from '../../support/sample-audits.ts';

describe('a remedy that is about the key is told in options of the demo', () => {
  test.each([
    [
      'Add cluster.yaml or install-config.yaml to the bundle, or upload it as <operation>/<region>/<name>.tgz (did you mean us-east-2 for us-est-2?).',
      'npm run demo -- <bundle> --name <name> --region <region>',
    ],
    [
      'Upload the bundle as upgrade/<cluster>/<release>.tgz, such as upgrade/prod-east/4.20.3.tgz.',
      'npm run demo -- <bundle> --operation upgrade --name prod-east --release 4.20.3',
    ],
    [
      'After the upgrade, upload the bundle of the release as prune/atlas/<release>.tgz.',
      'npm run demo -- <bundle> --operation prune --name atlas --release <release>',
    ],
    [
      'If an optional operator uses it, upload the operator’s request as add/atlas/<name>.tgz.',
      'npm run demo -- <bundle> --operation add --name atlas --add-on <name>',
    ],
    [
      'To take the add-on away, upload it as remove/atlas/efs.yaml.',
      '--operation remove --name atlas --add-on efs',
    ],
    [
      'The key releases/x.tgz is not of the form releases/<release>.tgz or audit/<cluster>/<release>.tgz, e.g. releases/4.20.3.tgz.',
      'npm run demo -- <bundle> --operation audit --name <cluster> --release <release>',
    ],
    [
      'The key releases/x.tgz is not of the form releases/<release>.tgz or audit/<cluster>/<release>.tgz.',
      'npm run demo -- <bundle> --operation releases --release <release>',
    ],
    [
      'None: upload a bundle of a release as `releases/<release>.tgz` to have the fleet compared with it.',
      'npm run demo -- <bundle> --operation releases --release <release>',
    ],
    [
      'Upload the bundle of a newer release below upgrade/, or this one below prepare/.',
      'npm run demo -- <bundle> --operation upgrade --name <cluster> --release <release>',
    ],
    [
      'Upload the bundle below create-key-pair/ first; or below prepare/, for all of it.',
      'npm run demo -- <bundle> --operation create-key-pair',
    ],
    ['Upload the bundle below prepare/ or upgrade/ or prune/.', '--operation prune'],
    [
      'It becomes known by its present bundle below adopt/, which changes nothing.',
      'npm run demo -- <bundle> --operation adopt',
    ],
    ['Upload the bundle of the cluster again: a run repairs it.', 'the bundle of the cluster  npm run demo'],
    [
      'It says "a", but key prepare/us-east-2/b.tgz says "b". Make them agree, or leave one out.',
      '--name, --region',
    ],
    [
      'Check the name in the key. A cluster becomes known by its present bundle below prepare/.',
      'made of --operation',
    ],
    ['One run handles 60; prune what an earlier release needed first.', '--operation prune'],
  ])('%s', (remedy, hint) => {
    expect(demoHints(`- **Code** ${text(remedy)}`).join('\n')).toContain(hint);
    expect(demoHints(remedy).join('\n')).toContain(hint);
  });

  test('what it says can be followed', () => {
    const commands = demoHints(auditMarkdown(sampleAuditReport())).flatMap(
      (line) => /npm run demo -- (.*)/.exec(line)?.[1] ?? [],
    );
    expect(commands).toContain('<bundle> --operation upgrade --name borealis --release 4.15.3');
    // What several clusters have to do is said once, with a place for the name.
    const filledIn = commands.map((command) => command.replace('<cluster>', 'borealis'));
    for (const command of filledIn) expect(() => readDemoArguments(command.split(' '))).not.toThrow();
  });
});

test('what is said of other things, or of where a bundle lies, has no hint', () => {
  const text = 'Keep one of them and pack the bundle again. | Bundle | s3://intake/upgrade/demo/4.21.0.tgz |';
  expect(demoHints(text)).toEqual([]);
});

test('a large fleet has few lines', () => {
  const hints = demoHints(auditMarkdown(fleetAuditReport(200, 3)));
  expect(hints.length).toBeLessThanOrEqual(10);
});

test('no remedy of the pipeline is left out', () => {
  const files = ['core', 'functions'].flatMap((folder) =>
    readdirSync(project(folder), { recursive: true, encoding: 'utf8' }).map((file) => project(folder, file)),
  );
  const lines = files
    // The demo prints Markdown, never the page.
    .filter((file) => file.endsWith('.ts') && !file.includes('html'))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && /['`].*\b(as|below|form) [^ ]*\//.test(line));
  expect(lines.length).toBeGreaterThan(8);
  const filledIn = (line: string) =>
    line.replace(/\$\{CLUSTER_OPERATIONS.*\}/, 'prepare/').replace(/\$\{[\w.]+\}/g, 'upgrade');
  for (const line of lines) expect(demoHints(filledIn(line)), line).not.toEqual([]);
});
