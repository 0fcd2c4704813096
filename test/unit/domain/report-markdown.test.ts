import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../core/domain/report.ts';
import { reportMarkdown } from '../../../core/domain/report-markdown.ts';

const TITLES = { jwks: 'The JWKS holds the signing key' };

/** A report in which every text that can come from a bundle is the given one. */
function report(text: string, more: Partial<Report> = {}): Report {
  const at = { file: text, document: 2, field: text };
  return {
    version: 1,
    run: 'demo-prepare-1',
    operation: 'prepare',
    outcome: 'rollback-incomplete',
    endedAt: '2026-01-02T03:04:05.000Z',
    bundle: { bucket: 'intake', key: text },
    changes: [{ action: 'update', resource: text, part: text }],
    skipped: [{ ...at, reason: text }],
    warnings: [text],
    problems: [{ code: 'TagInvalid', ...at, message: text, remedy: text }],
    error: { name: 'InvalidBundle', cause: text },
    undo: [
      { resource: text, outcome: 'undone', detail: text },
      { resource: text, outcome: 'left', detail: text, commands: ['aws s3 ls'] },
    ],
    verification: [{ check: 'jwks', proved: 1, notProved: 1, reason: text }],
    ...more,
  };
}

/** What Markdown sees: code spans and escaped characters are inert. */
function live(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|`[^`\n]*`/g, (inert) => (inert.startsWith('`') ? '`code`' : 'x'));
}

describe('text of a bundle', () => {
  it.each([
    ['html', '<script>alert(1)</script>', /<script/],
    ['an html comment', '<!-- hidden', /<!--/],
    ['emphasis', '**bold** __bold__ *i* ~~gone~~', /\*i|__b|~~/],
    ['a link', '[click](https://example.com)', /\[click/],
    ['an image', '![x](https://example.com)', /!\[x/],
    ['an autolink', '<https://example.com>', /<https/],
    ['a code span', 'a `b` c', /a `/],
    ['a table cell', 'a | b', /a \| b/],
    ['a heading', '# Prepared and verified', /[^#]# Prepared/],
    ['an entity', '&lt;b&gt;', /&lt;/],
    ['a backslash before markup', '\\<b>', /<b/],
  ])('never becomes %s', (_, text, markup) => {
    expect(live(reportMarkdown(report(text), TITLES))).not.toMatch(markup);
  });

  it.each([
    ['a list', '- item'],
    ['a list with +', '+ item'],
    ['a numbered list', '1. item'],
    ['a rule, or a heading of the line before', '---'],
    ['a heading of the line before', '==='],
    ['a fenced block', '~~~'],
    ['an indented block', '      code'],
  ])('never becomes %s at the beginning of a line', (_, text) => {
    const quoted = live(reportMarkdown(report(`Wrong.\n${text}`), TITLES))
      .split('\n')
      .filter((line) => line.startsWith('> '));
    expect(quoted).toHaveLength(2);
    expect(quoted[1]).not.toMatch(/^> ([-+=]|\d+[.)]|~~~| {2,})/);
  });

  it('never adds a line, a table column or a code span, whatever it is', () => {
    const outline = (text: string) =>
      live(reportMarkdown(report(text), TITLES))
        .split('\n')
        .map((line) => `${line.split('|').length} ${line.split('`').length} ${line.includes('<')}`);
    const nasty = fc.array(fc.constantFrom('`', '|', '<', '>', '\\', '#', '\n\n', '\r', '*', '_', 'x', ' '), {
      minLength: 1,
    });
    fc.assert(
      // The cause keeps its lines; line ends inside it are the pipeline's own.
      fc.property(
        fc.oneof(
          nasty.map((parts) => parts.join('')),
          fc.string({ minLength: 1 }),
        ),
        (text) => {
          const cause = { name: 'InvalidBundle', cause: text.replaceAll('\n', ' ') };
          const rendered = live(reportMarkdown(report(text, { error: cause }), TITLES)).split('\n');
          expect(
            rendered.map(
              (line) => `${line.split('|').length} ${line.split('`').length} ${line.includes('<')}`,
            ),
          ).toEqual(outline('x'));
        },
      ),
    );
  });
});

describe('a report', () => {
  const plain = (more: Partial<Report>): Report => ({
    version: 1,
    run: 'demo-prepare-1',
    operation: 'prepare',
    outcome: 'prepared',
    endedAt: '2026-01-02T03:04:05.000Z',
    bundle: { bucket: 'intake', key: 'prepare/demo.tgz' },
    cluster: { name: 'demo', region: 'us-east-2', featureSet: 'Default' },
    changes: [],
    skipped: [],
    warnings: [],
    ...more,
  });

  it.each([
    ['prepared', '# demo: Prepared and verified'],
    ['rejected', '# demo: Bundle refused; nothing was made'],
    ['rolled-back', '# demo: Failed and rolled back; the account is as it was before'],
    ['rollback-incomplete', '# demo: Failed, and not everything could be undone'],
    ['cluster-busy', '# demo: Another run is at work on this cluster; nothing was made'],
  ] as const)('that is %s begins with "%s"', (outcome, headline) => {
    expect(reportMarkdown(plain({ outcome }), TITLES).split('\n')[0]).toBe(headline);
  });

  it('names the bundle when the cluster is not known', () => {
    const { cluster: _, ...unknown } = plain({ outcome: 'rejected' });
    expect(reportMarkdown(unknown, TITLES)).toMatch(/^# prepare\/demo\.tgz: Bundle refused/);
  });

  it('says that nothing changed on a converged cluster', () => {
    expect(reportMarkdown(plain({}), TITLES)).toContain(
      '## Changes\n\nNone: everything was as it should be.',
    );
  });

  it.each(['rejected', 'cluster-busy'] as const)('that is %s has no word on changes', (outcome) => {
    expect(reportMarkdown(plain({ outcome }), TITLES)).not.toContain('## Changes');
  });

  it('lists changes, created things without a part', () => {
    const changes = [
      { action: 'create', resource: 'role a', part: 'all' },
      { action: 'update', resource: 'role b', part: 'trust policy' },
    ] as const;
    expect(reportMarkdown(plain({ changes: [...changes] }), TITLES)).toContain(
      '## Changes\n\n- create role a\n- update role b: trust policy',
    );
  });

  it('tells what is left before what was undone, with the commands that finish the job', () => {
    const text = reportMarkdown(report('x'), TITLES);
    expect(text).toContain('## What is left\n\n- x: x\n\n  ```sh\n  aws s3 ls\n  ```');
    expect(text.indexOf('## What is left')).toBeLessThan(text.indexOf('## What was undone'));
  });

  it('tells what could not be proved, and why', () => {
    expect(reportMarkdown(report('an emulator'), TITLES)).toContain(
      '| The JWKS holds the signing key | 1 | 1: an emulator |',
    );
  });

  it('says how to go on, once there is an archive', () => {
    const files = ['s3://out/clusters/demo/install.tar.gz'];
    expect(reportMarkdown(plain({ files }), TITLES)).toContain(`aws s3 cp ${files[0]} install.tar.gz`);
    expect(reportMarkdown(plain({}), TITLES)).not.toContain('## Next');
    expect(reportMarkdown(plain({ files, outcome: 'rolled-back' }), TITLES)).not.toContain('## Next');
  });
});

describe('the report of an upgrade', () => {
  const SECRETS = 's3://output/clusters/demo/upgrades/4.14.0/manifests';
  const role = (namespace: string) => ({
    name: `demo-${namespace}-creds`,
    arn: 'arn',
    secret: `${namespace}/creds`,
    serviceAccounts: [],
  });
  const upgrade = (more: Partial<Report> = {}) =>
    reportMarkdown(
      report('x', {
        operation: 'upgrade',
        release: '4.14.0',
        outcome: 'prepared',
        cluster: { name: 'demo', region: 'us-east-2', release: '4.13.5', featureSet: 'Default' },
        roles: [role('b'), role('a'), role('old')],
        files: [`${SECRETS}/a-creds-credentials.yaml`, `${SECRETS}/b-creds-credentials.yaml`],
        ...more,
      }),
      TITLES,
    );

  it('names both releases, and gives the commands for the new Secrets in their order', () => {
    const page = upgrade();
    expect(page).toContain('| Release | 4.13.5 |\n| Also prepared for | 4.14.0 |');
    const [, commands] = /```sh\n([^`]*)```\n\nWhen everything suffices/.exec(page) ?? [];
    expect(commands?.split('\n')).toEqual([
      'oc get namespace a || oc create namespace a',
      'oc get namespace b || oc create namespace b',
      `aws s3 cp ${SECRETS}/a-creds-credentials.yaml - | oc apply -f -`,
      `aws s3 cp ${SECRETS}/b-creds-credentials.yaml - | oc apply -f -`,
      '',
    ]);
  });

  it('says that the cluster has not changed, and never opens the upgrade itself', () => {
    for (const page of [upgrade(), upgrade({ files: [] })]) {
      expect(page).toContain('Nothing in the cluster has changed yet.');
      expect(page).toContain('the next audit that has the bundle of 4.14.0');
      expect(page).not.toMatch(/annotate|openshift-install/);
    }
    expect(upgrade({ files: [] })).toContain('The cluster needs no new Secret.');
  });

  it('has no next steps when it failed', () => {
    expect(upgrade({ outcome: 'rolled-back' })).not.toContain('## Next');
  });
});

it('the report of a prune has no steps for an installer', () => {
  const page = reportMarkdown(
    report('x', {
      operation: 'prune',
      release: '4.14.0',
      outcome: 'prepared',
      changes: [{ action: 'delete', resource: 'role unused', part: 'all' }],
      files: ['s3://output/clusters/demo/install.tar.gz'],
    }),
    TITLES,
  );
  expect(page).toContain('| Pruned to | 4.14.0 |');
  expect(page).toContain('- delete role unused\n');
  expect(page).not.toContain('## Next');
});
