import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION as version } from '../infra/version.ts';
import { buildClient } from './build-client.ts';
import { EXIT, main, UsageError } from './local/main.ts';
import { project } from './local/paths.ts';
import { notesOf } from './release-notes.ts';

const USAGE = `Usage: npm run release -- v<version>

Writes into dist/release what a release has besides its sources: the client as one file and as a package, a bill of
materials (CycloneDX) of what is deployed or packed, the notes out of CHANGELOG.md, and SHA256SUMS. Nothing is published.`;

const FOLDER = project('dist', 'release');

await main({ usage: USAGE }, async ({ args: [tag, ...others] }) => {
  if (tag === undefined || others.length > 0) throw new UsageError('One version is named, such as v1.2.3.');
  if (tag !== `v${version}`)
    throw new UsageError(`The tag is ${tag}, and package.json has the version ${version}.`);
  const notes = notesOf(readFileSync(project('CHANGELOG.md'), 'utf8'), version);
  if (notes === undefined) throw new UsageError(`CHANGELOG.md has no section "## ${version}".`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  buildClient(project('dist'));
  copyFileSync(project('dist', 'sts-prep.cjs'), join(FOLDER, 'sts-prep.cjs'));
  npm('pack', project('dist'), '--pack-destination', FOLDER);
  // .npmrc includes tools of development everywhere; here it must not.
  const materials = npm('sbom', '--sbom-format=cyclonedx', '--omit=dev', '--include=prod');
  writeFileSync(join(FOLDER, `sts-prep-${version}.cdx.json`), materials);
  writeFileSync(join(FOLDER, 'SHA256SUMS'), sums());
  writeFileSync(join(FOLDER, 'notes.md'), notes);
  process.stdout.write(`${readdirSync(FOLDER).join('\n')}\n`);
  return EXIT.ok;
});

function npm(...args: readonly string[]): Buffer {
  return execFileSync('npm', args, {
    cwd: project(),
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** As `sha256sum --check` reads it. */
function sums(): string {
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(FOLDER, name)))
      .digest('hex');
  return readdirSync(FOLDER)
    .map((name) => `${sum(name)}  ${name}\n`)
    .join('');
}
