import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { table } from './table.ts';

const PROJECT = new URL('../..', import.meta.url);
const TRIES = 7;

/** Prints, for every function as it is deployed, its size and its time to the first invocation. */
export async function measureBundles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sts-prep-bench-'));
  try {
    execFileSync('npx', ['cdk', 'synth', '--quiet', '--output', folder], {
      cwd: PROJECT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const handler = async () => undefined;\n');
    const emptyMs = firstInvocation(empty);
    const rows = [...functionsIn(folder)].map(([name, file]) => {
      const ms = firstInvocation(file);
      return {
        function: name,
        KiB: (statSync(file).size / 1_024).toFixed(0),
        'KiB gzip': (gzipSync(readFileSync(file)).length / 1_024).toFixed(0),
        'first invocation ms': ms.toFixed(0),
        'empty handler ms': emptyMs.toFixed(0),
      };
    });
    console.log(`\nFunctions as deployed; time from process start to the first answer, median of ${TRIES}`);
    console.log(table(rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* functionsIn(folder: string): Generator<[string, string]> {
  const template = JSON.parse(readFileSync(join(folder, 'StsPrep.template.json'), 'utf8')) as {
    Resources: Record<
      string,
      { Type: string; Properties: { FunctionName?: string; Code?: { S3Key?: string } } }
    >;
  };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function' || Properties.Code?.S3Key === undefined) continue;
    yield [
      Properties.FunctionName ?? '',
      join(folder, `asset.${Properties.Code.S3Key.replace(/\.zip$/, '')}`, 'index.mjs'),
    ];
  }
}

/** Imports a bundle in a fresh process and calls its handler once; an input error is an answer too. */
function firstInvocation(file: string): number {
  const call = `const { handler } = await import(${JSON.stringify(file)});
try { await handler({}, { functionName: 'bench', awsRequestId: '1' }); } catch {}`;
  const times = Array.from({ length: TRIES }, () => {
    const started = process.hrtime.bigint();
    execFileSync(process.execPath, ['--input-type=module', '-e', call], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  return times.sort((a, b) => a - b)[Math.floor(TRIES / 2)] ?? 0;
}
