import type { KnipConfig } from 'knip';

/**
 * Finds what nobody uses: files, dependencies, and exports (`npm run exports`). It looks twice. By default tests count
 * as users; with `--production` only what starts at a `!` does, so that code which lives for its tests alone is found
 * too. An export that shall stay all the same has `@internal` and the reason in its comment.
 */
const config: KnipConfig = ({ production = false }) => ({
  entry: [
    'cli/main.ts!',
    'functions/*/*.ts!',
    'infra/app.ts!',
    'scripts/*.ts!',
    'scripts/local/sts-double/serve.ts!',
    'test/e2e/oc.ts',
    'test/faults/worker.ts',
  ],
  project: ['{cli,core,functions,infra,scripts,statemachine}/**/*.ts!', 'test/**/*.ts'],
  // Types are exported with what they are the types of. A function that is used here and by tests is theirs to call.
  ignoreExportsUsedInFile: production || { interface: true, type: true },
  // Commands of the operating system.
  ignoreBinaries: ['apt-cache', 'chroot', 'unshare'],
  treatConfigHintsAsErrors: true,
  treatTagHintsAsErrors: true,
});

export default config;
