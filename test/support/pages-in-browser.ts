import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { chromiumArguments, ensureChromium } from '../../scripts/local/chromium.ts';

export interface PagesInBrowser {
  readonly addressOf: (name: string) => string;
  /** There from the first test on. */
  readonly browser: () => Browser;
  /** Opens a page, does something with it, and closes it. */
  readonly onPage: <Result>(
    name: string,
    options: BrowserContextOptions,
    work: (page: Page) => Promise<Result>,
  ) => Promise<Result>;
}

/** Serves pages by their names to a Chromium, for the tests of the suite that calls it. */
export function pagesInBrowser(
  pages: Readonly<Record<string, string>>,
  viewport: { readonly width: number; readonly height: number },
): PagesInBrowser {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const page = pages[url.slice(1)];
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = await ensureChromium((topic, text) => console.log(`${topic}: ${text}`));
    browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const addressOf = (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;

  return {
    addressOf,
    browser: () => browser,
    onPage: async (name, options, work) => {
      const context = await browser.newContext({ viewport, ...options });
      try {
        const page = await context.newPage();
        await page.goto(addressOf(name));
        return await work(page);
      } finally {
        await context.close();
      }
    },
  };
}
