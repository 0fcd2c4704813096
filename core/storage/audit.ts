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

/** Folder of all that one audit writes. The audit's functions may write nowhere else. */
export function auditPrefix(auditId: string): string {
  return `audits/runs/${auditId}/`;
}

/** The objects of one audit, by what they hold. */
export const auditKeys = {
  releases: (id: string) => `${auditPrefix(id)}releases.json`,
  clusters: (id: string) => `${auditPrefix(id)}clusters.json`,
  roles: (id: string, cluster: string) => `${auditPrefix(id)}roles/${cluster}.json`,
  cluster: (id: string, cluster: string) => `${auditPrefix(id)}clusters/${cluster}.json`,
  failure: (id: string, name: string) => `${auditPrefix(id)}failures/${name}.json`,
  /** What the latest audit of a cluster found; the next one compares with it. */
  latestOfCluster: (cluster: string) => `audits/clusters/${cluster}.json`,
  latest: 'audits/latest/',
} as const;

const JSON_TYPE = 'application/json';

/** Reads JSON of our own making. Undefined when it is not there; throws SyntaxError when it is not JSON. */
export async function readJson<Content>(key: string, store: ObjectStore): Promise<Content | undefined> {
  const object = await store.get(key);
  return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
}

export async function writeJson(key: string, content: unknown, store: ObjectStore): Promise<void> {
  await store.put(key, JSON.stringify(content), { contentType: JSON_TYPE });
}
