import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Files, tarOf } from '../archives.ts';
import { requestValue } from '../bundles.ts';

/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
export interface Bomb {
  readonly what: string;
  readonly ending: '.tgz' | '.zip';
  readonly bytes: (scale: number) => Promise<Uint8Array>;
}

export type Count = (atScaleOne: number) => number;

export const CLUSTER = 'name: demo\nregion: us-east-2\n';
export const GOOD = JSON.stringify(requestValue());
export const list = (count: number, text: string) => Array.from({ length: count }, () => text).join(',');
export const each = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
/** Documents in as many files as it takes. */
export const inFiles = (documents: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    each(Math.ceil(documents.length / 1_000), (index) => [
      `r${index}.yaml`,
      documents.slice(index * 1_000, (index + 1) * 1_000).join('\n---\n'),
    ]),
  );
export const requestText = (changes: Parameters<typeof requestValue>[0]) =>
  JSON.stringify(requestValue(changes));
export const annotated = (name: string, value: string) => ({ 'metadata.annotations': { [name]: value } });
/** Many copies of a file, in as many files as it takes. */
export const copies = (count: number, text: (index: number) => string): [string, string][] =>
  each(count, text).map((content, index) => [`x/${index}.yaml`, content]);

/** A request with so many as yet unseen names that each is a role of its own. */
export const small = (index: number, more: Parameters<typeof requestValue>[0] = {}) =>
  requestText({
    'metadata.name': `r${index}`,
    'spec.secretRef': { namespace: `n${index}`, name: 's' },
    ...more,
  });

export function bundle(what: string, files: (count: Count) => Files): Bomb {
  return {
    what,
    ending: '.tgz',
    bytes: async (scale) => {
      const count: Count = (most) => Math.max(1, Math.round(most * scale));
      const all = new Map<string, string | Uint8Array>([['cluster.yaml', CLUSTER], ...entries(files(count))]);
      if (scale > SMALL) all.set('room.bin', ROOM);
      return gzipSync(await tarOf(all), { level: 1 });
    },
  };
}

function entries(files: Files): Iterable<readonly [string, string | Uint8Array]> {
  return Symbol.iterator in files ? files : Object.entries(files);
}

export const one = (text: string): Files => ({ 'r.yaml': text });
export const withCluster = (more: string): Files => ({ 'cluster.yaml': CLUSTER + more, 'r.yaml': GOOD });
export const withInstall = (more: string): Files => ({
  'cluster.yaml': CLUSTER,
  'r.yaml': GOOD,
  'install-config.yaml': `metadata: {name: demo}\nplatform: {aws: {region: us-east-2}}\ncredentialsMode: Manual\n${more}\n`,
});
/** Text that cannot be compressed, or the archive would be refused for what it expands to. */
export const noise = (length: number) =>
  createHash('shake256', { outputLength: Math.ceil(length / 2) })
    .update('noise')
    .digest('hex')
    .slice(0, length);
/** The same as a file, which makes room for what can be. Small uploads may expand to a megabyte in any case. */
const ROOM = Buffer.from(noise(660_000), 'hex');
const SMALL = 0.02;
