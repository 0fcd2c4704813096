import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { LocalError } from '../local/local-error.ts';
import { project, shared } from '../local/paths.ts';
import { run } from '../local/processes.ts';
import type { Progress } from '../local/progress.ts';
import { ensureVenv, PROOF, pythonOf } from '../local/python.ts';

/** Programs that others wrote, which a cluster is proved with. */
export interface Tools {
  readonly apiServer: string;
  /** Its own word for its version. */
  readonly apiServerVersion: string;
  readonly etcd: string;
  readonly kubectl: string;
  /** Verifies tokens with go-oidc. */
  readonly goVerifier: string;
  /** Has PyJWT and cryptography. */
  readonly python: string;
  /** OpenShift's own definitions of what is made in the cluster. */
  readonly definitions: readonly string[];
}

/** The release that scripts/proof/go/go.mod asks for. */
const RELEASE = '1.37.2';
const LDFLAGS = [
  '-s',
  '-w',
  `-X k8s.io/component-base/version.gitVersion=v${RELEASE}`,
  '-X k8s.io/component-base/version.gitMajor=1',
  '-X k8s.io/component-base/version.gitMinor=37',
].join(' ');

const MODULE = project('scripts', 'proof', 'go');
const FOLDER = shared('proof-tools');

/** Where OpenShift defines its resources: modules, what the checksum database has of them, and the files. */
const DEFINITIONS = [
  {
    module: 'github.com/openshift/api@v0.0.0-20251015095338-264e80a2b6e7',
    sum: 'h1:Ot2fbEEPmF3WlPQkyEW/bUCV38GMugH/UmZvxpWceNc=',
    files: [
      'config/v1/zz_generated.crd-manifests/0000_10_config-operator_01_authentications.crd.yaml',
      'config/v1/zz_generated.crd-manifests/0000_00_cluster-version-operator_01_clusterversions-Default.crd.yaml',
      'operator/v1/zz_generated.crd-manifests/0000_40_cloud-credential_00_cloudcredentials.crd.yaml',
    ],
  },
  {
    module: 'github.com/openshift/cloud-credential-operator@v0.0.0-20250417173756-8ff60a024ed9',
    sum: 'h1:J+IRohkwLBnB1K+BTAxynqYAQalJOAN10F0t9fteXeM=',
    files: ['manifests/0000_03_cloud-credential-operator_01_crd.yaml'],
  },
] as const;

const execute = promisify(execFile);

/** Makes what is not there yet. Throws LocalError that says what to install where Go is missing. */
export async function ensureTools(
  variables: NodeJS.ProcessEnv,
  progress: Progress,
  signal: AbortSignal,
): Promise<Tools> {
  await ensureVenv(progress, signal, PROOF);
  const go = new Go(variables, progress, signal);
  const given = variables['KUBE_APISERVER'];
  const apiServer =
    given || (await go.build('k8s.io/kubernetes/cmd/kube-apiserver', `kube-apiserver-${RELEASE}`));
  const goVerifier = await go.build('.', 'verify-oidc');
  const definitions = await go.definitions();
  go.removeCache();
  const bin = dirname(pythonOf(PROOF));
  const { stdout } = await execute(apiServer, ['--version']);
  return {
    apiServer,
    apiServerVersion: stdout.trim(),
    etcd: join(bin, 'etcd'),
    kubectl: join(bin, 'kubectl'),
    goVerifier,
    python: pythonOf(PROOF),
    definitions,
  };
}

const downloaded = z.object({ Dir: z.string(), Sum: z.string() });

/** The Go of this machine, with caches that are taken away when all is built: they have gigabytes. */
class Go {
  readonly #env: Record<string, string>;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;

  constructor(variables: NodeJS.ProcessEnv, progress: Progress, signal: AbortSignal) {
    const kept = Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('AWS_'),
    );
    this.#env = {
      ...Object.fromEntries(kept),
      CGO_ENABLED: '0',
      GOFLAGS: '-modcacherw',
      GOPATH: join(FOLDER, 'go'),
      GOCACHE: join(FOLDER, 'go-cache'),
    };
    this.#progress = progress;
    this.#signal = signal;
  }

  async build(target: string, name: string): Promise<string> {
    const program = join(FOLDER, name);
    const sources = ['go.mod', 'go.sum', 'verify.go'].map((file) => readFileSync(join(MODULE, file), 'utf8'));
    // The server is of the release in its name; the verifier is made anew with its sources.
    const isKept = existsSync(program) && (target !== '.' || stampOf(program) === sources.join('\n'));
    if (isKept) return program;
    await this.#check();
    mkdirSync(FOLDER, { recursive: true });
    this.#progress('go', `building ${name} into .local (once)`);
    await run({
      program: 'go',
      args: ['build', '-p', '2', '-trimpath', '-ldflags', LDFLAGS, '-o', `${program}.part`, target],
      cwd: MODULE,
      env: this.#env,
      logFile: join(FOLDER, 'go.log'),
      signal: this.#signal,
    });
    renameSync(`${program}.part`, program);
    if (target === '.') writeFileSync(`${program}.sources`, sources.join('\n'));
    return program;
  }

  /** Files of OpenShift, of modules whose content is known by its hash. */
  async definitions(): Promise<readonly string[]> {
    const folder = join(FOLDER, 'definitions');
    const found: string[] = [];
    for (const { module, sum, files } of DEFINITIONS) {
      const places = files.map((file) => join(folder, file.split('/').at(-1) ?? ''));
      found.push(...places);
      if (places.every((place) => existsSync(place))) continue;
      await this.#check();
      const { stdout } = await execute('go', ['mod', 'download', '-json', module], {
        // Of no module, so that what its go.mod says does not matter.
        cwd: FOLDER,
        env: { ...this.#env, GO111MODULE: 'on' },
      });
      const { Dir, Sum } = downloaded.parse(JSON.parse(stdout));
      if (Sum !== sum)
        throw new LocalError(`${module} is not what it was.`, 'Compare it with sum.golang.org.');
      mkdirSync(folder, { recursive: true });
      for (const [index, file] of files.entries()) copyFileSync(join(Dir, file), places[index] ?? '');
    }
    return found;
  }

  removeCache(): void {
    for (const name of ['GOPATH', 'GOCACHE']) rmSync(this.#env[name] ?? '', { recursive: true, force: true });
  }

  async #check(): Promise<void> {
    const version = await execute('go', ['env', 'GOVERSION']).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    const [, minor = '0'] = /^go1\.(\d+)/.exec(version ?? '') ?? [];
    if (Number(minor) < 26)
      throw new LocalError(
        version === undefined ? 'There is no Go on the path.' : `The Go on the path is ${version}.`,
        'Install Go 1.26 or later (https://go.dev/dl), or name a ready kube-apiserver by KUBE_APISERVER.',
      );
  }
}

/** The sources that a program was made of. */
function stampOf(program: string): string | undefined {
  const stamp = `${program}.sources`;
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}
