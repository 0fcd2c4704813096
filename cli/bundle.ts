import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { saysSo } from '../core/bundle/mentions.ts';
import { type BundleFile, readBundleFiles } from '../core/bundle/read-archive.ts';
import { bundleEndingOf, SUPPORTED_ENDINGS } from '../core/domain/bundle-endings.ts';
import { BundleRejected } from '../core/domain/errors.ts';
import { formatProblem, rejectionName } from '../core/domain/problem.ts';
import { PUBLIC_KEY_FILE } from '../core/usecases/prepare/bundle-key.ts';
import { configName } from '../core/usecases/prepare/sort-documents.ts';
import { packTgz } from '../core/util/pack-tgz.ts';
import { ClientError, EXIT } from './errors.ts';
import { stripInstallConfig } from './install-config.ts';

/** A bundle as it is uploaded. */
export interface Bundle {
  readonly bytes: Uint8Array;
  /** File name without directory and extension. */
  readonly name: string;
  readonly extension: string;
  /** What is in it; of what was given as one YAML or JSON file, that file. */
  readonly files: readonly BundleFile[];
  /** What stays on this machine, and why. */
  readonly left: readonly { readonly what: string; readonly why: string }[];
}

/** What is uploaded where the key says everything. */
export const NOTHING: Bundle = { bytes: new Uint8Array(), name: '', extension: '.yaml', files: [], left: [] };

/** A directory above this is not a bundle but a mistake in the path. */
const SIZE_LIMIT = 64 * 1024 * 1024;
/** An order is a few lines. */
const ORDER_LIMIT = 64 * 1024;
const MANIFEST = /\.(ya?ml|json)$/i;

/**
 * Makes a bundle of a directory or of a file: the files that a run reads, and of install-config.yaml only what it needs.
 * What is in an archive is treated like what is in a directory. Throws ClientError where there is nothing to upload.
 */
export async function readBundle(path: string): Promise<Bundle> {
  const name = basename(resolve(path));
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw unusable(`${path} does not exist.`, 'Name the directory that `oc adm release extract` wrote to.');
  const isDirectory = stat.isDirectory();
  const extension = isDirectory ? '.tgz' : bundleEndingOf(name);
  // What is neither, such as a named pipe, may never come to an end.
  if (extension === undefined || !(isDirectory || stat.isFile()))
    throw unusable(
      `${path} is no bundle.`,
      `It must be a directory, or a file with one of the endings ${SUPPORTED_ENDINGS}.`,
    );
  if (!isDirectory && stat.size > SIZE_LIMIT) throw tooLarge(path);
  const found = isDirectory ? filesOf(path) : { files: await filesIn(path, name), left: [] };
  const chosen = choose(found.files);
  if (chosen.files.length === 0)
    throw unusable(
      `${path} holds nothing that a bundle is made of.`,
      'Name the directory that `oc adm release extract --credentials-requests` wrote to.',
    );
  const bare = isDirectory ? name : name.slice(0, -extension.length);
  const left = [...found.left, ...chosen.left];
  const [only] = chosen.files;
  if (MANIFEST.test(extension) && only !== undefined)
    return { bytes: only.bytes, name: bare, extension, files: chosen.files, left };
  const packed = chosen.files.map(({ path: file, bytes }) => ({ path: file, content: bytes }));
  return { bytes: await packTgz(packed), name: bare, extension: '.tgz', files: chosen.files, left };
}

/** Reads a file that says what is to be done, such as which cluster to delete. It goes as it is. Throws ClientError. */
export function readOrder(path: string): Bundle {
  const name = basename(resolve(path));
  const stat = statSync(path, { throwIfNoEntry: false });
  const extension = /\.ya?ml$/i.exec(name)?.[0];
  if (stat?.isFile() !== true || extension === undefined)
    throw unusable(`${path} is not a file of YAML.`, 'Name a .yaml file that says what is to be done.');
  if (stat.size > ORDER_LIMIT)
    throw unusable(`${path} has more than ${ORDER_LIMIT} bytes.`, 'Name the right file.');
  const bytes = readFileSync(path);
  return {
    bytes,
    name: name.slice(0, -extension.length),
    extension,
    files: [{ path: name, bytes }],
    left: [],
  };
}

async function filesIn(path: string, name: string): Promise<readonly BundleFile[]> {
  try {
    return await readBundleFiles(name, readFileSync(path));
  } catch (error) {
    if (!(error instanceof BundleRejected)) throw error;
    throw new ClientError(
      [
        `The bundle would be refused (${rejectionName(error.problems)}):`,
        ...error.problems.map((each) => `  ${formatProblem(each)}`),
      ].join('\n'),
      'Correct it and run the command again. Nothing was uploaded.',
      EXIT.refused,
    );
  }
}

type Left = Bundle['left'][number];

/** Files below a directory. Hidden ones stay behind, and so do links that lead out of it. */
function filesOf(root: string): { readonly files: readonly BundleFile[]; readonly left: readonly Left[] } {
  const home = realpathSync(root);
  const files: BundleFile[] = [];
  const left: Left[] = [];
  let size = 0;
  const read = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      const packed = relative(root, path).split(sep).join('/');
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) {
        read(path);
        continue;
      }
      const real = entry.isSymbolicLink() ? realpathOf(path) : path;
      const stat = real === undefined ? undefined : statSync(real);
      if (entry.isSymbolicLink() && (stat?.isFile() !== true || !real?.startsWith(home + sep))) {
        left.push({ what: packed, why: 'a symbolic link that does not lead to a file of the directory' });
        continue;
      }
      if (stat?.isFile() !== true) continue;
      size += stat.size;
      if (size > SIZE_LIMIT) throw tooLarge(root);
      files.push({ path: packed, bytes: readFileSync(path) });
    }
  };
  read(root);
  return { files, left };
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** What a run reads of the files, and what stays. An installer's directory has the kubeadmin password too. */
function choose(given: readonly BundleFile[]): {
  readonly files: readonly BundleFile[];
  readonly left: readonly Left[];
} {
  const files: BundleFile[] = [];
  const left: Left[] = [];
  const texts = given.map((file) => ({ ...file, text: new TextDecoder().decode(file.bytes) }));
  const named = texts
    .filter(({ path }) => configName(path) === 'cluster.yaml')
    .flatMap(({ text }) => publicKeys(text));
  const keys = named.length > 0 ? named : [PUBLIC_KEY_FILE];
  for (const { path, bytes, text } of texts) {
    if (configName(path) === 'install-config.yaml') {
      const stripped = stripInstallConfig(text, path);
      files.push({ path, bytes: Buffer.from(stripped.text) });
      for (const name of stripped.left) left.push({ what: `${path}: ${name}`, why: 'no run needs it' });
    } else if (isNeeded(path, text, keys)) files.push({ path, bytes });
    else left.push({ what: path, why: 'nothing in it is read by a run' });
  }
  return { files, left };
}

function isNeeded(path: string, text: string, keys: readonly string[]): boolean {
  if (configName(path) !== undefined) return true;
  // One in UTF-16 may say anything, and the pipeline refuses it with the reason.
  if (MANIFEST.test(path)) return saysSo(text) || text.includes('\0');
  // A private key is never uploaded, whatever it is called.
  return keys.includes(basename(path)) && !text.includes('PRIVATE KEY');
}

/** Names of the public keys that a cluster.yaml names. */
function publicKeys(config: string): readonly string[] {
  return [...config.matchAll(/\bpublicKeyFile["']?\s*:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"',#}]+))/g)].map(
    ([, double, single, plain]) => basename(double ?? single ?? plain ?? ''),
  );
}

function unusable(message: string, remedy: string): ClientError {
  return new ClientError(message, remedy, EXIT.usage);
}

function tooLarge(path: string): ClientError {
  return unusable(
    `${path} holds more than ${SIZE_LIMIT / 1024 / 1024} MiB: is it the right one?`,
    'Name the directory that `oc adm release extract` wrote to.',
  );
}
