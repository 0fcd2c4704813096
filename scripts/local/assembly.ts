import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { cleanEnvironment } from './child-environment.ts';
import { fingerprint, STACK_SOURCES } from './fingerprint.ts';
import { readJson } from './json-file.ts';
import { LocalError } from './local-error.ts';
import { local, PROJECT, project } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';

/** The synthesized stack, ready to be deployed. */
export interface Assembly {
  readonly directory: string;
  /** Of everything that it was made from. */
  readonly fingerprint: string;
}

const DIRECTORY = local('cdk.out');
const STAMP = local('cdk.out.sha256');
const cdkJson = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).optional() });

/**
 * Synthesizes the stack for an emulator, unless that was done from these very sources. The app runs by itself,
 * not through `cdk synth`: that would first ask the endpoint, which may still be starting, for the account.
 */
export async function ensureAssembly(
  settings: Settings,
  account: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Assembly> {
  const context = emulatorContext(settings);
  const wanted = fingerprint(PROJECT, STACK_SOURCES, JSON.stringify(context), account, settings.region);
  if (existsSync(DIRECTORY) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted)
    return { directory: DIRECTORY, fingerprint: wanted };

  progress('stack', 'synthesizing');
  const config = cdkJson.safeParse(readJson(project('cdk.json')));
  if (!config.success) throw new LocalError('cdk.json is missing, or has no `app`.');
  rmSync(STAMP, { force: true });
  const draft = local('cdk.out.draft');
  rmSync(draft, { recursive: true, force: true });
  await run({
    program: '/bin/sh',
    // As the CDK CLI does: `app` is a command line.
    args: ['-c', config.data.app],
    cwd: PROJECT,
    env: {
      ...cleanEnvironment(process.env),
      CDK_OUTDIR: draft,
      CDK_CONTEXT_JSON: JSON.stringify({ ...config.data.context, ...context }),
      CDK_DEFAULT_ACCOUNT: account,
      CDK_DEFAULT_REGION: settings.region,
    },
    logFile: local('synth.log'),
    signal,
  });
  rmSync(DIRECTORY, { recursive: true, force: true });
  renameSync(draft, DIRECTORY);
  writeFileSync(STAMP, wanted);
  return { directory: DIRECTORY, fingerprint: wanted };
}

/** The CDK context that makes the app a stack for an emulator. Values are text, as after `cdk -c`. */
function emulatorContext(settings: Settings): Record<string, string> {
  return {
    environment: 'emulator',
    tokenVerifier: settings.tokenVerifier,
    ...(Object.keys(settings.serviceEndpoints).length === 0
      ? {}
      : { serviceEndpoints: JSON.stringify(settings.serviceEndpoints) }),
  };
}
