import type { Problem, RejectionName } from '../domain/problem.ts';
import { type ArchiveEntry, corrupt, encrypted, type FileEntry } from './archive-entry.ts';
import { isArchive } from './bundle-type.ts';
import { isFolderIcon, isMacLitter, normaliseFilePath, normalisePath, showPath } from './entry-path.ts';
import { MAX_ENTRY_BYTES, MAX_PROBLEMS } from './limits.ts';
import { withoutLinks } from './links.ts';

/** One file of a bundle. */
export interface BundleFile {
  /** Relative path with forward slashes, without `.` and `..` segments. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Turns the entries of an archive into files and applies every rule that does not depend on the archive's
 * format. Directories and macOS litter are left out silently. All problems are collected; only two stop the
 * walk: more than `MAX_PROBLEMS` of them, and files of more than `expandedLimit` bytes in total.
 */
export function collectFiles(
  entries: readonly ArchiveEntry[],
  expandedLimit: number,
): { files: BundleFile[]; problems: Problem[] } {
  const files = new Map<string, BundleFile>();
  const problems: Problem[] = [];
  let expanded = 0;
  for (const entry of withoutLinks(entries)) {
    if (problems.length >= MAX_PROBLEMS)
      return { files: [], problems: [...problems, moreProblems(problems)] };
    const path = checkEntry(entry);
    if (path === undefined) continue;
    if (typeof path !== 'string') {
      problems.push(path);
      continue;
    }
    if (entry.kind !== 'file') continue;
    expanded += entry.size;
    if (expanded > expandedLimit)
      return { files: [], problems: [...problems, expandsTooMuch(expandedLimit)] };
    const file = readFile(entry, path, files);
    if ('code' in file) problems.push(file);
    else files.set(path, file);
  }
  return { files: [...files.values()], problems };
}

/** The problem of an archive that holds more bytes than `limit`. */
export function expandsTooMuch(limit: number): Problem {
  return {
    code: 'ArchiveExpandsTooMuch',
    message: `The archive expands to more than the ${limit} bytes allowed for its size.`,
    remedy: 'Leave out what is not a CredentialsRequest, a cluster file or a public key.',
  };
}

/** The path of a file or directory, a problem, or `undefined` for an entry to skip. */
function checkEntry(entry: ArchiveEntry): string | Problem | undefined {
  if (entry.kind === 'link') return special(entry.name, 'a symbolic link');
  if (entry.kind === 'special') return special(entry.name, entry.what, entry.remedy);
  if (entry.kind === 'encrypted') return encrypted(showPath(entry.name));
  if (isFolderIcon(entry.name)) return undefined;
  const path = entry.kind === 'file' ? normaliseFilePath(entry.name) : normalisePath(entry.name);
  if (typeof path !== 'string') return path;
  if (isMacLitter(path)) return undefined;
  if (entry.kind === 'file' && entry.size > MAX_ENTRY_BYTES) {
    const message = `The file has ${entry.size} bytes; ${MAX_ENTRY_BYTES} are allowed.`;
    return refuse(path, 'ArchiveEntryTooLarge', message, 'Split it or leave it out.');
  }
  return path;
}

function readFile(
  entry: FileEntry,
  path: string,
  files: ReadonlyMap<string, BundleFile>,
): BundleFile | Problem {
  if (files.has(path)) {
    const remedy = 'Keep one of them and pack the bundle again.';
    return refuse(path, 'ArchiveEntryDuplicate', 'The archive holds this path twice.', remedy);
  }
  const bytes = entry.read();
  if (bytes === undefined)
    return corrupt('The content of the entry is damaged or not of the size that is stated.', showPath(path));
  if (isArchive(path, bytes)) {
    const remedy = 'Leave it out; or, if it holds requests, unpack it and pack its files in its place.';
    return refuse(path, 'ArchiveNested', 'The entry is an archive or a compressed file.', remedy);
  }
  return { path, bytes };
}

const PLAIN_FILES =
  'Pack plain files only; GNU tar packs what links lead to with -h --hard-dereference, zip without -y.';

function special(name: string, what: string, remedy = PLAIN_FILES): Problem {
  return refuse(name, 'ArchiveEntryForbidden', `The entry is ${what}.`, remedy);
}

function refuse(path: string, code: RejectionName, message: string, remedy: string): Problem {
  return { code, file: showPath(path), message, remedy };
}

/** Stands for the problems after `MAX_PROBLEMS`; with the last one's code, to leave the execution's name alone. */
function moreProblems(problems: readonly Problem[]): Problem {
  return {
    code: problems.at(-1)?.code ?? 'ArchiveCorrupt',
    message: `There may be more problems; reading stopped after ${MAX_PROBLEMS}.`,
    remedy: 'Repair these first.',
  };
}
