import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { project } from './local/paths.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

const FILE = 'sts-prep.cjs';
/** The oldest Node that the file is tried on: that of Debian 12. */
const OLDEST_NODE = 18;

/** Builds the client into a folder, as one file that needs nothing but Node, and a package of it that depends on nothing. */
export function buildClient(folder: string): void {
  const manifest = JSON.parse(readFileSync(project('package.json'), 'utf8')) as Package;
  const outfile = join(folder, FILE);
  buildSync({
    entryPoints: [project('cli', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: `node${OLDEST_NODE}`,
    // In ESM all of Node's own modules would be loaded at the start, which takes longer than all else.
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    define: { STS_PREP_VERSION: JSON.stringify(manifest.version) },
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
  const { name, version, description, license } = manifest;
  const packed = {
    name,
    version,
    description,
    license,
    bin: { 'sts-prep': FILE },
    engines: { node: `>=${OLDEST_NODE}` },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packed, undefined, 2)}\n`);
  copyFileSync(project('docs', 'client.md'), join(folder, 'README.md'));
  copyFileSync(project('LICENSE'), join(folder, 'LICENSE'));
}

if (import.meta.main) buildClient(project('dist'));
