import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditMarkdown } from '../../../../core/domain/audit/markdown.ts';
import {
  auditReport,
  emptyAuditReport,
  hostileAuditReport,
  sampleCluster,
  sampleFinding,
  sampleRelease,
} from '../../../support/audit-report.ts';
import { sampleAuditReport } from '../../../support/sample-audits.ts';

/** The Markdown without its fenced blocks, found as a reader of Markdown finds them. */
function withoutBlocks(markdown: string): string {
  let fence: string | undefined;
  const kept = markdown.split('\n').filter((line) => {
    const [, ticks = ''] = /^ *(`{3,})/.exec(line) ?? [];
    if (fence === undefined && ticks !== '') {
      fence = ticks;
      return false;
    }
    if (fence === undefined) return true;
    if (line.trim() === ticks && ticks.length >= fence.length) fence = undefined;
    return false;
  });
  expect(fence).toBeUndefined();
  return kept.join('\n');
}

/** What Markdown sees: code spans, escaped characters and the addresses of links are inert. */
function live(markdown: string): string {
  return withAddresses(markdown).replace(/\]\(#[\p{L}\p{M}\p{N}\p{Pc}-]*\)/gu, '](#)');
}

function withAddresses(markdown: string): string {
  return withoutBlocks(markdown).replace(/\\[!-/:-@[-`{-~]|`[^`\n]*`/g, (inert) =>
    inert.startsWith('`') ? '`code`' : 'x',
  );
}

function outline(markdown: string): string[] {
  return live(markdown)
    .split('\n')
    .map((line) => `${line.split('|').length} ${line.split('`').length} ${line.includes('<')}`);
}

describe('text that others wrote', () => {
  it.each([
    ['html', '<script>alert(1)</script>', /<script/],
    ['an html comment', '<!-- hidden', /<!--/],
    ['emphasis', '**bold** __bold__ *i* ~~gone~~', /\*i|__b|~~/],
    ['a link', '[click](https://example.com)', /\[click/],
    ['the end of a link', '](https://example.com)', /\]\(https/],
    ['a code span', 'a `b` c', /a `/],
    ['the end of a block', '```\n# Fleet audit: all clean', /# Fleet audit:/],
    ['the end of a longer block', 'a\r````\r<b>', /<b>/],
    ['a table cell', 'a | b', /a \| b/],
    ['a heading', 'Wrong.\n# All is well', /^ *# All/m],
    ['an entity', '&lt;b&gt;', /&lt;/],
  ])('never becomes %s', (_, text, markup) => {
    expect(live(auditMarkdown(hostileAuditReport(text)))).not.toMatch(markup);
  });

  it('never adds a line, a table column or markup, whatever it is', () => {
    const expected = outline(auditMarkdown(hostileAuditReport('x')));
    const nasty = fc.array(
      fc.constantFrom('`', '```', '|', '<', '>', '\\', '#', '\n', '\r', '~~~', '*', '_', '[', ']', 'x', ' '),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          nasty.map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const markdown = auditMarkdown(hostileAuditReport(text));
          expect(live(markdown)).not.toContain('<');
          expect(outline(markdown)).toEqual(expected);
        },
      ),
    );
  });
});

describe('the report', () => {
  const markdown = auditMarkdown(sampleAuditReport());

  it('begins with the facts of the audit and a summary', () => {
    expect(markdown).toMatch(/^# Fleet audit\n\n\| \| \|\n/);
    expect(markdown).toContain('| Started by | schedule |');
    expect(markdown).toContain('| Ended | 2026-03-02 04:01 UTC, after 1 min 37 s |');
    expect(markdown).toContain(
      '3 clusters: 1 clean, 1 drifted, 1 unknown. 1 of 5 pairs of cluster and release is ready.',
    );
  });

  it('has the matrix first, then what is to be revoked, then the problems', () => {
    const titles = [...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles.slice(0, 3)).toEqual(['Fleet', 'Upgrades to revoke', 'Problems']);
    expect(markdown).toContain('### Revoke the upgrade to 4.15.3');
  });

  it('lists what is new, the critical first', () => {
    const part = markdown.slice(markdown.indexOf('## New since'), markdown.indexOf('## Available'));
    const items = part.split('\n').filter((line) => line.startsWith('- '));
    expect(items.map((item) => item.slice(2, item.indexOf(':')))).toEqual([
      'Critical',
      'Critical',
      'Warning',
    ]);
  });

  it('tells a problem of two clusters once, and links to it from each', () => {
    const [, told = ''] = /^### ReleasePermissionsUnclear, problem \w+\n(.*?)^#/ms.exec(markdown) ?? [];
    expect(told).toContain('In 2 clusters: atlas, borealis');
    expect(told).toContain('upgrade/\\<cluster\\>/4.15.3.tgz');
    expect(markdown.match(/\[ReleasePermissionsUnclear\]\(#/g)).toHaveLength(2);
  });

  it('says what is new in each release', () => {
    expect(markdown).toContain('### What is new in 4.15.3 against 4.14.0\n');
    expect(markdown).toContain('### What is new in 4.14.0\n\nNo earlier release is on hand');
    expect(markdown).toContain('- New action on arn:aws:kms:\\*:\\*:key/\\*: `kms:CreateGrant`');
  });

  it('names the files of a bundle that nobody reads', () => {
    const bundle = { release: '4.20.3', source: 's3://a', requests: 1, problems: [], ignored: ['a.txt'] };
    expect(auditMarkdown(auditReport([], [bundle]))).toContain('; `s3://a`; not read: `a.txt`; 1 request');
  });

  it('says what else is worth knowing of a release', () => {
    const releases = [sampleRelease({ status: 'unknown', reasons: ['Because.'], notes: ['By the way.'] })];
    expect(auditMarkdown(auditReport([sampleCluster({ releases })]))).toContain(
      '- Because.\n\nWorth knowing:\n\n- By the way.\n',
    );
  });

  it('shows every cluster against every release', () => {
    expect(markdown).toContain('| Cluster | Prepared for | State | 4.14.0 | 4.15.3 | 4.16.0-rc.2 |');
    expect(markdown).toMatch(/^\| \[cygnus\]\(#cluster-cygnus-unknown\) \| – \| Unknown \| – \| – \| – \|$/m);
  });

  it('has links to its own headings only, and each is there', () => {
    const anchors = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(' ', '-')
        .replace(/[^a-z0-9-]/g, ''),
    );
    const links = [...withAddresses(markdown).matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) expect(anchors).toContain(link?.slice(1));
  });

  it('gives the commands of a ready release in order, and of no other', () => {
    const sections = markdown.split(/^#+ /m);
    const gates = sections.filter((section) => section.includes('To open the upgrade'));
    expect(gates.map((section) => section.split('\n')[0])).toEqual(['atlas to 4.14.0: ready']);
    expect(gates[0]).toMatch(/```sh\noc get namespace .*\naws s3 cp .*\noc annotate .*=4\.14\.0\n```/);
  });

  it('names a bundle that cannot be used, with the reason', () => {
    expect(markdown).toMatch(/^- \*\*Cannot be used:\*\* 4\.16\.0-rc\.2, .*\n {2}- ArchiveDamaged: /m);
  });

  it('says why nothing is known of a cluster', () => {
    expect(markdown).toMatch(/## Cluster cygnus: unknown\n\nIts registry entry cannot be read/);
  });

  it('shows evidence of several lines as it is', () => {
    const finding = sampleFinding({ live: 'a\n  b', wanted: '```\nc' });
    const report = auditReport([sampleCluster({ status: 'drifted', drift: [finding] })]);
    expect(auditMarkdown(report)).toContain(
      '  Found:\n\n  ```\n  a\n    b\n  ```\n\n  Wanted:\n\n  ````\n  ```\n  c\n  ````\n',
    );
  });

  it('orders releases by version', () => {
    const releases = ['4.9.0', '4.20.1', '4.16.0', '4.16.0-rc.2'].map((release) =>
      sampleRelease({ release }),
    );
    expect(auditMarkdown(auditReport([sampleCluster({ releases })]))).toContain(
      '| State | 4.9.0 | 4.16.0-rc.2 | 4.16.0 | 4.20.1 |',
    );
  });

  it('says how a fleet without clusters gets one', () => {
    const empty = auditMarkdown(emptyAuditReport());
    expect(empty).toContain('No cluster is registered');
    expect(empty).toContain('prepare/');
    expect(empty).not.toContain('## New');
  });

  it('ends with one newline', () => {
    expect(markdown).toMatch(/[^\n]\n$/);
    expect(markdown).not.toMatch(/\n{3}/);
  });
});

describe('what is new', () => {
  it('is nothing when no finding is', () => {
    expect(auditMarkdown(auditReport([sampleCluster()]))).toContain('Nothing that would need attention.');
  });

  it('cannot be told by the first audit', () => {
    const { previousAudit: _, ...first } = auditReport([sampleCluster()]);
    expect(auditMarkdown(first)).toContain('This is the first audit');
  });
});
