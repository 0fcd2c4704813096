import { chromiumHindrance, ensureChromium } from './local/chromium.ts';
import { EXIT, main } from './local/main.ts';
import { progressOn } from './local/progress.ts';
import { AWS_CLI, CFN_LINT, ensureVenv } from './local/python.ts';

const USAGE = `Usage: node scripts/test-needs.ts

Has ready what the tests need of the machine: the emulator, cfn-lint and Chromium. What lacks is installed where the user may.`;

await main({ usage: USAGE }, async ({ signal }) => {
  const progress = progressOn(process.stdout);
  const hindrance = chromiumHindrance();
  if (hindrance !== undefined) progress('chromium', `${hindrance} Without it, that is left out.`);
  await ensureVenv(progress, signal);
  await ensureVenv(progress, signal, CFN_LINT);
  await ensureVenv(progress, signal, AWS_CLI);
  if (hindrance === undefined) await ensureChromium(progress);
  return EXIT.ok;
});
