import { createHash } from 'node:crypto';
import { type ObjectStore, ObjectTooLarge, type StoredObject } from '../../../core/aws/object-store.ts';
import { defined } from '../../../core/util/defined.ts';
import { sdkError } from './sdk-error.ts';

/** A version, or a delete marker, which hides the versions before it. */
export interface FakeVersion extends StoredObject {
  readonly isDeleteMarker?: true;
  /** ISO 8601. */
  readonly modifiedAt?: string;
}

/** A versioned bucket in memory. `writes` lists what was called, in order. */
export interface FakeStore extends ObjectStore {
  /** Versions by key, oldest first. */
  readonly versions: Map<string, FakeVersion[]>;
  readonly writes: string[];
  /** Text of an object's current version. */
  text(key: string): string | undefined;
  /** Texts of all current objects by key. */
  texts(): Record<string, string>;
}

export function fakeStore(
  initial: Readonly<Record<string, string>> = {},
  { versioned = true }: { versioned?: boolean } = {},
): FakeStore {
  const versions = new Map<string, FakeVersion[]>();
  const writes: string[] = [];
  let next = 0;
  const current = (key: string) => {
    const latest = versions.get(key)?.at(-1);
    return latest?.isDeleteMarker === true ? undefined : latest;
  };
  const keys = () => [...versions.keys()].filter((key) => current(key) !== undefined).sort();
  const add = (key: string, object: Omit<FakeVersion, 'versionId'>) => {
    next += 1;
    const modifiedAt = new Date().toISOString();
    const version = { ...object, modifiedAt, ...(versioned ? { versionId: `v${next}` } : {}) };
    versions.set(key, versioned ? [...(versions.get(key) ?? []), version] : [version]);
  };
  const stored = (body: string | Uint8Array) => {
    const bytes = Buffer.from(body);
    return { bytes, etag: `"${createHash('md5').update(bytes).digest('hex')}"`, metadata: {} };
  };
  for (const [key, body] of Object.entries(initial)) add(key, stored(body));

  const store: FakeStore = {
    versions,
    writes,
    text: (key) => {
      const object = current(key);
      return object === undefined ? undefined : Buffer.from(object.bytes).toString('utf8');
    },
    texts: () => Object.fromEntries(keys().map((key) => [key, store.text(key) ?? ''])),
    async get(key, { versionId, maxBytes = Number.POSITIVE_INFINITY } = {}) {
      const object =
        versionId === undefined
          ? current(key)
          : versions.get(key)?.find((version) => version.versionId === versionId);
      if (object !== undefined && object.bytes.length > maxBytes) throw new ObjectTooLarge(key);
      return object;
    },
    async head(key) {
      const object = current(key);
      if (object === undefined) return undefined;
      const { bytes: _, ...facts } = object;
      return facts;
    },
    async put(key, body, { contentType, metadata = {}, onlyIf }) {
      const there = current(key)?.etag;
      if (onlyIf !== undefined && there !== (onlyIf === 'absent' ? undefined : onlyIf.etag)) return undefined;
      writes.push(`put ${key}`);
      const object = { ...stored(body), contentType, metadata };
      add(key, object);
      return { etag: object.etag };
    },
    async list(prefix) {
      return keys().filter((key) => key.startsWith(prefix));
    },
    async etags(prefix) {
      return new Map(
        keys()
          .filter((key) => key.startsWith(prefix))
          .map((key) => [key, current(key)?.etag ?? '']),
      );
    },
    async folders(prefix) {
      const inside = keys().filter((key) => key.startsWith(prefix));
      const names = inside.map((key) => key.slice(prefix.length)).filter((rest) => rest.includes('/'));
      return [...new Set(names.map((rest) => rest.slice(0, rest.indexOf('/'))))].sort();
    },
    async versionsOf(key) {
      const all = versions.get(key) ?? [];
      return all.map(({ versionId = '', isDeleteMarker = false, modifiedAt }, index) => ({
        versionId,
        isDeleteMarker,
        isLatest: index === all.length - 1,
        ...defined({ modifiedAt }),
      }));
    },
    async remove(key, { versionId, etag } = {}) {
      if (etag !== undefined && current(key)?.etag !== etag) throw sdkError('PreconditionFailed', 412);
      writes.push(`remove ${key}`);
      if (versioned && versionId === undefined) {
        add(key, { ...stored(''), isDeleteMarker: true });
        return;
      }
      const left = (versions.get(key) ?? []).filter(
        (version) => versioned && version.versionId !== versionId,
      );
      if (left.length === 0) versions.delete(key);
      else versions.set(key, left);
    },
    async removeAll(removed) {
      for (const key of removed) await store.remove(key);
    },
  };
  return store;
}
