import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { ObjectStore, PutOptions } from '../aws/object-store.ts';
import { DocumentUnreadable, DocumentVersionUnknown, RecordTampered } from '../domain/errors.ts';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import type { Filling, KeyPattern } from './key-pattern.ts';

/** What makes a document of one kind valid. */
export interface DocumentFormat<Content> {
  /** The version that is written today. */
  readonly version: number;
  /** Reads a document of any version that was ever written. Throws DocumentUnreadable or DocumentVersionUnknown. */
  parse(bytes: Uint8Array, key: string): Content;
}

/** A version that is written no more: what it was, and what makes the next one of it. */
export interface EarlierVersion {
  readonly schema: z.ZodType;
  readonly upgrade: (content: unknown) => unknown;
}

/** Makes an earlier version; its schema says what `upgrade` may count on. */
export function earlierVersion<Schema extends z.ZodType>(
  schema: Schema,
  upgrade: (content: z.infer<Schema>) => unknown,
): EarlierVersion {
  return { schema, upgrade: upgrade as EarlierVersion['upgrade'] };
}

/**
 * Makes a format.
 *
 * @param schema Schema of the version that is written today. What it transforms is not kept, so it must not.
 * @param earlier All versions before, oldest first. A document that does not say its version is of the first.
 */
export function documentFormat<Schema extends z.ZodType>(
  schema: Schema,
  earlier: readonly EarlierVersion[] = [],
): DocumentFormat<DeepReadonly<z.infer<Schema>>> {
  const version = earlier.length + 1;
  return {
    version,
    parse(bytes, key) {
      let content = parseJson(bytes, key);
      const written = versionOf(content);
      if (written < 1 || written > version)
        throw new DocumentVersionUnknown(
          key,
          `it is of version ${written}, and this release of the pipeline knows versions up to ${version}`,
        );
      for (const { schema: older, upgrade } of earlier.slice(written - 1)) {
        check(content, older, key);
        content = upgrade(content);
      }
      check(content, schema, key);
      // Not what the schema made of it: that has its keys in another order, and desired states are hashed as text.
      return content as DeepReadonly<z.infer<Schema>>;
    },
  };
}

function check(content: unknown, schema: z.ZodType, key: string): void {
  const { error } = schema.safeParse(content);
  if (error !== undefined) throw new DocumentUnreadable(key, describe(error, content));
}

function parseJson(bytes: Uint8Array, key: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new DocumentUnreadable(key, 'it is not JSON', { cause: error });
  }
}

function versionOf(content: unknown): number {
  if (typeof content !== 'object' || content === null || !('version' in content)) return 1;
  // One that is no number is for the schema to refuse.
  return typeof content.version === 'number' ? content.version : 1;
}

const MAX_ISSUES = 3;

function describe({ issues }: z.ZodError, content: unknown): string {
  const told = issues.slice(0, MAX_ISSUES).map((issue) => describeIssue(issue, content));
  return [...told, ...(issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [])].join(
    '; ',
  );
}

function describeIssue(issue: z.core.$ZodIssue, content: unknown): string {
  const field = issue.path.length === 0 ? 'the document' : issue.path.join('.');
  if (issue.code !== 'invalid_type') return `${field} has a value that it cannot have`;
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    content,
  );
  return value === undefined
    ? `${field} is missing`
    : `${field} is ${kindOf(value)}, and has to be ${withArticle(issue.expected)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** What was read, and the version of the object that held it. */
export interface Stored<Content> {
  readonly value: Content;
  readonly etag: string;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string;
}

/** SHA-256 of a document's text, in hexadecimal. */
export function digestOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What was read, where it is what the digest says. Throws RecordTampered else. Without a digest nothing is compared. */
export function checked<Found extends Stored<unknown> | undefined>(
  found: Found,
  digest: string | undefined,
  key: string,
): Found {
  if (found === undefined || digest === undefined || found.digest === digest) return found;
  throw new RecordTampered(
    `${key} is not what was written there: somebody changed it while the run was at work, or since the last run. The bucket keeps earlier versions; the one with the SHA-256 ${digest} is the right one.`,
  );
}

/** Documents of one kind, where the layout of the bucket has them. */
export interface StoredDocument<Pattern extends string, Content> extends DocumentFormat<Content> {
  readonly at: KeyPattern<Pattern>;
  /**
   * Undefined when there is none.
   *
   * @param otherwise What to take an unreadable one for; without it what `parse` throws is thrown.
   */
  read<Substitute = never>(
    place: Filling<Pattern>,
    store: ObjectStore,
    otherwise?: (error: DocumentUnreadable | DocumentVersionUnknown) => Substitute,
  ): Promise<Stored<Content | Substitute> | undefined>;
  /** The same, and throws when there is none. */
  readExisting(place: Filling<Pattern>, store: ObjectStore): Promise<Stored<Content>>;
  /** The document as it is written. */
  format(content: Content): string;
  /** Undefined when the condition of the options did not hold. */
  write(
    place: Filling<Pattern>,
    content: Content,
    store: ObjectStore,
    options?: Omit<PutOptions, 'contentType'>,
  ): ReturnType<ObjectStore['put']>;
}

export const JSON_TYPE = 'application/json';

/** @param indent Spaces a level, for documents that people read. */
export function storedDocument<Pattern extends string, Content>(
  at: KeyPattern<Pattern>,
  { version, parse }: DocumentFormat<Content>,
  indent = 0,
): StoredDocument<Pattern, Content> {
  const keyOf = at.of as (place: Filling<Pattern>) => string;
  const format = (content: Content) => JSON.stringify(content, null, indent);
  const document: StoredDocument<Pattern, Content> = {
    at,
    version,
    parse,
    format,

    async read<Substitute>(
      place: Filling<Pattern>,
      store: ObjectStore,
      otherwise?: (error: DocumentUnreadable | DocumentVersionUnknown) => Substitute,
    ): Promise<Stored<Content | Substitute> | undefined> {
      const key = keyOf(place);
      const object = await store.get(key);
      if (object === undefined) return undefined;
      const { bytes, etag } = object;
      const version = { etag, digest: digestOf(bytes) };
      try {
        return { value: parse(bytes, key), ...version };
      } catch (error) {
        const isOfDocument = error instanceof DocumentUnreadable || error instanceof DocumentVersionUnknown;
        if (otherwise === undefined || !isOfDocument) throw error;
        return { value: otherwise(error), ...version };
      }
    },

    async readExisting(place, store) {
      const found = await document.read(place, store);
      if (found === undefined) throw new Error(`${keyOf(place)} is not there.`);
      return found;
    },

    write: (place, content, store, options = {}) =>
      store.put(keyOf(place), format(content), { contentType: JSON_TYPE, ...options }),
  };
  return document;
}

/** Takes what somebody spoilt for `substitute`. What a newer release of the pipeline wrote is not spoilt, and still refused. */
export function ifSpoilt<Substitute>(substitute: Substitute) {
  return (error: DocumentUnreadable | DocumentVersionUnknown): Substitute => {
    if (error instanceof DocumentVersionUnknown) throw error;
    return substitute;
  };
}
