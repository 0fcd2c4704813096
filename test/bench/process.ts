import { execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalError } from '../../scripts/local/local-error.ts';
import { project } from '../../scripts/local/paths.ts';
import { testEmulator } from '../support/test-emulator.ts';
import type { PartName, Sizes } from './arguments.ts';
import type { Measured } from './table.ts';

/** What the process of a part is given as its only argument, in JSON. */
export interface Task {
  readonly part: PartName;
  readonly sizes: Sizes;
  /** Empty for a part that calls no AWS API. */
  readonly endpoint: string;
}

const PART = new URL('part.ts', import.meta.url);
/** What a part works on: an emulator, the stack deployed to one of its own, or neither. */
const WORKS_ON: Readonly<Record<PartName, 'emulator' | 'stack' | undefined>> = {
  runs: 'emulator',
  chain: 'emulator',
  plans: 'emulator',
  deletions: 'emulator',
  bundles: undefined,
  cold: 'stack',
  policies: undefined,
  audit: 'emulator',
  page: undefined,
  bombs: undefined,
};

/**
 * Measures a part in a process of its own, with an emulator and a temporary folder of its own: handlers keep their SDK
 * clients, and with them the emulator they first called. All of it ends here, also when the part is interrupted.
 */
export async function measureInProcess(part: PartName, sizes: Sizes, signal: AbortSignal): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'sts-prep-bench-'));
  const env = partEnvironment(part, folder);
  const emulator = WORKS_ON[part] === 'emulator' ? await testEmulator() : undefined;
  try {
    signal.throwIfAborted();
    return await measured({ part, sizes, endpoint: emulator?.endpoint ?? '' }, env, signal);
  } finally {
    await emulator?.stop();
    if (WORKS_ON[part] === 'stack') await endDeployment(env);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * The whole environment of a part, which `main` has isolated from the caller's account and proxy. One that deploys the stack
 * does it beside the caller's own.
 */
function partEnvironment(part: PartName, folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TMPDIR: folder,
    ...(WORKS_ON[part] === 'stack' && { STS_PREP_ENVIRONMENT: 'bench' }),
  };
}

/** What the part deployed runs on by itself, if the part did not come to its end. */
async function endDeployment(env: NodeJS.ProcessEnv): Promise<void> {
  await promisify(execFile)(process.execPath, [project('scripts', 'local-down.ts')], { env });
}

function measured(task: Task, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Measured> {
  const child = fork(PART, [JSON.stringify(task)], { env });
  const end = () => child.kill();
  signal.addEventListener('abort', end);
  return new Promise<Measured>((resolve, reject) => {
    let answer: Measured | undefined;
    child.once('message', (message) => {
      answer = message as Measured;
    });
    child.once('error', reject);
    child.once('close', (code, by) => {
      if (answer !== undefined) resolve(answer);
      else reject(new LocalError(`The part ${task.part} ended with ${code ?? by}; the reason is above.`));
    });
  }).finally(() => signal.removeEventListener('abort', end));
}
