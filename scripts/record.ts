import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildClient } from './build-client.ts';
import { DUMMY_CREDENTIALS } from './local/child-environment.ts';
import { ensureEnvironment } from './local/environment.ts';
import { EXIT, main } from './local/main.ts';
import { project } from './local/paths.ts';
import { progressOn } from './local/progress.ts';
import { readSettings } from './local/settings.ts';
import { type PrintedLine, recording } from './recording.ts';

const USAGE = `Usage: npm run record

Writes docs/demo.svg, which README shows: the client, as it is packed, prepares a cluster on the local environment. The
report itself is left out. A cluster that is there already makes a dull picture: \`npm run local:down\` before.`;

const FILE = project('docs', 'demo.svg');
const COMMAND = 'sts-prep prepare prod-east';

await main({ usage: USAGE }, async ({ variables, signal }) => {
  const { endpoint, region } = await ensureEnvironment(
    readSettings(variables),
    progressOn(process.stderr),
    signal,
  );
  const folder = mkdtempSync(join(tmpdir(), 'sts-prep-record-'));
  try {
    buildClient(join(folder, 'client'));
    const bundle = join(folder, 'prod-east');
    cpSync(project('events', 'bundles', 'demo', 'credreqs'), join(bundle, 'credreqs'), { recursive: true });
    writeFileSync(
      join(bundle, 'install-config.yaml'),
      'metadata: {name: prod-east}\ncredentialsMode: Manual\nplatform: {aws: {region: us-east-1}}\n',
    );
    const lines = await printed(join(folder, 'client', 'sts-prep.cjs'), folder, { endpoint, region });
    writeFileSync(FILE, recording(COMMAND, withoutReport(lines)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return EXIT.ok;
});

function printed(
  client: string,
  cwd: string,
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
): Promise<readonly PrintedLine[]> {
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
  };
  const [, ...args] = COMMAND.split(' ');
  const child = spawn(process.execPath, [client, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const began = performance.now();
  const lines: PrintedLine[] = [];
  createInterface(child.stdout).on('line', (text) => lines.push({ text, atMs: performance.now() - began }));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(lines) : reject(new Error(`The client ended with ${code}.`)),
    );
  });
}

/** What a terminal shows before the report and after it. */
function withoutReport(lines: readonly PrintedLine[]): readonly PrintedLine[] {
  const from = lines.findIndex(({ text }) => text.startsWith('# '));
  const to = lines.findIndex(({ text }) => /^ {2}results /.test(text));
  return from === -1 || to === -1 ? lines : [...lines.slice(0, from), ...lines.slice(to)];
}
