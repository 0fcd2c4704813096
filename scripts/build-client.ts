import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { EXIT } from '../cli/errors.ts';
import { project } from './local/paths.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

const FILE = 'sts-prep.cjs';
const OLDEST_NODE = 22;
/** One that can read the file, and then says that it is too old. */
const READING_NODE = 18;

/** An older one would lack methods in the midst of what it does. */
const CHECK = `if (+process.versions.node.split('.')[0] < ${OLDEST_NODE}) {
  console.error('sts-prep needs Node ${OLDEST_NODE} or later, and this is ' + process.version + '.\\n\\n' +
    'Install one, or put one beside it: \`npm install node@${OLDEST_NODE}\` in the folder where sts-prep is installed.');
  process.exit(${EXIT.usage});
}`;

/** Builds the client into a folder, as one file that needs nothing but Node, and a package of it that depends on nothing. */
export function buildClient(folder: string): void {
  const manifest = JSON.parse(readFileSync(project('package.json'), 'utf8')) as Package;
  const outfile = join(folder, FILE);
  buildSync({
    entryPoints: [project('cli', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: `node${READING_NODE}`,
    // In ESM all of Node's own modules would be loaded at the start, which takes longer than all else.
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    define: { STS_PREP_VERSION: JSON.stringify(manifest.version) },
    banner: { js: `#!/usr/bin/env node\n${CHECK}` },
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
    files: [FILE],
    engines: { node: `>=${OLDEST_NODE}` },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packed, undefined, 2)}\n`);
  copyFileSync(project('docs', 'client.md'), join(folder, 'README.md'));
  copyFileSync(project('LICENSE'), join(folder, 'LICENSE'));
}

if (import.meta.main) buildClient(project('dist'));
