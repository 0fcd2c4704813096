import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export async function openAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const fold of all) fold.setAttribute('open', '');
  });
}

/** What axe finds: the rule, and where it is broken. Contrast that it cannot measure counts too. */
export async function violations(page: Page): Promise<string[]> {
  // All rules are run; that passes are not all told saves describing a thousand elements that nothing is wrong with.
  const result = await page.evaluate<AxeResults>(
    `axe.run({ resultTypes: ['violations', 'incomplete'], selectors: false })`,
  );
  expect(result.passes.map(({ id }) => id)).toContain('color-contrast');
  const unmeasured = result.incomplete.filter(({ id }) => id === 'color-contrast');
  return [...result.violations, ...unmeasured].flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`),
  );
}

/** From the header of a PNG. */
export const widthOf = (png: Buffer) => png.readUInt32BE(16);
export const heightOf = (png: Buffer) => png.readUInt32BE(20);
