import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditHtml } from '../../../../core/domain/audit/html.ts';
import type { AuditReport } from '../../../../core/domain/audit/report.ts';
import {
  auditReport,
  emptyAuditReport,
  hostileAuditReport,
  sampleCluster,
  sampleFinding,
  sampleRelease,
} from '../../../support/audit-report.ts';
import { fleetAuditReport } from '../../../support/fleet-audits.ts';
import { sampleAuditReport } from '../../../support/sample-audits.ts';

const VOID = new Set(['meta', 'use', 'path', 'circle', 'input']);

/** The tags of a page in order, with the names of their attributes and not their values. */
function outline(page: string): string[] {
  const { body } = split(page);
  return [...body.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

/** The style sheet and the script, which are the same on every page, and everything else. */
function split(page: string): { readonly style: string; readonly script: string; readonly body: string } {
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const [whole = '', script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  return { style, script, body: page.replace(style, '').replace(whole, '') };
}

/** The text between two tags, as a reader sees it. */
function text(markup: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '');
}

const all = (page: string, pattern: RegExp) => [...page.matchAll(pattern)].map(([, group = '']) => group);
const ids = (page: string) => all(page, / id="([^"]*)"/g);
const links = (page: string) => all(page, /<a [^>]*href="([^"]*)"/g);
const section = (page: string, id: string) =>
  all(page, new RegExp(`<section[^>]* aria-labelledby="${id}">(.*?)</section>`, 'gs'))[0] ?? '';

/** Every element that is opened is closed, in the right order. */
function expectBalanced(page: string): void {
  const open: string[] = [];
  for (const tag of outline(page)) {
    const [, end, name = '', alone] = /^<(\/?)([a-z0-9]+)[^>]*?(\/?)>$/.exec(tag) ?? [];
    if (tag.startsWith('<!doctype') || alone === '/' || VOID.has(name)) continue;
    if (end === '/') expect(open.pop(), tag).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
}

describe('text that others wrote', () => {
  it.each([
    ['an element', '<script>alert(1)</script>'],
    ['a closing element', '</pre></details></main>'],
    ['an attribute', '" onclick="alert(1)" x="'],
    ["an attribute with '", "' onclick='alert(1)' x='"],
    ['the end of the style sheet', '</style><style>body{display:none}'],
    ['a comment', '<!-- hidden'],
    ['an entity', '&lt;script&gt;'],
    ['Markdown', '# `a` | **b**\n```'],
  ])('never becomes %s, and is read as it was written', (_, written) => {
    const page = auditHtml(hostileAuditReport(written));
    expect(outline(page)).toEqual(outline(auditHtml(hostileAuditReport('x'))));
    expectBalanced(page);
    expect(all(page, /<dd><pre>(.*?)<\/pre>/gs).map(text)).toContain(written);
  });

  it('never adds or ends an element, whatever it is', () => {
    const expected = outline(auditHtml(hostileAuditReport('x')));
    const nasty = fc.array(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '/',
        '=',
        '`',
        '</',
        '<!--',
        '-->',
        '<b>',
        '\\',
        '\0',
        'x',
        ' ',
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          nasty.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (written) => {
          const page = auditHtml(hostileAuditReport(written));
          expect(outline(page)).toEqual(expected);
          const { body } = split(page);
          expect(body.split('<').length).toBe(body.split('>').length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cannot hide what a command does', () => {
    const page = auditHtml(hostileAuditReport('oc \u202eetaerc\u202c a\u200bb \u0007\r\n\tc'));
    expect(page).toContain('<code>oc \ufffdetaerc\ufffd a\ufffdb \ufffd\n\tc\n</code>');
    expect(page).not.toMatch(/[\p{Cf}\r]/u);
  });

  it('makes a link to nowhere but this page', () => {
    for (const link of links(auditHtml(hostileAuditReport('javascript:alert(1)'))))
      expect(link).toMatch(/^#/);
  });
});

const PAGES: readonly (readonly [string, AuditReport])[] = [
  ['a realistic report', sampleAuditReport()],
  ['an empty fleet', emptyAuditReport()],
  ['a large fleet', fleetAuditReport(40, 5)],
  ['hostile text', hostileAuditReport('<a href="x">\n b')],
  ['one release twice', auditReport([sampleCluster({ releases: [sampleRelease(), sampleRelease()] })])],
];

describe.each(PAGES)('the page of %s', (_, report) => {
  const page = auditHtml(report);

  it('is whole', () => {
    expectBalanced(page);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toMatch(/<title>Fleet audit [^<]+<\/title>/);
  });

  it('loads nothing, and runs nothing but its own script', () => {
    expect(page).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-");
    expect(split(page).body).not.toMatch(/<(script|link|img|iframe|object|embed|form)\b| src=| on\w+="/);
    expect(split(page).style).not.toMatch(/url\(|@import/);
  });

  it('has every id once, and every link leads to one', () => {
    expect(new Set(ids(page)).size).toBe(ids(page).length);
    for (const id of ids(page)) expect(id).toMatch(/^[\w./-]+$/);
    for (const link of links(page)) expect(ids(page)).toContain(link.slice(1));
  });

  it('has one h1, and no heading leaves out a level', () => {
    const levels = all(page, /<h([1-6])[ >]/g).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it('has the landmarks, and the skip link before all else', () => {
    for (const landmark of ['header', 'main', 'footer']) expect(page.split(`<${landmark}`).length).toBe(2);
    expect(page).toMatch(/<body>\s*<a class="skip" href="#report">/);
  });

  it('gives every table a caption and every header its scope', () => {
    expect(all(page, /<table[^>]*>\s*<(\w+)/g).every((first) => first === 'caption')).toBe(true);
    expect(all(page, /<th( [^>]*)?>/g).every((attributes) => /scope="(row|col)"/.test(attributes))).toBe(
      true,
    );
    expect(
      all(page, /<div class="scroll"([^>]*)>/g).every((attributes) =>
        /role="region" aria-label="[^"]+" tabindex="0"/.test(attributes),
      ),
    ).toBe(true);
  });

  it('tells every state by a word', () => {
    for (const badge of all(page, /<(?:span|a) class="badge [^>]*>(.*?)<\/(?:span|a)>/gs))
      expect(text(badge)).toMatch(/^([A-Z]|\d+ )[a-z ]+$/);
  });
});

describe('the page', () => {
  const page = auditHtml(sampleAuditReport());

  it('sums the audit up', () => {
    expect(page).toContain(
      '3 clusters: 1 clean, 1 drifted, 1 unknown. 1 of 5 pairs of cluster and release is ready.',
    );
    expect(page).toContain('<time datetime="2026-03-02T04:00:00.412Z">2026-03-02 04:00 UTC</time>');
  });

  it('has the matrix first, then what has to be revoked, then the problems', () => {
    const sections = all(page, /<section[^>]* aria-labelledby="(\w+)">/g);
    expect(sections).toEqual(['fleet', 'retract', 'problems', 'new', 'releases', 'clusters']);
    expect(section(page, 'retract')).toContain('href="#cluster/borealis"');
  });

  it('says above the matrix that an upgrade has to be revoked', () => {
    const [header = ''] = page.split('<main');
    expect(text(header)).toContain('1 upgrade to revoke');
    expect(links(header)).toContain('#retract');
  });

  it('tells a problem of two clusters once, and links to it from each', () => {
    const problems = section(page, 'problems');
    expect(problems.match(/a condition on aws:PrincipalTag/g)).toHaveLength(1);
    const [shared = ''] = all(problems, /<details class="more">(.*?)<\/details>/gs);
    expect(text(shared)).toContain(
      '2 clusters, 4.15.3: ReleasePermissionsUnclear openshift-machine-api/aws-cloud-credentials',
    );
    expect(text(shared)).toContain('upgrade/<cluster>/4.15.3.tgz');
    const [id = ''] = ids(shared);
    for (const name of ['atlas', 'borealis']) expect(links(article(name))).toContain(`#${id}`);
  });

  it('lists what one cluster alone has too, and tells it in full there', () => {
    const anchor = '#cluster/atlas/to/4.15.3/finding-1';
    expect(links(section(page, 'problems'))).toContain(anchor);
    expect(text(article('atlas'))).toContain('The release asks for ec2:EnableFastSnapshotRestores');
  });

  it('says what is new in each release, once', () => {
    const releases = text(section(page, 'releases'));
    expect(releases).toContain('What is new in 4.15.3 against 4.14.0');
    expect(releases).toContain('No earlier release is on hand');
    expect(releases).toContain('New action kms:CreateGrant on arn:aws:kms:*:*:key/*');
    expect(releases).toContain('Gone action kms:CreateGrant on every resource');
    expect(releases).toContain('For clusters with the feature set TechPreviewNoUpgrade');
    expect(releases).toContain('Taken away: openshift-cloud-network-config-controller/cloud-credentials');
  });

  it('lists the new findings that need attention, with links to them', () => {
    expect(links(section(page, 'new'))).toEqual([
      '#cluster/atlas/to/4.15.3/finding-1',
      '#cluster/borealis/drift/finding-1',
      '#cluster/borealis/drift/finding-3',
    ]);
  });

  it('folds up the end of a long list of new findings', () => {
    const drift = Array.from({ length: 25 }, (_, nth) => sampleFinding({ isNew: true, resource: `${nth}` }));
    const news = section(auditHtml(auditReport([sampleCluster({ status: 'drifted', drift })])), 'new');
    expect(news).toContain('5 more');
    expect(links(news)).toHaveLength(25);
  });

  it('shows every cluster against every release, and links each cell', () => {
    const rows = all(section(page, 'fleet'), /<tr[^>]*>(.*?)<\/tr>/gs).map((row) =>
      all(row, /<t[hd][^>]*>(.*?)<\/t[hd]>/gs).map(text),
    );
    expect(rows).toEqual([
      ['Cluster', 'Prepared for', 'State', '4.14.0', '4.15.3', '4.16.0-rc.2'],
      ['atlas', '4.13.21', 'Clean', 'Ready', 'Not ready', 'Unknown'],
      ['borealis', '4.14.0', 'DriftedRevoke', '–Not compared', 'Not ready', 'Unknown'],
      ['cygnus', '–', 'Unknown', ...Array.from({ length: 3 }, () => '–Not compared')],
    ]);
    expect(links(section(page, 'fleet'))).toContain('#cluster/borealis/to/4.15.3');
  });

  it('shows a release that is there twice both times', () => {
    const releases = [sampleRelease(), sampleRelease({ status: 'not-ready', reasons: ['no'] })];
    const fleet = section(auditHtml(auditReport([sampleCluster({ releases })])), 'fleet');
    expect(links(fleet)).toEqual(['#cluster/demo', '#cluster/demo/to/4.14.0', '#cluster/demo/to/4.14.0/2']);
  });

  it('shows a bundle that cannot be used, with the reason', () => {
    const danger = all(section(page, 'releases'), /<div class="danger">(.*?)<\/div>/gs).map(text);
    expect(danger).toHaveLength(1);
    expect(danger[0]).toMatch(/4\.16\.0-rc\.2 cannot be used.*ArchiveDamaged/s);
  });

  const article = (name: string) =>
    all(page, /<article>(.*?)<\/article>/gs).find((one) => one.includes(`<h3>${name}</h3>`)) ?? '';

  it('has in a cluster first what is to be revoked, then drift, then its releases', () => {
    expect(all(article('borealis'), /<h4>(.*?)<\/h4>/gs).map(text)).toEqual([
      'Revoke the upgrade to 4.15.3',
      'Drift',
      'Upgrade to 4.15.3',
      'Upgrade to 4.16.0-rc.2',
      'Last use of the roles',
    ]);
  });

  it('gives the commands of a ready release in order, and of no other', () => {
    const commands = all(article('atlas'), /<pre class="commands">(.*?)<\/pre>/gs).map(text);
    expect(commands).toHaveLength(1);
    expect(commands[0]?.split('\n').map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      'oc get',
      'aws s3',
      'oc annotate',
      '',
    ]);
  });

  it('groups findings by severity, and folds away those about which nothing has to be done', () => {
    expect(all(article('borealis'), /<h5 class="group (\w+)">/g)).toEqual([
      'critical',
      'warning',
      'critical',
      'info',
    ]);
    expect(article('borealis')).toMatch(/<details class="lesser"><summary><h5 class="group info">/);
  });

  it('labels the evidence, and folds it when it is long', () => {
    expect(all(article('borealis'), /<dt>(Found|Wanted)<\/dt>/g)).toContain('Wanted');
    const drift = [sampleFinding({ live: 'x\n'.repeat(40) })];
    expect(auditHtml(auditReport([sampleCluster({ status: 'drifted', drift })]))).toContain(
      'Evidence, 41 lines',
    );
  });

  it('names the files of a bundle that nobody reads', () => {
    const bundle = {
      release: '4.20.3',
      source: 's3://a',
      requests: 1,
      problems: [],
      ignored: ['a.txt', 'b'],
    };
    expect(text(auditHtml(auditReport([], [bundle])))).toContain('Not read: a.txt, b');
  });

  it('says what else is worth knowing of a release below why it is not ready', () => {
    const release = sampleRelease({ status: 'unknown', reasons: ['Because.'], notes: ['By the way.'] });
    const told = text(auditHtml(auditReport([sampleCluster({ releases: [release] })])));
    expect(told).toMatch(/Because\.\s+Worth knowing\s+By the way\./);
  });

  it('says of a role that it was not used', () => {
    expect(text(article('atlas'))).toContain('Never, or not within 400 days');
  });

  it('says why nothing is known of a cluster', () => {
    expect(text(article('cygnus'))).toContain('Its registry entry cannot be read');
  });

  it('says how a fleet without clusters gets one', () => {
    expect(text(auditHtml(emptyAuditReport()))).toMatch(/No cluster is registered yet.*prepare\//s);
  });

  it('folds every cluster up when there are many', () => {
    expect(all(page, /<details class="cluster"( open)?>/g)).toEqual([' open', ' open', ' open']);
    const large = all(auditHtml(fleetAuditReport(20, 1)), /<details class="cluster"( open)?>/g);
    expect(large).toEqual(Array.from({ length: 20 }, () => ''));
  });
});
