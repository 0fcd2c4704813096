import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditHtml } from '../../../../core/domain/audit/html.ts';
import type { AuditReport } from '../../../../core/domain/audit/report.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import {
  auditReport,
  emptyAuditReport,
  hostileAuditReport,
  sampleCluster,
  sampleRelease,
} from '../../../support/audit-report.ts';
import { fleetAuditReport } from '../../../support/fleet-audits.ts';
import { all, ids, links, outline, split, text } from '../../../support/page-text.ts';
import { sampleAuditReport } from '../../../support/sample-audits.ts';

const VOID = new Set(['meta', 'use', 'path', 'circle', 'input']);

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
          fc.string({ unit: anyCharacter }),
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
    expect(page).toContain('<code>oc \\u{202e}etaerc\\u{202c} a\\u{200b}b \\u{7}\n\tc\n</code>');
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
