import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PRIVATE_KEY_FILE } from '../../core/storage/layout.ts';
import { LocalError } from '../local/local-error.ts';
import { PROJECT, project, shared } from '../local/paths.ts';
import { anyFreePort } from '../local/ports.ts';
import { tail } from '../local/processes.ts';
import type { Progress } from '../local/progress.ts';
import type { Prepared } from './prepared.ts';
import type { Tools } from './tools.ts';

const FOLDER = shared('proof-run', 'cluster');
const ADMIN = 'proof-admin';
const START_LIMIT_MS = 60_000;

/** A kube-apiserver with the issuer and the key that were prepared, and the issuer's documents served as its bucket would. */
export interface Cluster {
  readonly kubeconfig: string;
  /** Port of 127.0.0.1 at which the issuer's host is, and the file of the authority that vouches for it. */
  readonly issuer: { readonly port: number; readonly authority: string };
  /** What kubectl prints. Throws Error with what it says where it fails. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it on ports of this machine that are free. Throws LocalError with the end of a log where something does not come up. */
export async function startCluster(
  tools: Tools,
  prepared: Prepared,
  progress: Progress,
  signal: AbortSignal,
): Promise<Cluster> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(FOLDER, name);
  const started: ChildProcess[] = [];
  const issuer = await serveIssuer(tools, prepared, file);
  const stop = async () => {
    // The other way round the server waits for its etcd.
    for (const child of started.toReversed()) await ended(child);
    issuer.server.close();
    issuer.server.closeAllConnections();
  };
  try {
    const [client, peer, port] = [await anyFreePort(), await anyFreePort(), await anyFreePort()];
    const etcd = `http://127.0.0.1:${client}`;
    progress('etcd', 'starting');
    started.push(
      start(tools.etcd, file('etcd.log'), [
        `--data-dir=${file('etcd')}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        '--unsafe-no-fsync',
        '--log-level=warn',
      ]),
    );
    writeFileSync(file('tokens.csv'), `${ADMIN},admin,admin,"system:masters"\n`, { mode: 0o600 });
    const key = join(prepared.installFiles, PRIVATE_KEY_FILE);
    progress('apiserver', `starting ${tools.apiServerVersion}`);
    const server = start(tools.apiServer, file('kube-apiserver.log'), [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${file('certificates')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      // As OpenShift sets both from serviceAccountIssuer of the Authentication.
      `--service-account-issuer=${prepared.issuer}`,
      `--api-audiences=${prepared.issuer}`,
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      `--token-auth-file=${file('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--endpoint-reconciler-type=none',
      // Nothing here makes the service account that it asks for in every namespace.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    started.push(server);
    const kubeconfig = file('kubeconfig');
    const cluster: Cluster = {
      kubeconfig,
      issuer: { port: issuer.port, authority: issuer.authority },
      kubectl: (args, input) => kubectl(tools.kubectl, kubeconfig, args, input),
      stop,
    };
    writeFileSync(kubeconfig, kubeconfigOf(port, file(join('certificates', 'apiserver.crt'))), {
      mode: 0o600,
    });
    const from = performance.now();
    while (!(await isReady(cluster))) {
      signal.throwIfAborted();
      if (server.exitCode !== null || performance.now() - from > START_LIMIT_MS)
        throw new LocalError(
          `kube-apiserver did not come up:\n${tail(file('kube-apiserver.log'), 10)}`,
          `See ${FOLDER}.`,
        );
      await sleep(200);
    }
    progress('apiserver', `ready after ${((performance.now() - from) / 1_000).toFixed(1)} s`);
    return cluster;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Serves the documents under the issuer's own host name, with a certificate for it. */
async function serveIssuer(
  { python }: Tools,
  { host, documents }: Prepared,
  file: (name: string) => string,
): Promise<{ readonly server: Server; readonly port: number; readonly authority: string }> {
  const [authority, certificate, key] = [file('authority.pem'), file('issuer.pem'), file('issuer.key')];
  await promisify(execFile)(python, [
    project('scripts', 'proof', 'certificate.py'),
    host,
    authority,
    certificate,
    key,
  ]);
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (request, response) => {
      const body = documents[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body);
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0, authority };
}

function start(program: string, logFile: string, args: readonly string[]): ChildProcess {
  const log = openSync(logFile, 'w');
  const child = spawn(program, args, { cwd: FOLDER, stdio: ['ignore', log, log] });
  closeSync(log);
  child.once('error', () => undefined);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await gone;
  clearTimeout(patience);
}

function kubeconfigOf(port: number, authority: string): string {
  const named = (kind: string, value: object) => ({ name: 'proof', [kind]: value });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'proof',
    clusters: [named('cluster', { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority })],
    users: [named('user', { token: ADMIN })],
    contexts: [named('context', { cluster: 'proof', user: 'proof' })],
  });
}

async function isReady({ kubectl: ask }: Cluster): Promise<boolean> {
  return ask(['get', '--raw', '/readyz']).then(
    (answer) => answer.trim() === 'ok',
    () => false,
  );
}

function kubectl(program: string, kubeconfig: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ['--kubeconfig', kubeconfig, ...args],
      { cwd: PROJECT, maxBuffer: 64 * 1_024 * 1_024, timeout: 60_000 },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr || error.message)),
    );
    child.stdin?.end(input);
  });
}
