import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/local/child-environment.ts';
import { E2E_ENVIRONMENT } from './test/e2e/setup.ts';
import { patience } from './test/support/patience.ts';
import { propertySeed } from './test/support/seed.ts';

// Whatever account, region, proxy or local environment the caller's shell is about, tests run without.
isolate();
process.env['PROPERTY_SEED'] = String(propertySeed());
for (const name of Object.keys(process.env)) if (/^(STS_PREP|SFN)_/.test(name)) delete process.env[name];

/** Nothing that one test or one hook does takes longer on an idle machine. */
const limits = {
  testTimeout: patience(60_000),
  // Chromium may have to be installed first, or the stack be deployed.
  hookTimeout: patience(120_000),
  expect: { poll: { timeout: patience(1_000) } },
};

export default defineConfig({
  test: {
    // Much of the time one waits for an emulator that is at work, so that there may be as many as processors.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...limits,
          name: 'unit',
          include: ['test/{unit,contract,infra}/**/*.test.ts'],
          setupFiles: ['test/support/each-file.ts'],
          // Node runs the sources as they are. Vite's transformation makes every call from one module into another
          // a look-up, which is a fifth of all that is computed here.
          experimental: { viteModuleRunner: false },
          // Loading the SDK and the CDK anew for each of a hundred files would take most of the time.
          isolate: false,
        },
      },
      {
        test: {
          ...limits,
          name: 'integration',
          include: ['test/{integration,faults,bench}/**/*.test.ts'],
          setupFiles: ['test/support/each-file.ts', 'test/support/fresh-modules.ts'],
          globalSetup: 'test/support/emulator-setup.ts',
          isolate: false,
        },
      },
      { test: { ...limits, name: 'browser', include: ['test/browser/**/*.test.ts'] } },
      {
        test: {
          ...limits,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/setup.ts',
          env: E2E_ENVIRONMENT,
          // One deployed environment for all files.
          fileParallelism: false,
        },
      },
    ],
  },
});
