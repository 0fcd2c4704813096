import { zipOf } from '../archives.ts';

/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
import { type Bomb, bundle, each, GOOD } from './bomb.ts';

/** Archives. */
export const ARCHIVE_BOMBS: readonly Bomb[] = [
  // Archives
  bundle('files with a private key', (n) => [
    ...each(n(4_900), (i): [string, string] => [
      `${'d'.repeat(200)}/${'e'.repeat(200)}${i}`,
      '-----BEGIN PRIVATE KEY-----',
    ]),
    ['r.yaml', GOOD],
  ]),
  bundle('zeros', (n) => each(15, (i): [string, Uint8Array] => [`${i}.bin`, Buffer.alloc(n(4_000_000))])),
  bundle('empty files', (n) => each(n(4_990), (i): [string, string] => [`${i}.yaml`, ''])),
  bundle('long paths', (n) =>
    each(n(4_900), (i): [string, string] => [
      `${'p/'.repeat(30)}${'\u20ac'.repeat(120)}${i}.yaml`,
      'kind: X',
    ]),
  ),
  bundle('paths that are refused', (n) =>
    each(n(4_900), (i): [string, string] => [`../${'\u202e'.repeat(120)}${i}.yaml`, 'kind: X']),
  ),
  {
    what: 'a zip of zeros',
    ending: '.zip',
    bytes: (scale) =>
      zipOf(
        each(60, (i): [string, Uint8Array] => [`${i}.yaml`, Buffer.alloc(Math.round(4_000_000 * scale), 32)]),
      ),
  },
  {
    what: 'a zip of many files',
    ending: '.zip',
    bytes: (scale) =>
      zipOf(each(Math.round(4_990 * scale), (i): [string, string] => [`${i}.yaml`, 'kind: X'])),
  },
];
