import { rmSync } from 'node:fs';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Assembly } from './assembly.ts';
import { awsVariables, cleanEnvironment } from './child-environment.ts';
import type { Clients } from './clients.ts';
import { readJson, writeJson } from './json-file.ts';
import { local, PROJECT, project } from './paths.ts';
import { run } from './processes.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import { isThere, parseOutputs, STACK, type StackOutputs, stateMachines } from './stack-outputs.ts';

const RECORD = local('deployment.json');
const OUTPUTS = local('outputs.json');

const record = z.object({
  endpoint: z.string(),
  fingerprint: z.string(),
  outputs: z.object({
    intakeBucket: z.string(),
    outputBucket: z.string(),
    stateMachines,
    decideRunArn: z.string(),
    version: z.string(),
  }),
});

export interface Target {
  readonly settings: Settings;
  readonly endpoint: string;
  readonly account: string;
  readonly clients: Clients;
}

/** Deploys the assembly to the endpoint, unless this very one is there. */
export async function ensureDeployed(
  { settings, endpoint, account, clients }: Target,
  assembly: Assembly,
  progress: Progress,
  signal?: AbortSignal,
): Promise<StackOutputs> {
  const earlier = record.safeParse(readJson(RECORD));
  if (
    earlier.success &&
    earlier.data.endpoint === endpoint &&
    earlier.data.fingerprint === assembly.fingerprint &&
    (await isThere(earlier.data.outputs, clients))
  ) {
    progress('stack', `${STACK} is up to date`);
    return earlier.data.outputs;
  }
  forgetDeployment();
  const from = performance.now();
  const cdk = (logFile: string, ...args: readonly string[]) =>
    run({
      program: process.execPath,
      args: [project('node_modules', 'aws-cdk', 'bin', 'cdk'), ...args, '--no-notices', '--no-color'],
      cwd: PROJECT,
      env: {
        ...cleanEnvironment(process.env),
        ...awsVariables(settings, endpoint),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        // The CLI keeps accounts by access key, and dummies are no business of the user's own folder.
        CDK_HOME: local('cdk-home'),
      },
      logFile: local(logFile),
      signal,
    });
  if (!(await isBootstrapped(account, settings.region, clients))) {
    progress('stack', 'preparing the endpoint for CDK');
    await cdk(
      'bootstrap.log',
      'bootstrap',
      `aws://${account}/${settings.region}`,
      '--app',
      assembly.directory,
    );
  }
  progress('stack', `deploying ${STACK}`);
  await cdk(
    'deploy.log',
    'deploy',
    STACK,
    '--app',
    assembly.directory,
    '--require-approval=never',
    // A change set would be made, awaited and executed for nobody to read.
    '--method=direct',
    '--asset-parallelism',
    '--progress=events',
    `--outputs-file=${OUTPUTS}`,
  );
  const outputs = parseOutputs(readJson(OUTPUTS));
  writeJson(RECORD, { endpoint, fingerprint: assembly.fingerprint, outputs });
  progress('stack', `${STACK} deployed in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return outputs;
}

/** The next call deploys, whatever is there. */
export function forgetDeployment(): void {
  rmSync(RECORD, { force: true });
  rmSync(OUTPUTS, { force: true });
}

/** Whether `cdk bootstrap` was run against the endpoint: the bucket is what it is needed for. */
async function isBootstrapped(account: string, region: string, { s3 }: Clients): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: `cdk-hnb659fds-assets-${account}-${region}` }));
    return true;
  } catch {
    return false;
  }
}
