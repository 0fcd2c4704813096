import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildHandlers } from '../../infra/build-handlers.ts';
import type { Sizes } from './arguments.ts';
import { median } from './median.ts';
import type { Measured } from './table.ts';

/** Measures, for every function as it is deployed, its size and what its first invocation takes. */
export async function measureBundles({
  functions,
  tries,
}: Pick<Sizes, 'functions' | 'tries'>): Promise<Measured> {
  // The temporary folder of this process is its own, and goes with it.
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  await buildHandlers(functions, folder);
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, 'exports.handler = async () => undefined;\n');
  const nothing = firstInvocation(empty, tries);
  const rows = functions.map((name) => {
    const file = join(folder, name, 'index.js');
    const first = firstInvocation(file, tries);
    return {
      function: name,
      KiB: (statSync(file).size / 1_024).toFixed(0),
      'KiB gzip': (gzipSync(readFileSync(file)).length / 1_024).toFixed(0),
      'first invocation ms': first.ms.toFixed(0),
      'CPU ms': first.cpuMs.toFixed(0),
      'times an empty handler': (first.cpuMs / nothing.cpuMs).toFixed(1),
    };
  });
  return {
    title: `Functions as deployed; from process start to the first answer, median of ${tries}; an empty handler takes ${nothing.ms.toFixed(0)} ms, ${nothing.cpuMs.toFixed(0)} of CPU`,
    rows,
  };
}

interface Invocation {
  readonly ms: number;
  /** Of all threads of the process; unlike the time, hardly a matter of what else the machine does. */
  readonly cpuMs: number;
}

/** Loads a bundle in a fresh process, as Lambda does, and calls its handler once; an input error is an answer too. */
function firstInvocation(file: string, tries: number): Invocation {
  const call = `const { handler } = require(${JSON.stringify(file)});
handler({}, { functionName: 'bench', awsRequestId: '1' }).catch(() => {}).then(() => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(3, String((user + system) / 1_000));
});`;
  const all = Array.from({ length: tries }, (): Invocation => {
    const started = process.hrtime.bigint();
    const { output } = spawnSync(process.execPath, ['-e', call], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    return { ms: Number(process.hrtime.bigint() - started) / 1e6, cpuMs: Number(output[3]) };
  });
  return { ms: median(all.map(({ ms }) => ms)), cpuMs: median(all.map(({ cpuMs }) => cpuMs)) };
}
