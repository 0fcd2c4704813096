import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ObjectTooLarge, objectStore } from '../../../core/aws/object-store.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const s3 = mockClient(S3Client);
// Files share a process, and others ask a server.
afterAll(() => s3.restore());
const store = objectStore(s3 as unknown as S3Client, 'bucket', '123456789012');

/** Every call names the account that the bucket has to belong to. */
const OURS = { Bucket: 'bucket', ExpectedBucketOwner: '123456789012' };

/** Parameters of every call, in order. */
const sent = () => s3.calls().map(({ args }) => args[0].input);

/** A body as the SDK gives it, which tells whether it was read or let go. */
function body(text: string) {
  const stream = {
    read: vi.fn(async () => Buffer.from(text)),
    destroy: vi.fn(),
    transformToByteArray: () => stream.read(),
  };
  return stream;
}

beforeEach(() => {
  s3.reset();
});

describe('reading an object', () => {
  const answer = { ETag: '"e"', VersionId: 'v', ContentType: 'text/plain', Metadata: { a: '1' } };
  const facts = { etag: '"e"', versionId: 'v', contentType: 'text/plain', metadata: { a: '1' } };

  it('gives content and facts', async () => {
    s3.on(GetObjectCommand).resolves({ ...answer, Body: body('text') as never });
    const object = await store.get('key');
    expect(object).toEqual({ ...facts, bytes: Buffer.from('text') });
    expect(sent()).toEqual([{ ...OURS, Key: 'key' }]);
  });

  it('asks for the version that is wanted', async () => {
    s3.on(GetObjectCommand).resolves({ Body: body('') as never });
    await store.get('key', { versionId: 'v7' });
    expect(sent()).toEqual([{ ...OURS, Key: 'key', VersionId: 'v7' }]);
  });

  it('refuses one that is too large before it reads it, and lets the connection go', async () => {
    const large = body('12345');
    s3.on(GetObjectCommand).resolves({ Body: large as never, ContentLength: 5 });
    await expect(store.get('key', { maxBytes: 4 })).rejects.toThrow(ObjectTooLarge);
    expect(large.read).not.toHaveBeenCalled();
    expect(large.destroy).toHaveBeenCalledOnce();
  });

  it('accepts one of exactly the allowed size', async () => {
    s3.on(GetObjectCommand).resolves({ Body: body('1234') as never, ContentLength: 4 });
    await expect(store.get('key', { maxBytes: 4 })).resolves.toBeDefined();
  });

  it.each(['NoSuchKey', 'NoSuchVersion', 'NotFound'])('gives nothing for %s', async (name) => {
    s3.on(GetObjectCommand).rejects(sdkError(name, 404));
    s3.on(HeadObjectCommand).rejects(sdkError(name, 404));
    await expect(store.get('key')).resolves.toBeUndefined();
    await expect(store.head('key')).resolves.toBeUndefined();
  });

  it('gives the facts alone for a head', async () => {
    s3.on(HeadObjectCommand).resolves(answer);
    await expect(store.head('key')).resolves.toEqual(facts);
  });

  it('throws what else AWS says', async () => {
    s3.on(GetObjectCommand).rejects(sdkError('AccessDenied', 403));
    await expect(store.get('key')).rejects.toThrow('AccessDenied');
  });

  it.each([
    ['403', 403, 'AccessDenied'],
    ['400', 400, '400'],
  ])('names a head that is refused with %s, whose answer has no body, %s', async (name, status, expected) => {
    s3.on(HeadObjectCommand).rejects(sdkError(name, status));
    await expect(store.head('key')).rejects.toMatchObject({ name: expected });
  });
});

describe('writing an object', () => {
  const plain = { ...OURS, Key: 'key', Body: 'text', ContentType: 'text/plain' };
  it.each([
    ['without condition', {}, plain],
    ['with metadata', { metadata: { a: '1' } }, { ...plain, Metadata: { a: '1' } }],
    ['where none is', { onlyIf: 'absent' as const }, { ...plain, IfNoneMatch: '*' }],
    ['over one version', { onlyIf: { etag: '"e"' } }, { ...plain, IfMatch: '"e"' }],
  ])('%s', async (_, options, input) => {
    s3.on(PutObjectCommand).resolves({ ETag: '"new"' });
    const written = await store.put('key', 'text', { contentType: 'text/plain', ...options });
    expect(written).toEqual({ etag: '"new"' });
    expect(sent()).toEqual([input]);
  });

  it.each(['PreconditionFailed', 'NoSuchKey'])(
    'gives nothing when the condition fails with %s',
    async (name) => {
      s3.on(PutObjectCommand).rejects(sdkError(name, 412));
      const options = { contentType: 'text/plain', onlyIf: { etag: '"e"' } };
      await expect(store.put('key', 'text', options)).resolves.toBeUndefined();
    },
  );

  it('throws PreconditionFailed when no condition was set', async () => {
    s3.on(PutObjectCommand).rejects(sdkError('PreconditionFailed', 412));
    await expect(store.put('key', 'text', { contentType: 'text/plain' })).rejects.toThrow();
  });

  it('throws a conflict of two conditional writes, to be tried again', async () => {
    s3.on(PutObjectCommand).rejects(sdkError('ConditionalRequestConflict', 409));
    const options = { contentType: 'text/plain', onlyIf: 'absent' as const };
    await expect(store.put('key', 'text', options)).rejects.toThrow('ConditionalRequestConflict');
  });
});

describe('listing and removing', () => {
  it('tells the ETags of what can be read, and none of what is archived', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: 'a/1', ETag: '"1"' }, {}], NextContinuationToken: 't1' })
      .resolvesOnce({
        Contents: [
          { Key: 'a/2', ETag: '"2"', StorageClass: 'GLACIER' },
          { Key: 'a/3', ETag: '"3"', StorageClass: 'STANDARD' },
        ],
      });
    await expect(store.etags('a/')).resolves.toEqual(
      new Map([
        ['a/1', '"1"'],
        ['a/2', ''],
        ['a/3', '"3"'],
      ]),
    );
  });

  it('follows the pages of a list to its end', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: 'a/1' }, { Key: 'a/2' }], NextContinuationToken: 't1' })
      .resolvesOnce({ NextContinuationToken: 't2' })
      .resolvesOnce({ Contents: [{ Key: 'a/3' }, {}] });
    await expect(store.list('a/')).resolves.toEqual(['a/1', 'a/2', 'a/3']);
    expect(sent()).toEqual([
      { ...OURS, Prefix: 'a/' },
      { ...OURS, Prefix: 'a/', ContinuationToken: 't1' },
      { ...OURS, Prefix: 'a/', ContinuationToken: 't2' },
    ]);
  });

  it.each([
    [{}, {}],
    [{ versionId: 'v' }, { VersionId: 'v' }],
    [{ etag: '"e"' }, { IfMatch: '"e"' }],
  ])('removes by %j', async (options, input) => {
    s3.on(DeleteObjectCommand).resolves({});
    await store.remove('key', options);
    expect(sent()).toEqual([{ ...OURS, Key: 'key', ...input }]);
  });

  it('is done removing what is gone, and refuses to remove another one', async () => {
    s3.on(DeleteObjectCommand)
      .rejectsOnce(sdkError('NoSuchKey', 404))
      .rejectsOnce(sdkError('PreconditionFailed', 412));
    await expect(store.remove('key', { etag: '"e"' })).resolves.toBeUndefined();
    await expect(store.remove('key', { etag: '"e"' })).rejects.toThrow('PreconditionFailed');
  });
});

describe('the versions of an object', () => {
  it('are its own only, delete markers included, from all pages', async () => {
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [{ Key: 'key', VersionId: 'v1', IsLatest: false }],
        NextKeyMarker: 'key',
        NextVersionIdMarker: 'v1',
      })
      .resolvesOnce({
        Versions: [{ Key: 'key-2', VersionId: 'v2', IsLatest: true }],
        DeleteMarkers: [{ Key: 'key', VersionId: 'm1', IsLatest: true }],
        NextKeyMarker: 'key-2',
      });
    await expect(store.versionsOf('key')).resolves.toEqual([
      { versionId: 'v1', isDeleteMarker: false, isLatest: false },
      { versionId: 'm1', isDeleteMarker: true, isLatest: true },
    ]);
    expect(sent()).toEqual([
      { ...OURS, Prefix: 'key' },
      { ...OURS, Prefix: 'key', KeyMarker: 'key', VersionIdMarker: 'v1' },
    ]);
  });

  it('are none when there are none', async () => {
    s3.on(ListObjectVersionsCommand).resolves({});
    await expect(store.versionsOf('key')).resolves.toEqual([]);
  });
});
