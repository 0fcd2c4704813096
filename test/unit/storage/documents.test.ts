import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredDocument } from '../../../core/storage/document.ts';
import * as documents from '../../../core/storage/documents.ts';

/**
 * Documents as the pipeline wrote them, byte for byte, in a folder per document; a file's name begins with the version.
 * Buckets hold such ones for as long as their clusters live, so none of the files is ever changed or removed: a new
 * version gets new ones. `1-before-audits` was made by hand from what the first release's types say.
 */
const SAMPLES = new URL('./samples/', import.meta.url);

const samples = readdirSync(SAMPLES).flatMap((name) =>
  readdirSync(new URL(`${name}/`, SAMPLES)).map((file) => ({
    name,
    file,
    version: Number.parseInt(file, 10),
    bytes: readFileSync(new URL(`${name}/${file}`, SAMPLES)),
  })),
);

const DOCUMENTS = new Map<string, StoredDocument<string, unknown>>(Object.entries(documents));

describe.each([...DOCUMENTS])('the document %s', (name, { version }) => {
  it('has a sample of every version', () => {
    const versions = new Set(
      samples.filter((sample) => sample.name === name).map((sample) => sample.version),
    );
    expect([...versions].sort()).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  });
});

describe.each(samples)('the sample $name/$file', ({ name, version, bytes }) => {
  const document = DOCUMENTS.get(name);

  it('is read', () => {
    expect(document?.parse(bytes, name)).toBeTypeOf('object');
  });

  it.runIf(version === document?.version)('is written again as it was', () => {
    expect(document?.format(document.parse(bytes, name))).toBe(bytes.toString('utf8'));
  });

  it('is refused when it is of a version that nobody knows yet', () => {
    const content = JSON.parse(bytes.toString('utf8'));
    const newer = Array.isArray(content) ? { version: 99, content } : { ...content, version: 99 };
    const parse = () => document?.parse(Buffer.from(JSON.stringify(newer)), 'some/key.json');
    expect(parse).toThrow(expect.objectContaining({ name: 'DocumentVersionUnknown' }));
    expect(parse).toThrow(/^some\/key\.json cannot be read: it is of version 99/);
  });
});
