import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBundleFiles } from '../../../core/bundle/read-archive.ts';
import { readYamlDocuments } from '../../../core/bundle/read-yaml.ts';
import { BundleRejected } from '../../../core/domain/errors.ts';
import {
  type Files,
  gnuLongName,
  paxHeader,
  rawTar,
  rawZip,
  tarOf,
  tgzOf,
  zipOf,
} from '../../support/archives.ts';

const PACKERS: Record<string, (files: Files) => Promise<Buffer>> = {
  'b.tar': tarOf,
  'b.tgz': tgzOf,
  'b.tar.gz': tgzOf,
  'b.zip': zipOf,
};

const segment = fc
  .stringMatching(/^[a-zA-Z0-9_ éß中-]{1,12}$/u)
  .filter((text) => text.trim() === text)
  .map((text) => `${text}.yaml`);
const path = fc.array(segment, { minLength: 1, maxLength: 12 }).map((segments) => segments.join('/'));
const content = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.concat([Buffer.from('a: '), bytes]));
const files = fc.dictionary(path, content, { minKeys: 1, maxKeys: 20 });

/** Refusals aside, nothing may be thrown. */
async function acceptOrRefuse(fileName: string, bytes: Uint8Array): Promise<void> {
  try {
    await readBundleFiles(fileName, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(BundleRejected);
  }
}

describe('any set of files', () => {
  test.each(Object.entries(PACKERS))('comes out of %s as it went in, sorted', async (name, packer) => {
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const read = await readBundleFiles(name, await packer(given));
        const sorted = Object.keys(given).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(read.map((file) => file.path)).toEqual(sorted);
        for (const file of read) expect(Buffer.from(file.bytes)).toEqual(given[file.path]);
      }),
    );
  });
});

describe('any bytes are accepted or refused, never worse', () => {
  const names = fc.constantFrom('b.tar', 'b.tgz', 'b.zip', 'b.yaml');
  const starts = fc
    .constantFrom('', '\x1f\x8b\x08', 'PK\x03\x04', 'PK\x05\x06')
    .map((text) => Buffer.from(text, 'latin1'));

  test('arbitrary ones', async () => {
    await fc.assert(
      fc.asyncProperty(names, starts, fc.uint8Array({ maxLength: 3000 }), (name, start, rest) =>
        acceptOrRefuse(name, Buffer.concat([start, rest])),
      ),
      { numRuns: 200 },
    );
  });

  const long = `${'d/'.repeat(10)}${'x'.repeat(150)}.yaml`;
  const tar = rawTar(
    { name: 'dir/', type: '5' },
    { name: 'a.yaml', content: 'a: 1\n' },
    paxHeader({ path: long, size: '700' }),
    { name: 'x', content: 'y'.repeat(700) },
    gnuLongName(long),
    { name: 'z', content: 'z' },
    { name: 'l', type: '2', linkName: 'a.yaml' },
  );
  const zip = rawZip(
    { name: 'dir/' },
    { name: 'a.yaml', content: 'a: 1\n' },
    { name: 'b', content: 'b'.repeat(2000) },
  );
  const whole: Record<string, Buffer> = { 'b.tar': tar, 'b.tgz': gzipSync(tar), 'b.zip': zip };
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

  test.each(Object.entries(whole))('%s with some bytes changed', async (name, bytes) => {
    await fc.assert(
      fc.asyncProperty(edits, (changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return acceptOrRefuse(name, copy);
      }),
      { numRuns: 400 },
    );
  });

  test.each(Object.entries(whole))('%s with a piece cut out or put twice', async (name, bytes) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), (one, two) =>
        acceptOrRefuse(name, Buffer.concat([bytes.subarray(0, one), bytes.subarray(two)])),
      ),
      { numRuns: 200 },
    );
  });

  test('tar headers of any field values whose checksum fits', async () => {
    const field = fc.oneof(
      fc.constantFrom<string | Uint8Array>('', '00000000005\0', '77777777777\0', '-5', '           ', '5 5'),
      fc.uint8Array({ maxLength: 12 }),
    );
    const type = fc.constantFrom(...'01234567xgLKNSD\0', 'A');
    const text = fc.oneof(
      fc.constantFrom('5 a=b\n', '-9 a=b\n', '9999 a=b\n', '13 size=1000\n', '11 size=-1\n', '11 path=..\n'),
      fc.string(),
    );
    const entry = fc.record({
      name: fc.string(),
      type,
      size: field,
      content: text,
      magic: fc.constantFrom('', 'ustar\x0000'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), (entries) =>
        acceptOrRefuse('b.tar', rawTar({ name: 'a' }, ...entries)),
      ),
      { numRuns: 400 },
    );
  });
});

describe('any text is YAML or a problem', () => {
  const piece = fc.constantFrom(
    ...[
      'a',
      ': ',
      '- ',
      '? ',
      '\n',
      '\n  ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '&x ',
      '*x',
      '!!str ',
      '!t ',
      '"',
      "'",
      '|\n',
      '>\n',
      '#',
      '---\n',
      '...\n',
      '%YAML 1.2\n',
      '<<: ',
      '\t',
      '1',
      'null',
      '\r\n',
      '__proto__',
    ],
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string(),
  );

  test('and never throws, whatever the text', () => {
    fc.assert(
      fc.property(text, (given) => {
        const { documents, problems } = readYamlDocuments('a.yaml', Buffer.from(given));
        JSON.stringify(documents);
        for (const problem of problems) expect(problem.code).toMatch(/^Yaml(Malformed|TooComplex)$/);
      }),
      { numRuns: 1200 },
    );
  });

  test('JSON data comes out as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes('__proto__'));
        const { documents, problems } = readYamlDocuments('a.yaml', Buffer.from(json));
        expect(problems).toEqual([]);
        expect(JSON.stringify(documents[0]?.value)).toBe(json);
      }),
    );
  });
});
