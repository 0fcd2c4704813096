import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { auditHtml } from '../../core/domain/audit/html.ts';
import { chromiumHindrance } from '../../scripts/local/chromium.ts';
import { pagesInBrowser } from '../support/pages-in-browser.ts';
import { sampleAuditReport } from '../support/sample-audits.ts';

// That they are not run, the tests of the page itself say.
describe.skipIf(chromiumHindrance() !== undefined)('the filters of the page of an audit', () => {
  const { onPage } = pagesInBrowser({ sample: auditHtml(sampleAuditReport()) }, { width: 1280, height: 900 });

  const shown = (page: Page) =>
    page.evaluate<Record<string, string[]>>(`({
      rows: [...document.querySelectorAll('.matrix tbody tr')].filter((row) => !row.hidden).map((row) => row.cells[0].textContent),
      articles: [...document.querySelectorAll('article:not([hidden]) h3')].map((head) => head.textContent),
      kinds: [...new Set([...document.querySelectorAll('.problem:not([hidden])')].map(({ dataset }) => dataset.kind))].sort(),
    })`);

  it.each([
    { by: 'Cluster', choose: 'BOREA', names: ['borealis'] },
    { by: 'Cluster', choose: '', names: ['atlas', 'borealis', 'cygnus'] },
    { by: 'State', choose: 'Cluster has drifted', names: ['borealis'] },
    { by: 'State', choose: 'Ready for a release', names: ['atlas'] },
    { by: 'State', choose: 'Upgrade to revoke', names: ['borealis'] },
    { by: 'Finding', choose: 'PermissionsMissing', names: ['atlas'] },
    { by: 'Finding', choose: 'ReleasePermissionsUnclear', names: ['atlas', 'borealis'] },
  ])('by $by show matrix and clusters of "$choose" only', async ({ by, choose, names }) => {
    await onPage('sample', {}, async (page) => {
      const field = page.getByRole(by === 'Cluster' ? 'searchbox' : 'combobox', { name: by, exact: true });
      await (by === 'Cluster' ? field.fill(choose) : field.selectOption({ label: choose }));
      const { rows, articles } = await shown(page);
      expect({ rows, articles }).toEqual({ rows: names, articles: names });
      expect(await page.locator('.filters output').textContent()).toBe(`${names.length} of 3 shown`);
    });
  });

  it('show the problems that the clusters shown have', async () => {
    await onPage('sample', {}, async (page) => {
      await page.getByRole('searchbox').fill('atlas');
      expect((await shown(page))['kinds']).toEqual([
        'BoundaryAdded',
        'NamespaceNeeded',
        'PermissionsMissing',
        'ReleasePermissionsUnclear',
      ]);
      await page.getByRole('combobox', { name: 'Finding', exact: true }).selectOption('PermissionsMissing');
      expect((await shown(page))['kinds']).toEqual(['PermissionsMissing']);
    });
  });

  it('give way when a link leads to what they hide', async () => {
    await onPage('sample', {}, async (page) => {
      await page.getByRole('searchbox').fill('atlas');
      await page.locator('#retract + ul a').click();
      await expect.poll(async () => (await shown(page))['rows']?.length).toBe(3);
      expect(await page.locator('[id="cluster/borealis"]').isVisible()).toBe(true);
    });
  });

  it('are not shown where no script runs, and everything else is', async () => {
    await onPage('sample', { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.filters').isVisible()).toBe(false);
      expect(await page.locator('.matrix tbody tr:visible').count()).toBe(3);
    });
  });
});
