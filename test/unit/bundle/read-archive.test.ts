import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  MAX_BUNDLE_BYTES,
  MAX_ENTRY_BYTES,
  MAX_EXPANDED_BYTES,
  MAX_RATIO,
} from '../../../core/bundle/limits.ts';
import { rawTar, TAR_END, tarOf, tgzOf, zipOf } from '../../support/archives.ts';
import { problemsOf, refusal, textsOf } from './rejected.ts';

const FILES = { 'credreqs/b.yaml': 'b: 1\n', 'credreqs/a.yaml': 'a: 1\n', 'README.md': '# hi\n' };
const SORTED = ['README.md', 'credreqs/a.yaml', 'credreqs/b.yaml'];

const PACKED = {
  '.tar.gz': await tgzOf(FILES),
  '.tgz': await tgzOf(FILES),
  '.tar': await tarOf(FILES),
  '.zip': await zipOf(FILES),
};

const WITHOUT_FILES: readonly (readonly [string, Uint8Array])[] = [
  ['.tgz', await tgzOf({})],
  ['.tgz', await tgzOf({ 'd/': '' })],
  ['.tgz', gzipSync('')],
  ['.tar', TAR_END],
  ['.tar', await tarOf({ 'd/': '', '.DS_Store': 'x' })],
  ['.zip', await zipOf({})],
  ['.zip', await zipOf({ 'd/': '', '__MACOSX/x': 'x' })],
];

describe('a bundle of each type', () => {
  test.each(Object.entries(PACKED))('%s gives its files sorted by path', async (ending, bytes) => {
    const texts = await textsOf(`prepare/eu-west-1/prod${ending}`, bytes);
    expect(texts).toEqual(FILES);
    expect(Object.keys(texts)).toEqual(SORTED);
  });

  test.each(Object.entries(PACKED))('%s may be written in capitals', async (ending, bytes) => {
    expect(Object.keys(await textsOf(`PROD${ending.toUpperCase()}`, bytes))).toEqual(SORTED);
  });

  test.each(['.yaml', '.yml', '.YAML', '.json'])(
    '%s is a bundle of one file under its own name',
    async (ending) => {
      expect(await textsOf(`prepare/eu-west-1/prod${ending}`, Buffer.from('a: 1\n'))).toEqual({
        [`prod${ending}`]: 'a: 1\n',
      });
    },
  );

  test('paths are sorted by bytes, not by locale or UTF-16 units', async () => {
    const files = Object.fromEntries(
      ['b', 'B', 'a', 'é', 'z', '\u{ff5e}', '\u{1f600}', 'a-b'].map((path) => [path, 'x']),
    );
    const paths = Object.keys(await textsOf('b.tgz', await tgzOf(files)));
    expect(paths).toEqual(['B', 'a', 'a-b', 'b', 'z', 'é', '\u{ff5e}', '\u{1f600}']);
  });

  test.each(['tgz', 'zip'] as const)('%s of 1,000 files and their directories passes', async (type) => {
    const files = Array.from({ length: 1000 }, (_, n): [string, string][] => [
      [`d${n}/`, ''],
      [`d${n}/cr.yaml`, `n: ${n}\n`],
    ]).flat();
    const bytes = type === 'tgz' ? await tgzOf(files) : await zipOf(files);
    expect(Object.keys(await textsOf(`b.${type}`, bytes))).toHaveLength(1000);
  });

  test('gzip data of several members, or padded with zeros, is one archive', async () => {
    const tar = PACKED['.tar'];
    const members = [gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700)), Buffer.alloc(64)];
    expect(await textsOf('b.tgz', Buffer.concat(members))).toEqual(FILES);
  });

  test.each(['tgz', 'zip'] as const)('%s: what macOS adds is left out silently', async (type) => {
    const files = {
      'a.yaml': 'a: 1\n',
      '._a.yaml': '\0\x05\x16\x07',
      'Icon\r': '',
      'd/Icon\r': '',
      'd/._b.yaml': '\0\x05\x16\x07',
      'd/.DS_Store': '\0\0\0\x01Bud1',
      '__MACOSX/._a.yaml': '\0',
      '__MACOSX/nested.zip': 'PK\x03\x04',
    };
    const bytes = type === 'tgz' ? await tgzOf(files) : await zipOf(files);
    expect(await textsOf(`b.${type}`, bytes)).toEqual({ 'a.yaml': 'a: 1\n' });
  });
});

describe('a name and its content', () => {
  test.each(['b', 'b.rar', 'b.tar.xz', 'b.yaml.exe', 'tgz', 'b.zip/', '.gz', 'b.jsonl'])(
    'the name %j has no supported ending',
    async (name) => {
      expect(await refusal(name, Buffer.from('a: 1\n'))).toEqual(['UnsupportedBundleType']);
    },
  );

  const contents: Record<string, Uint8Array> = {
    ...PACKED,
    '.yaml': Buffer.from('a: 1\n'),
    binary: Buffer.from('a: 1\n\0'),
    xz: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1]),
    '7z': Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 1]),
    bzip2: Buffer.from('BZh91AY&SYxxxx'),
    zstd: zstdCompressSync(Buffer.from('a: 1\n')),
    zlib: deflateSync(Buffer.from('a: 1\n'.repeat(50))),
  };
  const mismatches = ['.tgz', '.tar', '.zip', '.yaml'].flatMap((ending) =>
    Object.keys(contents)
      .filter((content) => content !== ending && !(ending === '.tgz' && content === '.tar.gz'))
      .filter((content) => !(ending === '.yaml' && content === 'zlib')) // may be text for all one can see
      .map((content) => [ending, content] as const),
  );
  test.each(mismatches)('the name says %s, the content is %s', async (ending, content) => {
    expect(await refusal(`b${ending}`, contents[content] ?? Buffer.alloc(0))).toEqual(['BundleTypeMismatch']);
  });

  test.each(mismatches)(
    'the remedy works where the name says %s, and the content is %s',
    async (ending, content) => {
      const bytes = contents[content] ?? Buffer.alloc(0);
      const [problem] = await problemsOf(`b${ending}`, bytes);
      const [, right] = /^Give the file the ending (\.\w+)/.exec(problem?.remedy ?? '') ?? [];
      if (right !== undefined) expect(await textsOf(`b${right}`, bytes)).not.toEqual({});
      else expect(problem?.remedy).toMatch(/^Unpack it, and pack the files by themselves: tar -czf/);
      expect(right === undefined).toBe(!(content in PACKED || content === '.yaml'));
    },
  );

  test.each(['b.tar.xz', 'b.tar.bz2', 'b.tar.zst', 'b.7z', 'a.yaml.gz'])(
    'whoever has %j is told to unpack it, not just to name it otherwise',
    async (name) => {
      expect(await problemsOf(name, Buffer.from('x'))).toMatchObject([
        { code: 'UnsupportedBundleType', remedy: expect.stringMatching(/^Unpack it, and pack/) },
      ]);
    },
  );

  test.each([
    ['YAML', Buffer.from('a: 1\n')],
    ['a zip archive', PACKED['.zip']],
    ['gzip data', PACKED['.tgz']],
    ['binary data', Buffer.from('\0\x01\x02\x03'.repeat(300))],
  ])('.tgz of %s instead of a tar archive', async (_, inner) => {
    expect(await refusal('b.tgz', gzipSync(inner))).toEqual(['BundleTypeMismatch']);
  });

  test.each(['a\u0007.yaml', 'a\\b.yaml', 'c:x.yaml', 'x\u202elmay.yaml', `${'x'.repeat(600)}.yaml`])(
    'a YAML file is refused for the name %j',
    async (name) => {
      const [problem] = await problemsOf(`prepare/eu-west-1/${name}`, Buffer.from('a: 1\n'));
      expect(problem?.code).toBe('ArchivePathForbidden');
      expect(problem?.file).toMatch(/^[\x20-\x7e…]{1,140}$/);
    },
  );
});

describe('size of the upload', () => {
  test.each(['.tar.gz', '.tgz', '.tar', '.zip', '.yaml', '.yml'])(
    '%s of no bytes is empty',
    async (ending) => {
      expect(await refusal(`b${ending}`, Buffer.alloc(0))).toEqual(['BundleEmpty']);
    },
  );

  test.each(WITHOUT_FILES)('%s without files is empty', async (ending, bytes) => {
    expect(await refusal(`b${ending}`, bytes)).toEqual(['BundleEmpty']);
  });

  test.each(['.tgz', '.tar', '.zip', '.yaml'])('%s over the limit is not looked at', async (ending) => {
    expect(await refusal(`b${ending}`, Buffer.alloc(MAX_BUNDLE_BYTES + 1, 0x20))).toEqual(['BundleTooLarge']);
  });

  test('a YAML file has the limit of an archive entry', async () => {
    expect(await textsOf('b.yaml', Buffer.alloc(MAX_ENTRY_BYTES, 0x20))).toHaveProperty(['b.yaml']);
    expect(await refusal('b.yaml', Buffer.alloc(MAX_ENTRY_BYTES + 1, 0x20))).toEqual(['BundleTooLarge']);
  });
});

describe('expansion', () => {
  test('a gzip bomb of 200 MiB is refused', async () => {
    expect(await refusal('b.tgz', gzipSync(Buffer.alloc(200 * 1024 * 1024)))).toEqual([
      'ArchiveExpandsTooMuch',
    ]);
  });

  test('the ratio counts when more than 1 MiB comes out, however little that is in total', async () => {
    const zeros = (mib: number) => tgzOf({ 'a.txt': Buffer.alloc(mib * 1024 * 1024, 0x61) });
    expect(await refusal('b.tgz', await zeros(2))).toEqual(['ArchiveExpandsTooMuch']);
    expect(await textsOf('b.tgz', await zeros(0.9))).toHaveProperty(['a.txt']);
  });

  test('the total counts when the ratio is fine', async () => {
    // Noise at the start of each 1 KiB, so that gzip comes to about 15.
    const byteAt = (n: number) => (n % 1024 < 64 ? Math.imul(n, 0x9e3779b1) >>> 24 : 0);
    const file = Uint8Array.from({ length: MAX_ENTRY_BYTES }, (_, n) => byteAt(n));
    const tar = await tarOf(Array.from({ length: 17 }, (_, n) => [`f${n}`, file]));
    const bytes = gzipSync(tar, { level: 1 });
    expect(tar.length / bytes.length).toBeLessThan(MAX_RATIO);
    const [problem] = await problemsOf('b.tgz', bytes);
    expect(problem).toMatchObject({
      code: 'ArchiveExpandsTooMuch',
      message: expect.stringContaining(String(MAX_EXPANDED_BYTES)),
    });
  });
});

describe('a damaged gzip file', () => {
  const whole = PACKED['.tgz'];
  test.each([12, 30, Math.floor(whole.length / 2), whole.length - 8, whole.length - 1])(
    'cut off after %i bytes',
    async (length) => {
      expect(await refusal('b.tgz', whole.subarray(0, length))).toEqual(['ArchiveCorrupt']);
    },
  );

  test('a wrong checksum', async () => {
    const wrong = Buffer.from(whole);
    wrong.writeUInt32LE(0, wrong.length - 8);
    expect(await refusal('b.tgz', wrong)).toEqual(['ArchiveCorrupt']);
  });

  test('something else after its end', async () => {
    expect(await refusal('b.tgz', Buffer.concat([whole, Buffer.from('garbage')]))).toEqual([
      'ArchiveCorrupt',
    ]);
  });
});

describe('what a refusal says', () => {
  test('all entry problems at once, each with its path and a remedy', async () => {
    const bytes = rawTar(
      { name: 'link.yaml', type: '2', linkName: 'target' },
      { name: '../up.yaml', content: 'a' },
      { name: 'fine.yaml', content: 'a: 1' },
      { name: '/etc/passwd', content: 'a' },
      { name: 'inner.zip', content: 'a' },
      { name: 'fine.yaml', content: 'a: 2' },
    );
    expect(await refusal('b.tar', bytes)).toEqual([
      'ArchiveEntryForbidden link.yaml',
      'ArchivePathForbidden ../up.yaml',
      'ArchivePathForbidden /etc/passwd',
      'ArchiveNested inner.zip',
      'ArchiveEntryDuplicate fine.yaml',
    ]);
    for (const problem of await problemsOf('b.tar', bytes)) {
      expect(problem.message).toMatch(/^[A-Z].*\.$/);
      expect(problem.remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('never content, of an entry or of a damaged archive', async () => {
    const secret = 'pull-secret-c2VjcmV0';
    const tar = await tarOf({ 'a.yaml': secret, '/../x': secret, 'a.zip': secret });
    const bad = Buffer.concat([tar.subarray(0, 1024), Buffer.from(secret.repeat(100)), tar]);
    for (const bytes of [tar, bad, tar.subarray(0, 520)]) {
      expect(JSON.stringify(await problemsOf('b.tar', bytes))).not.toContain('c2VjcmV0');
    }
  });

  test('no more than 100 problems, and that there may be more', async () => {
    const links = Array.from({ length: 500 }, (_, n) => ({ name: `l${n}`, type: '2' }));
    const problems = await problemsOf('b.tar', rawTar(...links));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({
      code: 'ArchiveEntryForbidden',
      message: expect.stringContaining('more'),
    });
  });
});
