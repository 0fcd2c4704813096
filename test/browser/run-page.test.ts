import axe, { type AxeResults } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../core/domain/checks.ts';
import { deletionHtml } from '../../core/domain/deletion/html.ts';
import { reportHtml } from '../../core/domain/report-html.ts';
import { chromiumHindrance } from '../../scripts/local/chromium.ts';
import { pagesInBrowser } from '../support/pages-in-browser.ts';
import { SAMPLE_DELETION, SAMPLE_FAILURE, SAMPLE_GRANTS, SAMPLE_RUN } from '../support/sample-runs.ts';

const HOSTILE = `<img src=x onerror="document.title=1">\u202e${'W'.repeat(300)}`;
const hostileRun = {
  ...SAMPLE_FAILURE,
  warnings: [HOSTILE],
  skipped: [{ file: HOSTILE, reason: HOSTILE }],
  problems: [{ code: 'X', file: HOSTILE, message: HOSTILE, remedy: HOSTILE }],
  roles: [{ name: HOSTILE, arn: HOSTILE, secret: HOSTILE, serviceAccounts: [HOSTILE] }],
};
const PAGES = {
  run: reportHtml(SAMPLE_RUN, CHECKS, SAMPLE_GRANTS),
  failure: reportHtml(SAMPLE_FAILURE, CHECKS),
  hostile: reportHtml(hostileRun, CHECKS, { [HOSTILE]: [HOSTILE] }),
  deletion: deletionHtml(SAMPLE_DELETION),
};
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 812 };

const hindrance = chromiumHindrance();
if (hindrance !== undefined) console.warn(`The pages of runs are not tested. ${hindrance}`);

describe.skipIf(hindrance !== undefined)('the page of a run', () => {
  const { onPage } = pagesInBrowser(PAGES, WIDE);
  const openAll = 'for (const each of document.querySelectorAll("details")) each.open = true';

  it.each([
    ['run', 'light', WIDE],
    ['run', 'dark', NARROW],
    ['failure', 'light', NARROW],
    ['hostile', 'dark', WIDE],
    ['deletion', 'light', NARROW],
    ['deletion', 'dark', WIDE],
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

  it('shows what a bundle says as text, and runs nothing of it', async () => {
    await onPage('hostile', {}, async (page) => {
      await page.evaluate(openAll);
      expect(await page.title()).not.toBe('1');
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('main').innerText()).not.toContain('\u202e');
    });
  });

  it('draws whom each role trusts, from the service accounts to what it may do', async () => {
    await onPage('run', {}, async (page) => {
      const names = await page.locator('article').first().locator('.chain .name').allInnerTexts();
      expect(names.map((name) => name.replace(/\s.*/s, ''))).toEqual([
        'Service',
        'Issuer',
        'Provider',
        'Role',
        'Secret',
        'Permissions',
      ]);
    });
  });

  it.each(['run', 'failure', 'deletion'] as const)('copies each command as it is typed: %s', async (name) => {
    await onPage(name, { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      const command = page.locator('.commands code').last();
      await page.locator('.commands button').last().click();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe((await command.innerText()).trim());
      expect(await page.locator('.commands button').count()).toBe(
        await page.locator('.commands code').count(),
      );
    });
  });
});
