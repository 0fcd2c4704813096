import { defineConfig } from 'vitest/config';
import { isolate } from './scripts/local/child-environment.ts';

// Whatever account, region, proxy or local environment the caller's shell is about, tests run without.
isolate();
for (const name of Object.keys(process.env)) if (/^(STS_PREP|SFN)_/.test(name)) delete process.env[name];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,contract,infra}/**/*.test.ts'],
          setupFiles: ['test/support/this-machine-only.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,faults,bench}/**/*.test.ts'],
          setupFiles: ['test/support/this-machine-only.ts'],
          globalSetup: 'test/support/emulator-setup.ts',
          // Key pairs of 4,096 bits on a busy machine.
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          // Chromium may have to be installed first.
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // A local environment that is not the developer's, where waits of the state machines are short.
          env: { STS_PREP_ENVIRONMENT: 'test', SFN_WAIT_SCALE: '0.02' },
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // One deployed environment for all files.
          fileParallelism: false,
        },
      },
    ],
  },
});
