import { chmodSync, readFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { project } from './local/paths.ts';

/** Builds the client into one file, which needs nothing but Node. */
export function buildClient(outfile: string): void {
  const { version } = JSON.parse(readFileSync(project('package.json'), 'utf8')) as { version: string };
  buildSync({
    entryPoints: [project('cli', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    // In ESM all of Node's own modules would be loaded at the start, which takes longer than all else.
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    define: { STS_PREP_VERSION: JSON.stringify(version) },
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}

if (import.meta.main) buildClient(project('dist', 'sts-prep.cjs'));
