import type { Problem } from '../domain/problem.ts';
import { defined } from '../util/defined.ts';
import { MAX_ENTRIES } from './limits.ts';

/** One entry of an archive, of either kind, before any rule was applied to it. */
export type ArchiveEntry =
  | { readonly kind: 'directory'; readonly name: string }
  | FileEntry
  /** A symbolic link; what it leads to counts, where it stands in the archive under its own name. */
  | { readonly kind: 'link'; readonly name: string; readonly target: string }
  /** A hard link, a device or the like; `what` says what it is, and `remedy` what to do where that is not what most need. */
  | { readonly kind: 'special'; readonly name: string; readonly what: string; readonly remedy?: string }
  | { readonly kind: 'encrypted'; readonly name: string };

export interface FileEntry {
  readonly kind: 'file';
  /** The path as the archive has it. */
  readonly name: string;
  /** What the headers claim, in bytes; `read` never gives more. */
  readonly size: number;
  /** The content, or `undefined` if it is broken or not of the claimed size. */
  readonly read: () => Uint8Array | undefined;
}

/** What an archive reader found: entries up to the end, or up to the fault that stopped it. */
export interface ArchiveContent {
  readonly entries: readonly ArchiveEntry[];
  readonly fault?: Problem;
}

/** How to make an archive that is read, of any tool's. */
export const PACK_ANEW = 'pack the files by themselves: tar -czf bundle.tgz -C <folder> .';

/** The problem of an archive that cannot be read; `why` is a sentence of ours, never a library's. */
export function corrupt(
  why: string,
  file?: string,
  remedy = 'Pack the bundle again and upload it again.',
): Problem {
  return {
    code: 'ArchiveCorrupt',
    ...defined({ file }),
    message: why,
    remedy,
  };
}

/** The problem of an encrypted entry, or, without `file`, of an archive that hides even its names. */
export function encrypted(file?: string): Problem {
  return {
    code: 'ArchiveEncrypted',
    ...defined({ file }),
    message: file === undefined ? 'The archive is encrypted.' : 'The entry is encrypted.',
    remedy: 'Pack the bundle without a password; the intake bucket encrypts it at rest.',
  };
}

/** The problem of an archive with more entries than allowed; reading stops there, so the number is not known. */
export function tooManyEntries(): Problem {
  return {
    code: 'ArchiveTooManyEntries',
    message: `The archive has more than ${MAX_ENTRIES} entries.`,
    remedy: 'Leave out what is not a CredentialsRequest, a cluster file or a public key.',
  };
}
