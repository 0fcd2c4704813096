import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FactsName } from '../core/domain/cluster-check/snapshot.ts';
import { ClientError, EXIT } from './errors.ts';

/** All pods of a large cluster have some 200 MB. */
const SIZE_LIMIT = 512 * 1024 * 1024;
const PATIENCE_MS = 120_000;

/** What `oc get` is asked for, by what is read of it. Whole names: a cluster may have other resources of a short one. */
export const RESOURCES: Readonly<Record<FactsName, readonly string[]>> = {
  clusterversion: ['clusterversions.config.openshift.io', 'version'],
  authentication: ['authentications.config.openshift.io', 'cluster'],
  cloudcredential: ['cloudcredentials.operator.openshift.io', 'cluster'],
  credentialsrequests: ['credentialsrequests.cloudcredential.openshift.io', '--all-namespaces'],
  secrets: ['secrets', '--all-namespaces'],
  pods: ['pods', '--all-namespaces'],
};

/** Which cluster is asked, as `oc` takes it; undefined: as it is set up. */
export interface Access {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** What is read of a cluster, by name: text of JSON, why there is none, or undefined where nobody told. */
type TextOf<Name extends string> = (name: Name) => string | Unknown | undefined;

/**
 * What a cluster says: the files of a directory, or else what the cluster answers now. Throws what `readDirectory` and `askCluster`
 * throw.
 *
 * @param resources What `oc get` is asked for, by what is read of it.
 * @param from Where it is read; without files the cluster is asked.
 */
export async function readCluster<Name extends string>(
  resources: Readonly<Record<Name, readonly string[]>>,
  { files, ...access }: Access & { readonly files?: string | undefined },
  signal: AbortSignal,
): Promise<TextOf<Name>> {
  return files === undefined ? askCluster(resources, access, signal) : readDirectory(files);
}

/**
 * Asks a cluster by the `oc` or `kubectl` of the caller, who can log in as his organization wants it: with tokens, plugins and
 * proxies. What is printed stays in memory. What the cluster does not tell is unknown; throws ClientError where
 * there is no program to ask it with.
 *
 * @param resources What `oc get` is asked for, by what is read of it.
 */
export async function askCluster<Name extends string>(
  resources: Readonly<Record<Name, readonly string[]>>,
  access: Access,
  signal: AbortSignal,
): Promise<TextOf<Name>> {
  const program = await programAt(signal);
  const answers = new Map<Name, string | Unknown>();
  // One after the other: the answers of a large cluster are large.
  for (const name of Object.keys(resources) as Name[])
    answers.set(name, await get(program, [name, resources[name]], access, signal));
  return (name) => answers.get(name);
}

/** Why something is not known. */
interface Unknown {
  readonly unknown: string;
}

/** Reads the files of a directory, named like what is read of them. Throws ClientError where there is no such directory. */
export function readDirectory(directory: string): TextOf<string> {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ClientError(
      `${directory} is no directory.`,
      'docs/verify-cluster.md has the commands that fill one.',
      EXIT.usage,
    );
  return (name) => {
    const path = join(directory, `${name}.json`);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return undefined;
    return stat.size <= SIZE_LIMIT ? readFileSync(path, 'utf8') : { unknown: `${name}.json is too large.` };
  };
}

async function programAt(signal: AbortSignal): Promise<string> {
  for (const program of ['oc', 'kubectl']) {
    const { missing } = await run(program, ['version', '--client'], signal);
    if (!missing) return program;
  }
  throw new ClientError(
    'There is neither oc nor kubectl on the path, to ask the cluster with.',
    'Install one, or name by --files a directory with what they print; docs/verify-cluster.md has the commands.',
    EXIT.usage,
  );
}

async function get(
  program: string,
  [name, resource]: readonly [name: string, resource: readonly string[]],
  { kubeconfig, context }: Access,
  signal: AbortSignal,
): Promise<string | Unknown> {
  const options = [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--context', context]),
  ];
  const { failed, stdout, stderr } = await run(
    program,
    ['get', ...resource, '--output', 'json', ...options],
    signal,
  );
  if (!failed) return stdout;
  const [why = 'no reason'] = stderr.trim().split('\n').slice(-1);
  return { unknown: `The cluster did not tell its ${name}: ${why.slice(0, 300)}` };
}

interface Ended {
  readonly failed: boolean;
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { signal, maxBuffer: SIZE_LIMIT, timeout: PATIENCE_MS },
      (error, stdout, stderr) => {
        if (signal.aborted) reject(error);
        const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
        resolve({ failed: error !== null, missing, stdout, stderr: stderr || (error?.message ?? '') });
      },
    );
  });
}
