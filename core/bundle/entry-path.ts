import type { Problem } from '../domain/problem.ts';
import { shortened, visibleLine } from '../util/visible.ts';
import { MAX_PATH_DEPTH, MAX_PATH_LENGTH } from './limits.ts';

/** Longest path that a message shows; the rest is cut, so that a report stays readable. */
const SHOWN_LENGTH = 120;

/**
 * Characters that no path needs: controls, lone surrogates, line separators, marks that reorder what an
 * operator reads, and the replacement character, which stands for bytes that are not UTF-8.
 */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/u;

/**
 * Brings the path of an archive entry into one form: no `.` segments, no doubled or trailing slashes.
 * Returns a problem when the path could leave a directory it is written to, on any system, or is over a
 * limit: `ArchivePathForbidden` or `ArchiveTooDeep`. A directory may come out as the empty path.
 */
export function normalisePath(raw: string): string | Problem {
  if (FORBIDDEN.test(raw)) return forbidden(raw, 'has control characters or is not valid text');
  if (raw.includes('\\')) return forbidden(raw, 'has a backslash');
  if (raw.startsWith('/'))
    return forbidden(raw, 'is absolute', 'Pack it from within its folder (tar -C <folder> ., without -P).');
  if (/^[A-Za-z]:/.test(raw)) return forbidden(raw, 'starts with a drive letter');
  const segments = raw.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return forbidden(raw, 'climbs with ..');
  const path = segments.join('/');
  if (Buffer.byteLength(path) > MAX_PATH_LENGTH) {
    return forbidden(raw, `is over ${MAX_PATH_LENGTH} bytes long`);
  }
  if (segments.length > MAX_PATH_DEPTH) {
    return {
      code: 'ArchiveTooDeep',
      file: showPath(raw),
      message: `The path has ${segments.length} levels; ${MAX_PATH_DEPTH} are allowed.`,
      remedy: 'Move the entry up and pack the bundle again.',
    };
  }
  return path;
}

/** The same for a file, which needs a name: neither an empty path nor one with a slash at its end will do. */
export function normaliseFilePath(raw: string): string | Problem {
  const path = normalisePath(raw);
  return path === '' || raw.endsWith('/') ? forbidden(raw, 'of a file names a directory') : path;
}

function forbidden(
  raw: string,
  what: string,
  remedy = 'Rename the entry to a plain relative path and pack the bundle again.',
): Problem {
  return { code: 'ArchivePathForbidden', file: showPath(raw), message: `The path ${what}.`, remedy };
}

/** Whether a path is what macOS adds to archives: resource forks, and Finder's `.DS_Store`. */
export function isMacLitter(path: string): boolean {
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  return segments.includes('__MACOSX') || name.startsWith('._') || name === '.DS_Store';
}

/** Whether an entry is the icon that Finder gives a folder: an empty file whose name ends in a carriage return. */
export function isFolderIcon(name: string): boolean {
  return name === 'Icon\r' || name.endsWith('/Icon\r');
}

/** A path as it may stand in a message or a log line: forbidden characters escaped, cut when long. */
export function showPath(raw: string): string {
  return visibleLine(shortened(raw, SHOWN_LENGTH + 1));
}
