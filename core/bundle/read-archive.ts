import { bundleEndingOf, SUPPORTED_ENDINGS } from '../domain/bundle-endings.ts';
import { BundleRejected } from '../domain/errors.ts';
import type { Problem } from '../domain/problem.ts';
import { corrupt, PACK_ANEW } from './archive-entry.ts';
import { type BundleType, bundleTypeOf, type ContentType, contentTypeOf, isArchive } from './bundle-type.ts';
import { type BundleFile, collectFiles, expandsTooMuch } from './collect-files.ts';
import { normaliseFilePath, showPath } from './entry-path.ts';
import { expansionLimit, gunzip } from './inflate.ts';
import { MAX_BUNDLE_BYTES, MAX_ENTRY_BYTES } from './limits.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';
import { isZero } from './tar-header.ts';

export type { BundleFile } from './collect-files.ts';

/** What the content of each type of bundle has to be, before any unpacking. */
const CONTENT: Readonly<Record<BundleType, ContentType>> = {
  'tar.gz': 'gzip',
  tar: 'tar',
  zip: 'zip',
  single: 'text',
};

/**
 * Turns an uploaded object into its files, in byte order of their paths. `fileName` is the object key or its
 * last segment; its ending (see bundle-endings.ts) says what the content has to be. A YAML or JSON file is a bundle of one file. Files of any kind are returned, not just YAML.
 *
 * Throws `BundleRejected` with all problems that were found; each names the entry in `file`. Nothing is
 * written anywhere, and nothing is read beyond the limits in limits.ts, which count what really comes out.
 */
export async function readBundleFiles(fileName: string, bytes: Uint8Array): Promise<BundleFile[]> {
  const name = fileName.slice(fileName.lastIndexOf('/') + 1);
  const type = bundleTypeOf(name);
  if (type === undefined) throw new BundleRejected([unsupported(name)]);
  if (bytes.length === 0) throw new BundleRejected([empty('The uploaded object has no bytes.')]);
  if (bytes.length > MAX_BUNDLE_BYTES) throw new BundleRejected([tooLarge(bytes.length, MAX_BUNDLE_BYTES)]);
  const found = contentTypeOf(bytes);
  if (found !== CONTENT[type] && !(type === 'tar' && isZero(bytes))) {
    throw new BundleRejected([
      mismatch(
        `The name ends in ${bundleEndingOf(name)}, but the content is ${nameOf(found)}.`,
        remedyFor(found),
      ),
    ]);
  }
  if (type === 'single') return [singleFile(name, bytes)];

  const limit = expansionLimit(bytes.length);
  const { entries, fault } =
    type === 'zip' ? await readZip(bytes) : await readTar(unpack(type, bytes, limit));
  const { files, problems } = collectFiles(entries, limit);
  if (fault !== undefined) problems.unshift(fault);
  if (problems.length > 0) throw new BundleRejected(problems);
  if (files.length === 0) throw new BundleRejected([empty('The archive holds no files.')]);
  return files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The tar archive inside the upload; throws `BundleRejected` if there is none or it is over the limit. */
function unpack(type: BundleType, bytes: Uint8Array, limit: number): Uint8Array {
  if (type === 'tar') return bytes;
  const tar = gunzip(bytes, limit);
  if (tar === 'over-limit') throw new BundleRejected([expandsTooMuch(limit)]);
  if (tar === 'corrupt') throw new BundleRejected([corrupt('The gzip data is damaged or cut off.')]);
  const found = contentTypeOf(tar);
  if (found === 'tar' || isZero(tar)) return tar;
  const remedy =
    found === 'text'
      ? 'Unpack it, and upload what comes out if it is YAML: gunzip -c <file> > bundle.yaml'
      : UNPACK;
  throw new BundleRejected([
    mismatch(`The gzip data holds ${nameOf(found)} instead of a tar archive.`, remedy),
  ]);
}

function singleFile(name: string, bytes: Uint8Array): BundleFile {
  if (bytes.length > MAX_ENTRY_BYTES) throw new BundleRejected([tooLarge(bytes.length, MAX_ENTRY_BYTES)]);
  const path = normaliseFilePath(name);
  if (typeof path !== 'string') throw new BundleRejected([path]);
  return { path, bytes };
}

function nameOf(content: ContentType): string {
  const names: Readonly<Record<ContentType, string>> = {
    tar: 'a tar archive',
    gzip: 'gzip data',
    zip: 'a zip archive',
    xz: 'xz data',
    bzip2: 'bzip2 data',
    '7z': 'a 7z archive',
    zstd: 'zstd data',
    binary: 'binary data',
    text: 'text',
  };
  return names[content];
}

function unsupported(name: string): Problem {
  return {
    code: 'UnsupportedBundleType',
    message: `The file name ${showPath(name)} has none of the supported endings.`,
    remedy: isArchive(name, new Uint8Array())
      ? `${UNPACK} Endings that are read: ${SUPPORTED_ENDINGS}.`
      : `Upload a file that ends in one of ${SUPPORTED_ENDINGS}.`,
  };
}

function empty(message: string): Problem {
  return { code: 'BundleEmpty', message, remedy: 'Upload a bundle of CredentialsRequest manifests.' };
}

function tooLarge(size: number, limit: number): Problem {
  return {
    code: 'BundleTooLarge',
    message: `The upload has ${size} bytes; ${limit} are allowed for its type.`,
    remedy: 'Leave out what is not a CredentialsRequest, a cluster file or a public key.',
  };
}

function mismatch(message: string, remedy: string): Problem {
  return { code: 'BundleTypeMismatch', message, remedy };
}

const UNPACK = `Unpack it, and ${PACK_ANEW}`;

/** What to do with content that is under a wrong name. */
function remedyFor(found: ContentType): string {
  const ending = RIGHT_ENDINGS[found];
  return ending === undefined
    ? UNPACK
    : `Give the file the ending ${ending}${found === 'text' ? ' if it is YAML' : ''}, or ${PACK_ANEW}`;
}

const RIGHT_ENDINGS: Partial<Readonly<Record<ContentType, string>>> = {
  gzip: '.tgz',
  tar: '.tar',
  zip: '.zip',
  text: '.yaml',
};
