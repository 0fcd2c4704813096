import { posix } from 'node:path';
import type { ArchiveEntry, FileEntry } from './archive-entry.ts';

/** Links that lead through links: a mounted ConfigMap has two in a row. */
const MAX_HOPS = 8;

/**
 * Takes symbolic links out of an archive's entries where they lead to what the archive holds under another name, as in the tar
 * of a mounted ConfigMap (`requests.yaml` → `..data/requests.yaml`, `..data` → a folder with the date). What they lead to counts
 * once, under its own name; only where a link gives a file another name, it is that file too. A link that leads out of the
 * archive, or to nothing, stays as `special`, to be refused.
 */
export function withoutLinks(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const links = new Map<string, string>();
  const files = new Map<string, FileEntry>();
  const folders = new Set<string>();
  for (const entry of entries) {
    const name = posix.normalize(entry.name).replace(/\/$/, '');
    if (entry.kind === 'link') links.set(name, entry.target);
    else if (entry.kind === 'file') files.set(name, entry);
    for (let folder = posix.dirname(name); folder !== '.' && folder !== '/'; folder = posix.dirname(folder))
      folders.add(folder);
    if (entry.kind === 'directory') folders.add(name);
  }
  return entries.flatMap((entry): ArchiveEntry[] => {
    if (entry.kind !== 'link') return [entry];
    const target = resolve(entry.name, entry.target, links);
    const file = target === undefined ? undefined : files.get(target);
    if (file !== undefined)
      return posix.basename(entry.name) === posix.basename(file.name) ? [] : [{ ...file, name: entry.name }];
    if (target !== undefined && folders.has(target)) return [];
    return [
      {
        kind: 'special',
        name: entry.name,
        what: 'a symbolic link that leads to nothing in the archive',
        remedy:
          'Leave it out, or pack the file that it leads to in its place (GNU tar with -h --hard-dereference, zip without -y).',
      },
    ];
  });
}

/** Where a link leads in the end; undefined when that is outside of the archive, or nowhere. */
function resolve(name: string, target: string, links: ReadonlyMap<string, string>): string | undefined {
  let path = inside(posix.join(posix.dirname(name), target), target);
  for (let hops = 0; path !== undefined && hops < MAX_HOPS; hops += 1) {
    const parts: string[] = path.split('/');
    const at = parts.findIndex((_, index) => links.has(parts.slice(0, index + 1).join('/')));
    if (at === -1) return path;
    const link = parts.slice(0, at + 1).join('/');
    const to: string = links.get(link) ?? '';
    const rest = parts.slice(at + 1).join('/');
    path = inside(posix.join(posix.dirname(link), to, rest), to);
  }
  return undefined;
}

function inside(path: string, target: string): string | undefined {
  const normal = posix.normalize(path).replace(/\/$/, '');
  return posix.isAbsolute(target) || normal === '..' || normal.startsWith('../') ? undefined : normal;
}
