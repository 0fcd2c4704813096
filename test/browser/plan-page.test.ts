import { readFileSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { planHtml } from '../../core/domain/plan-report/html.ts';
import { type PlanReport, planReportSchema } from '../../core/domain/plan-report/schema.ts';
import { chromiumHindrance } from '../../scripts/local/chromium.ts';
import { project } from '../../scripts/local/paths.ts';
import { pagesInBrowser } from '../support/pages-in-browser.ts';

const sample = planReportSchema.parse(
  JSON.parse(readFileSync(project('test', 'unit', 'storage', 'samples', 'planReport', '1.json'), 'utf8')),
);
const HOSTILE = `<img src=x onerror="document.title=1">\u202e${'W'.repeat(300)}`;

/** The sample with a stranger's text wherever text of a bundle can be, and with every verdict. */
const hostile: PlanReport = {
  ...sample,
  components: sample.components.map((each, index) => ({
    ...each,
    source: HOSTILE,
    verdict: (['create', 'change', 'keep', 'remove'] as const)[index % 4] ?? 'keep',
    permissions: { added: [HOSTILE], removed: [HOSTILE], kept: 2 },
    serviceAccounts: { added: [HOSTILE], removed: [HOSTILE], kept: 0 },
    boundary: { from: HOSTILE },
  })),
  warnings: [HOSTILE],
  staying: [HOSTILE],
  skipped: [HOSTILE],
};
const empty: PlanReport = {
  ...sample,
  isEmpty: true,
  components: sample.components.filter(({ verdict }) => verdict === 'keep'),
  files: { create: [], update: [], remove: [] },
};
const PAGES = { sample: planHtml(sample), hostile: planHtml(hostile), empty: planHtml(empty) };
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 812 };

const hindrance = chromiumHindrance();
if (hindrance !== undefined) console.warn(`The page of a plan is not tested. ${hindrance}`);

describe.skipIf(hindrance !== undefined)('the page of a plan', () => {
  const { onPage } = pagesInBrowser(PAGES, WIDE);
  const openAll = 'for (const each of document.querySelectorAll("details")) each.open = true';

  it.each([
    ['sample', 'light', WIDE],
    ['sample', 'dark', NARROW],
    ['hostile', 'light', NARROW],
    ['empty', 'dark', WIDE],
  ] as const)(
    'has no violation that axe finds, and fits: %s, %s, %o',
    async (name, colorScheme, viewport) => {
      await onPage(name, { colorScheme, viewport, bypassCSP: true }, async (page) => {
        await page.addScriptTag({ content: axe.source });
        await page.evaluate(openAll);
        const { violations } = await page.evaluate<AxeResults>('axe.run()');
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      });
    },
  );

  it('runs nothing and shows what a bundle says as text', async () => {
    await onPage('hostile', {}, async (page) => {
      await page.evaluate(openAll);
      expect(await page.title()).toMatch(/^Plan of upgrade demo 4\.21\.0/);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('main').innerText()).not.toContain('\u202e');
    });
  });

  it('shows what is new, open, before what stays as it is', async () => {
    await onPage('sample', {}, async (page) => {
      const open = page.locator('article details[open]');
      expect(await open.count()).toBe(sample.counts.create + sample.counts.change);
      const [first] = await page.locator('article .lines .in code').allInnerTexts();
      expect(first).toBe('system:serviceaccount:openshift-volume-snapshots:volume-snapshot-controller');
    });
  });
});
