import { createHash } from 'node:crypto';
import * as z from 'zod';
import { stripEnding } from '../../domain/bundle-endings.ts';
import type { Machine } from '../../domain/operation-facts.ts';
import { operationFacts, operationOfKey } from '../../domain/operations.ts';
import { plannedKey } from '../../domain/plan-key.ts';
import { handedOver } from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';

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
  readonly machine: Machine;
  readonly name: string;
  readonly input: string;
}

const NO_OPERATION: Pick<
  ReturnType<typeof operationFacts>,
  'machine' | 'target' | 'plansItself' | 'listsAccount'
> = {
  machine: 'prepare',
  target: 'new',
};

/** Step Functions allows 80 characters; a few are kept for executions that are named after this one. */
const NAME_LENGTH = 75;

/**
 * The execution of an uploaded object; undefined for a folder marker, and for what waits for an audit. Name and input depend on nothing but
 * bucket, key and version, so that an event which S3 delivers twice asks for the same execution twice, and
 * Step Functions starts it once. The name tells people cluster, operation and release: `demo-prepare-…`,
 * `demo-upgrade-4-14-0-…`, `all-audit-4-14-0-…`.
 */
export function executionOf({ detail }: ObjectCreated): ExecutionRequest | undefined {
  const { key, sequencer, etag, 'version-id': versionId } = detail.object;
  if (key.endsWith('/') || handedOver.parse(key) !== undefined) return undefined;
  // Of a plan the rest of the key says what is planned.
  const planned = plannedKey(key);
  const [operation = '', ...rest] = (planned ?? key).split('/');
  const bundleName = stripEnding(rest.at(-1) ?? key);
  const bundle = { bucket: detail.bucket.name, key, ...defined({ versionId }) };
  const hash = createHash('sha256')
    .update([bundle.bucket, key, versionId ?? sequencer ?? etag ?? ''].join('\0'))
    .digest('hex')
    .slice(0, 12);
  // What is no operation is refused by ReadBundle, where people look for the reason.
  const known = operationOfKey(planned ?? key);
  const {
    machine: itsOwn,
    target,
    plansItself,
    listsAccount,
  } = known === undefined ? NO_OPERATION : operationFacts(known);
  // A deletion plans by itself; it reads the key.
  const machine = planned === undefined || plansItself === true ? itsOwn : 'plan';
  const word = planned === undefined ? operation : `plan-${operation}`;
  const cluster = target === 'registered' && rest.length > 1 ? rest[0] : undefined;
  const about =
    target === 'fleet'
      ? ['all', listsAccount === true ? operation : machine, bundleName]
      : cluster === undefined
        ? [bundleName, word]
        : [cluster, word, bundleName];
  const readable = about
    .map(plain)
    .join('-')
    .slice(0, NAME_LENGTH - hash.length - 1);
  const name = `${readable}-${hash}`;
  const inputs: Readonly<Record<Machine, object>> = {
    prepare: { operation, bundle },
    plan: { operation, bundle },
    delete: { operation, bundle },
    audit: {
      trigger: 'upload',
      ...(cluster === undefined ? {} : { clusters: [cluster] }),
      bundle,
      ...defined({ listsAccount }),
    },
  };
  return { machine, name, input: JSON.stringify(inputs[machine]) };
}

/** CloudWatch takes these characters only in the names of executions that are logged. */
function plain(text: string): string {
  return text.replace(/[^0-9A-Za-z_-]+/g, '-').replace(/^-+|-+$/g, '');
}
