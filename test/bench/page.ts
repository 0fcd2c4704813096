import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { auditHtml } from '../../core/domain/audit/html.ts';
import { auditMarkdown } from '../../core/domain/audit/markdown.ts';
import { chromiumArguments, chromiumHindrance, ensureChromium } from '../../scripts/local/chromium.ts';
import { fleetAuditReport } from '../support/fleet-audits.ts';
import type { Sizes } from './arguments.ts';
import { median } from './median.ts';
import type { Measured } from './table.ts';

/** The fleet that the report has to stay usable for. */
const CLUSTERS = 300;
const RELEASES = 5;
const VIEWPORT = { width: 1280, height: 900 };

/**
 * Measures the report of a fleet: how large it is, how long it takes to write, and how long a browser takes to show it.
 * The page comes from a file, as it does to somebody who has downloaded it.
 */
export async function measurePage({ tries }: Pick<Sizes, 'tries'>): Promise<Measured> {
  const report = fleetAuditReport(CLUSTERS, RELEASES);
  const [page, html] = timed(() => auditHtml(report));
  const [text, markdown] = timed(() => auditMarkdown(report));
  const paints = await firstPaints(page, tries);
  return {
    title: `Report of an audit, ${CLUSTERS} clusters and ${RELEASES} releases; ${paints === undefined ? 'there is no Chromium to show it' : `shown by Chromium, median of ${tries}`}`,
    rows: [
      {
        report: 'report.html',
        kB: kilobytes(page),
        'ms to write': html,
        'first paint ms': paints === undefined ? '' : Math.round(median(paints.map(({ paint }) => paint))),
        'loaded ms': paints === undefined ? '' : Math.round(median(paints.map(({ loaded }) => loaded))),
      },
      { report: 'report.md', kB: kilobytes(text), 'ms to write': markdown },
    ],
  };
}

interface Paint {
  readonly paint: number;
  readonly loaded: number;
}

/** Each in a context of its own, so that nothing is remembered. Undefined where there is no browser. */
async function firstPaints(page: string, tries: number): Promise<readonly Paint[] | undefined> {
  if (chromiumHindrance() !== undefined) return undefined;
  const executablePath = await ensureChromium((topic, said) => console.error(`${topic}: ${said}`));
  const folder = mkdtempSync(join(tmpdir(), 'sts-prep-page-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, page);
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  try {
    const paints: Paint[] = [];
    for (let nth = 0; nth < tries; nth += 1) {
      const context = await browser.newContext({ viewport: VIEWPORT });
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(file).href, { waitUntil: 'load' });
      paints.push(await tab.evaluate<Paint>(TIMES));
      await context.close();
    }
    return paints;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both from the beginning of the navigation on. The paint may come after the page is loaded. */
const TIMES = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    const [first] = list.getEntriesByName('first-contentful-paint');
    if (first === undefined) return;
    observer.disconnect();
    resolve({ paint: first.startTime, loaded: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd });
  });
  observer.observe({ type: 'paint', buffered: true });
})`;

function timed(write: () => string): [text: string, milliseconds: number] {
  const start = performance.now();
  const text = write();
  return [text, Math.max(1, Math.round(performance.now() - start))];
}

function kilobytes(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 1_000);
}
