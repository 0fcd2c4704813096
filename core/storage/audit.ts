import * as z from 'zod';
import type { ObjectStore } from '../aws/object-store.ts';

/** What every task of an audit knows about it. */
export const auditSchema = z.object({
  /** Name of the execution. */
  id: z.string().min(1),
  /** ISO 8601. */
  startedAt: z.string().min(1),
});

export type Audit = z.infer<typeof auditSchema>;

/**
 * What an audit was asked for: nothing (all clusters), some clusters, or an upload. The execution's input as it
 * stands, so an operator may start one by hand with `{}` or `{"clusters": ["demo"]}`.
 */
export const auditRequestSchema = z.looseObject({
  trigger: z.string().optional(),
  /** Only these clusters. */
  clusters: z.array(z.string().min(1)).optional(),
  /** Audit the clusters in executions of their own, however few they are. */
  distributed: z.boolean().optional(),
});

export type AuditRequest = z.infer<typeof auditRequestSchema>;

const JSON_TYPE = 'application/json';

/** Reads JSON of our own making. Undefined when it is not there; throws SyntaxError when it is not JSON. */
export async function readJson<Content>(key: string, store: ObjectStore): Promise<Content | undefined> {
  const object = await store.get(key);
  return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
}

export async function writeJson(key: string, content: unknown, store: ObjectStore): Promise<void> {
  await store.put(key, JSON.stringify(content), { contentType: JSON_TYPE });
}
