import { createHash } from 'node:crypto';
import * as z from 'zod';
import { stripEnding } from '../../domain/cluster-identity.ts';

/** The part of S3's "Object Created" event that matters (EventBridge, source aws.s3). */
export const objectCreatedSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().optional(),
      'version-id': z.string().min(1).optional(),
      sequencer: z.string().optional(),
      etag: z.string().optional(),
    }),
  }),
});

export type ObjectCreated = z.infer<typeof objectCreatedSchema>;

export interface ExecutionRequest {
  /** Which state machine: bundles below `releases/` and `audit/` are compared with clusters, all others change one. */
  readonly machine: 'prepare' | 'audit';
  readonly name: string;
  readonly input: string;
}

/** Step Functions allows 80 characters; a few are kept for executions that are named after this one. */
const NAME_LENGTH = 75;

/**
 * The execution of an uploaded object; undefined for a folder marker. Name and input depend on nothing but
 * bucket, key and version, so that an event which S3 delivers twice asks for the same execution twice, and
 * Step Functions starts it once.
 */
export function executionOf({ detail }: ObjectCreated): ExecutionRequest | undefined {
  const { key, sequencer, etag, 'version-id': versionId } = detail.object;
  if (key.endsWith('/')) return undefined;
  const [operation = '', ...rest] = key.split('/');
  const label = stripEnding(rest.at(-1) ?? key);
  const bundle = { bucket: detail.bucket.name, key, ...(versionId === undefined ? {} : { versionId }) };
  const hash = createHash('sha256')
    .update([bundle.bucket, key, versionId ?? sequencer ?? etag ?? ''].join('\0'))
    .digest('hex')
    .slice(0, 12);
  const readable = readableName(operation, rest.slice(0, -1), label).slice(0, NAME_LENGTH - hash.length - 1);
  const name = `${readable}-${hash}`;
  if (operation !== 'releases' && operation !== 'audit')
    return { machine: 'prepare', name, input: JSON.stringify({ operation, label, bundle }) };
  const [cluster] = rest.slice(0, -1);
  const clusters = operation === 'audit' && cluster !== undefined ? { clusters: [cluster] } : {};
  return { machine: 'audit', name, input: JSON.stringify({ trigger: 'upload', ...clusters, bundle }) };
}

/** `demo-prepare`, `demo-upgrade-4-14-0`, `all-audit-4-14-0`: the cluster, what is done, and for which release. */
function readableName(operation: string, folders: readonly string[], label: string): string {
  if (operation === 'releases') return `all-audit-${plain(label)}`;
  const [cluster] = folders;
  return ['upgrade', 'prune', 'audit'].includes(operation) && cluster !== undefined
    ? `${plain(cluster)}-${plain(operation)}-${plain(label)}`
    : `${plain(label)}-${plain(operation)}`;
}

/** CloudWatch takes these characters only in the names of executions that are logged. */
function plain(text: string): string {
  return text.replace(/[^0-9A-Za-z_-]+/g, '-').replace(/^-+|-+$/g, '');
}
