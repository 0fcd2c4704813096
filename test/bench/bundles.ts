import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildHandlers } from '../../infra/build-handlers.ts';
import type { Sizes } from './arguments.ts';
import type { Measured } from './table.ts';

/** Measures, for every function as it is deployed, its size and its time to the first invocation. */
export function measureBundles({ functions, tries }: Pick<Sizes, 'functions' | 'tries'>): Measured {
  // The temporary folder of this process is its own, and goes with it.
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  buildHandlers(functions, folder);
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => undefined;\n');
  const emptyMs = firstInvocation(empty, tries);
  const rows = functions.map((name) => {
    const file = join(folder, name, 'index.mjs');
    return {
      function: name,
      KiB: (statSync(file).size / 1_024).toFixed(0),
      'KiB gzip': (gzipSync(readFileSync(file)).length / 1_024).toFixed(0),
      'first invocation ms': firstInvocation(file, tries).toFixed(0),
      'empty handler ms': emptyMs.toFixed(0),
    };
  });
  return {
    title: `Functions as deployed; time from process start to the first answer, median of ${tries}`,
    rows,
  };
}

/** Imports a bundle in a fresh process and calls its handler once; an input error is an answer too. */
function firstInvocation(file: string, tries: number): number {
  const call = `const { handler } = await import(${JSON.stringify(file)});
try { await handler({}, { functionName: 'bench', awsRequestId: '1' }); } catch {}`;
  const times = Array.from({ length: tries }, () => {
    const started = process.hrtime.bigint();
    execFileSync(process.execPath, ['--input-type=module', '-e', call], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  return times.sort((a, b) => a - b)[Math.floor(tries / 2)] ?? 0;
}
