import { mkdirSync, writeFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditHtml } from '../../core/domain/audit/html.ts';
import { chromiumHindrance } from '../../scripts/local/chromium.ts';
import { project } from '../../scripts/local/paths.ts';
import { emptyAuditReport, hostileAuditReport } from '../support/audit-report.ts';
import { fleetAuditReport, fleetCluster } from '../support/fleet-audits.ts';
import { heightOf, openAll, violations, widthOf } from '../support/page-checks.ts';
import { pagesInBrowser } from '../support/pages-in-browser.ts';
import { patience } from '../support/patience.ts';
import { sampleAuditReport } from '../support/sample-audits.ts';

/** Where the screenshots go, for people to look at. */
const OUT = project('out', 'audit-page');

const PAGES: Readonly<Record<string, string>> = {
  sample: auditHtml(sampleAuditReport()),
  empty: auditHtml(emptyAuditReport()),
  alike: auditHtml(fleetAuditReport(9, 2)),
  large: auditHtml(fleetAuditReport(300, 5)),
  long: auditHtml(hostileAuditReport('W'.repeat(400))),
};

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 812 };

const hindrance = chromiumHindrance();
if (hindrance !== undefined) console.warn(`The page of an audit is not tested. ${hindrance}`);

describe.skipIf(hindrance !== undefined)('the page of an audit', () => {
  const { addressOf, browser, onPage } = pagesInBrowser(PAGES, WIDE);

  beforeAll(() => {
    mkdirSync(OUT, { recursive: true });
  });

  /** The page of a large fleet by viewport: opening it takes longer than what is looked at in it. */
  const largePages = new Map<object, Promise<Page>>();

  /** Looks at the page of a large fleet, which others look at too: nothing that they rely on may be changed. */
  async function onLargePage<Result>(
    viewport: typeof WIDE,
    work: (page: Page) => Promise<Result>,
  ): Promise<Result> {
    const opened = largePages.get(viewport) ?? browser().newPage({ viewport });
    largePages.set(viewport, opened);
    const page = await opened;
    if (page.url() === 'about:blank') await page.goto(addressOf('large'));
    return work(page);
  }

  it('asks for nothing but itself, and the browser has nothing to complain of', async () => {
    const context = await browser().newContext({ viewport: WIDE });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    for (const name of Object.keys(PAGES)) await page.goto(addressOf(name), { waitUntil: 'networkidle' });
    expect(said).toEqual([]);
    expect(asked).toEqual(Object.keys(PAGES).map(addressOf));
    await context.close();
  });

  it('lets no script run but its own', async () => {
    await onPage('sample', {}, async (page) => {
      await page.evaluate(`
        document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="document.title = 1">');
        const script = document.createElement('script');
        script.textContent = 'document.title = "ran"';
        document.body.append(script);
      `);
      expect(await page.title()).toMatch(/^Fleet audit 2026-03-02: 3 clusters/);
    });
  });

  it.each([
    // Colours do not depend on the width, nor the width on colours.
    ['sample', 'light', WIDE],
    ['sample', 'dark', NARROW],
    ['alike', 'light', NARROW],
    ['empty', 'dark', WIDE],
  ] as const)(
    'has no violation that axe finds, folded or not: %s, %s, %o',
    async (name, colorScheme, viewport) => {
      // The page's own policy would keep axe out.
      await onPage(name, { colorScheme, viewport, bypassCSP: true }, async (page) => {
        await page.addScriptTag({ content: axe.source });
        expect(await violations(page)).toEqual([]);
        await openAll(page);
        expect(await violations(page)).toEqual([]);
      });
    },
  );

  it.each(Object.keys(PAGES).flatMap((name) => [WIDE, NARROW].map((viewport) => [name, viewport] as const)))(
    'is no wider than the window: %s, %o',
    async (name, viewport) => {
      const widthOfPage = (page: Page) => page.evaluate('document.documentElement.scrollWidth');
      if (name === 'large') return expect(await onLargePage(viewport, widthOfPage)).toBe(viewport.width);
      await onPage(name, { viewport }, async (page) => {
        await openAll(page);
        expect(await widthOfPage(page)).toBe(viewport.width);
      });
    },
  );

  describe('by keyboard', () => {
    it('leads first to the link that skips to the report', async () => {
      await onPage('sample', {}, async (page) => {
        await page.keyboard.press('Tab');
        const skip = page.locator('.skip');
        expect(await page.evaluate('document.activeElement.className')).toBe('skip');
        expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
        await page.keyboard.press('Enter');
        expect(await page.evaluate('document.activeElement.id')).toBe('report');
      });
    });

    it('reaches every link, every fold, every button and every table that scrolls, and shows where it is', async () => {
      await onPage('sample', { viewport: NARROW }, async (page) => {
        await openAll(page);
        const items = page.locator('a[href], summary, [role=region][tabindex], input, select, button');
        const all = await items.evaluateAll((elements) => {
          for (const [index, element] of elements.entries())
            element.setAttribute('data-index', String(index));
          return elements.length;
        });
        const reached = new Set<string>();
        for (let pressed = 0; pressed <= all; pressed += 1) {
          await page.keyboard.press('Tab');
          const [index, outline] = await page.evaluate<[string | null, string]>(
            `[document.activeElement.getAttribute('data-index'), getComputedStyle(document.activeElement).outlineStyle]`,
          );
          if (index === null) break;
          reached.add(index);
          expect(outline).toBe('solid');
        }
        expect(all).toBeGreaterThan(30);
        expect(reached.size).toBe(all);
      });
    });

    it('opens and closes a fold by Enter', async () => {
      await onPage('sample', {}, async (page) => {
        const fold = page.locator('details.part:not([open])').first();
        const handle = await fold.elementHandle();
        const isOpen = () => handle?.evaluate((element) => element.hasAttribute('open'));
        await fold.locator('> summary').focus();
        await page.keyboard.press('Enter');
        expect(await isOpen()).toBe(true);
        await page.keyboard.press('Enter');
        expect(await isOpen()).toBe(false);
      });
    });

    it('scrolls the matrix sideways', async () => {
      await onLargePage(NARROW, async (page) => {
        const matrix = page.locator('.scroll').first();
        await matrix.focus();
        await page.keyboard.press('ArrowRight');
        await expect
          .poll(() => matrix.evaluate((element) => element.scrollLeft), { timeout: patience(20_000) })
          .toBeGreaterThan(0);
        // The names of the clusters stay in sight.
        const name = await matrix.locator('tbody th').first().boundingBox();
        expect(name?.x).toBeGreaterThanOrEqual(0);
      });
    });
  });

  it('opens the problem that a cluster links to', async () => {
    await onPage('sample', {}, async (page) => {
      await openAll(page);
      await page.locator('article a[href^="#p-"]').first().click();
      const problem = page.locator('.problem details[open] .finding:target');
      expect(await problem.isVisible()).toBe(true);
      expect(await problem.textContent()).toContain('In 2 clusters:');
    });
  });

  it('opens what a cell of the matrix links to, however deep it is folded', async () => {
    await onLargePage(WIDE, async (page) => {
      const anchor = `cluster/${fleetCluster(149)}/to/4.17.0`;
      await page.locator(`a[href="#${anchor}"]`).click();
      const target = page.locator(`[id="${anchor}"]`);
      await expect
        .poll(async () => (await target.boundingBox())?.y ?? -1, { timeout: patience(20_000) })
        .toBeGreaterThan(0);
      // With the line that says what it is.
      const title = target.locator('xpath=../summary');
      expect(await title.textContent()).toContain('Upgrade to 4.17.0');
      const y = (await title.boundingBox())?.y;
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(WIDE.height / 2);
    });
  });

  it('opens a new finding that is linked to', async () => {
    await onPage('sample#cluster/atlas/to/4.15.3/finding-1', {}, async (page) => {
      const finding = page.locator('[id="cluster/atlas/to/4.15.3/finding-1"]');
      const box = await finding.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeLessThan(WIDE.height);
    });
  });

  it('gives commands to the clipboard as they are typed', async () => {
    await onPage('sample', {}, async (page) => {
      await openAll(page);
      const gate = page.locator('pre.commands', { hasText: 'upgradeable-to=4.14.0' });
      const selected = () => page.evaluate<string>('String(getSelection())');
      await gate.locator('code').last().click();
      expect((await selected()).trim()).toBe(
        'oc annotate --overwrite cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to=4.14.0',
      );
      await gate.evaluate((element) => element.ownerDocument.getSelection()?.selectAllChildren(element));
      const lines = (await selected()).split('\n').filter((line) => line !== '');
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['oc', 'aws', 'oc']);
    });
  });

  it('copies each command by a button, which those of a fold get when it opens', async () => {
    const permissions = { permissions: ['clipboard-read', 'clipboard-write'] };
    await onPage('sample', permissions, async (page) => {
      const folded = page.locator('details:not([open]) .commands button');
      const all = page.locator('.commands code');
      expect(await folded.count()).toBe(0);
      expect(await page.locator('.commands button').count()).toBeLessThan(await all.count());
      await openAll(page);
      await expect.poll(() => page.locator('.commands button').count()).toBe(await all.count());
      const gate = page.locator('pre.commands', { hasText: 'upgradeable-to=4.14.0' });
      await gate.locator('button').last().click();
      expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
        /^oc annotate .*upgradeable-to=4\.14\.0$/,
      );
    });
  });

  describe('on paper', () => {
    it('shows what is folded, in black on white', async () => {
      await onPage('sample', { colorScheme: 'dark' }, async (page) => {
        const hidden = () =>
          page
            .locator('details p, details li, details pre, details td')
            .evaluateAll(
              (elements) =>
                elements.filter(
                  (element) =>
                    !element.matches('.back') && !element.checkVisibility({ contentVisibilityAuto: true }),
                ).length,
            );
        expect(await hidden()).toBeGreaterThan(10);
        await page.emulateMedia({ media: 'print' });
        // What is skipped by content-visibility is laid out with the next frames.
        await expect.poll(hidden, { timeout: patience(20_000) }).toBe(0);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(ground).toBe('rgb(255, 255, 255)');
      });
    });

    it('makes pages', async () => {
      await onPage('sample', {}, async (page) => {
        const pdf = await page.pdf({ format: 'A4', path: `${OUT}/report.pdf` });
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
        const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
        expect(pages).toBeGreaterThan(3);
        expect(pages).toBeLessThan(15);
      });
    });
  });

  it('shows each of 300 clusters with each of 5 releases', async () => {
    await onLargePage(WIDE, async (page) => {
      expect(await page.locator('.matrix a.badge').count()).toBe(1500);
    });
  });

  it.each([
    ['light', WIDE, 'light'],
    ['narrow-dark', NARROW, 'dark'],
  ] as const)('can be looked at: %s', async (name, viewport, colorScheme) => {
    await onPage('sample', { viewport, colorScheme }, async (page) => {
      const folded = await page.screenshot({ path: `${OUT}/${name}.png`, fullPage: true });
      await openAll(page);
      const open = await page.screenshot({ path: `${OUT}/${name}-open.png`, fullPage: true });
      for (const image of [folded, open]) {
        expect(widthOf(image)).toBe(viewport.width);
        // A page of one colour would be a few kB.
        expect(image.length).toBeGreaterThan(100_000);
      }
      expect(heightOf(open)).toBeGreaterThan(heightOf(folded));
    });
    writeFileSync(`${OUT}/report.html`, PAGES['sample'] ?? '');
  });
});
