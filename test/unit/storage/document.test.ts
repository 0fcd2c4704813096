import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  digestOf,
  documentFormat,
  earlierVersion,
  ifSpoilt,
  storedDocument,
} from '../../../core/storage/document.ts';
import { keyPattern } from '../../../core/storage/key-pattern.ts';
import { fakeStore } from '../../support/fakes/object-store.ts';

/** Its first version had one owner and said no version, its second had no purpose. */
const format = documentFormat(
  z.object({ version: z.literal(3), owners: z.array(z.string()), purpose: z.string() }),
  [
    earlierVersion(z.object({ owner: z.string() }), ({ owner }) => ({ version: 2, owners: [owner] })),
    earlierVersion(z.object({ owners: z.array(z.string()) }), ({ owners }) => ({
      version: 3,
      owners,
      purpose: 'unknown',
    })),
  ],
);
const note = storedDocument(keyPattern('notes/{name}.json'), format, 1);
const KEY = 'notes/a.json';
const PLACE = { name: 'a' };
const NOTE = { version: 3, owners: ['x'], purpose: 'p' } as const;

const read = (text: string) => note.read(PLACE, fakeStore({ [KEY]: text }));

describe('a document', () => {
  it('is read as it was written, with the etag and the digest of its object', async () => {
    const store = fakeStore();
    const written = await note.write(PLACE, NOTE, store, { metadata: { by: 'test' } });
    await expect(note.read(PLACE, store)).resolves.toEqual({
      value: NOTE,
      etag: written?.etag,
      digest: digestOf(JSON.stringify(NOTE, null, 1)),
    });
    expect(store.text(KEY)).toBe(JSON.stringify(NOTE, null, 1));
    await expect(store.head(KEY)).resolves.toMatchObject({
      contentType: 'application/json',
      metadata: { by: 'test' },
    });
  });

  it('keeps the order of its fields, and those it does not know', async () => {
    const text = '{"purpose":"p","more":1,"owners":[],"version":3}';
    expect(JSON.stringify((await read(text))?.value)).toBe(text);
  });

  it('is written only when the condition holds', async () => {
    const store = fakeStore();
    await note.write(PLACE, NOTE, store);
    await expect(note.write(PLACE, NOTE, store, { onlyIf: 'absent' })).resolves.toBeUndefined();
    const etag = (await note.readExisting(PLACE, store)).etag;
    await expect(note.write(PLACE, NOTE, store, { onlyIf: { etag } })).resolves.toBeDefined();
  });

  it('may be missing, but where it must be there', async () => {
    await expect(note.read(PLACE, fakeStore())).resolves.toBeUndefined();
    await expect(note.readExisting(PLACE, fakeStore())).rejects.toThrow(`${KEY} is not there.`);
  });
});

describe('a document of an older version', () => {
  it.each([
    ['no version, so the first', { owner: 'x' }],
    ['the first', { version: 1, owner: 'x' }],
    ['the second', { version: 2, owners: ['x'] }],
  ])('becomes one of the present: %s', async (_, older) => {
    await expect(read(JSON.stringify(older))).resolves.toMatchObject({
      value: { version: 3, owners: ['x'], purpose: 'unknown' },
    });
  });
});

describe('a document that cannot be read', () => {
  it.each([
    ['no JSON', '{', /^notes\/a\.json cannot be read: .*JSON/],
    ['nothing', '', /cannot be read/],
    ['null', 'null', /cannot be read: .*null/],
    [
      'of another form',
      '{"version":3,"owners":"x","purpose":1}',
      /owners is a string, and has to be an array; purpose is a number, and has to be a string\.$/,
    ],
    ['of no version at all', '{"version":"3"}', /cannot be read/],
  ])('is refused by name: %s', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ name: 'DocumentUnreadable' });
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([0, 4, -1])('is refused when it is of version %d', async (version) => {
    await expect(read(JSON.stringify({ ...NOTE, version }))).rejects.toMatchObject({
      name: 'DocumentVersionUnknown',
    });
  });

  it('tells a few of many faults', async () => {
    const owners = [1, 2, 3, 4, 5];
    await expect(read(JSON.stringify({ ...NOTE, owners }))).rejects.toThrow(
      /owners\.2 is a number, and has to be a string; and 2 more\.$/,
    );
  });

  it('is taken for something else by whoever can do without, and its etag is still known', async () => {
    const store = fakeStore({ [KEY]: '{' });
    const etag = (await store.head(KEY))?.etag;
    await expect(note.read(PLACE, store, ({ reason }) => reason)).resolves.toEqual({
      value: expect.stringContaining('JSON'),
      etag,
      digest: digestOf('{'),
    });
    await expect(note.read(PLACE, store, ifSpoilt('spoilt'))).resolves.toMatchObject({
      value: 'spoilt',
      etag,
    });
  });

  it('is not spoilt when a newer release wrote it', async () => {
    const store = fakeStore({ [KEY]: '{"version":4}' });
    await expect(note.read(PLACE, store, ifSpoilt('spoilt'))).rejects.toMatchObject({
      name: 'DocumentVersionUnknown',
    });
  });

  it('hides no failure of S3', async () => {
    const store = fakeStore();
    store.get = () => Promise.reject(new Error('refused'));
    await expect(note.read(PLACE, store, () => undefined)).rejects.toThrow('refused');
  });
});
