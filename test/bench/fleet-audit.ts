import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ignoreNotFound } from '../../core/aws/errors.ts';
import type { AuditCounts, AuditReport } from '../../core/domain/audit/report.ts';
import * as documents from '../../core/storage/documents.ts';
import { auditAccount } from '../support/audit.ts';
import type { Intercept } from '../support/in-process.ts';

/*
 * Audits an account in a process of its own, so that its memory is that of the audit: started by audit.ts with an
 * account in the environment. A delay is added to every AWS call.
 */
export interface FleetAudit {
  readonly status: string;
  readonly counts: AuditCounts;
  /** What was found of a cluster that was not clean. */
  readonly unclean?: string;
  readonly seconds: number;
  readonly calls: number;
  readonly peakMiB: number;
}

const DELAY_MS = Number(process.env['BENCH_DELAY_MS']);
let calls = 0;

type Handle = (...args: unknown[]) => Promise<unknown>;
const handler = Object.getPrototypeOf(new IAMClient({ region: 'us-east-1' }).config.requestHandler) as {
  handle: Handle;
};
const { handle } = handler;
const { fetch } = globalThis;

handler.handle = async function slow(this: unknown, ...args) {
  calls += 1;
  await sleep(DELAY_MS);
  return handle.apply(this, args);
};
globalThis.fetch = async (...args) => {
  calls += 1;
  await sleep(DELAY_MS);
  return fetch(...args);
};
async function read(key: string): Promise<string | undefined> {
  const s3 = new S3Client({ forcePathStyle: true });
  const found = await ignoreNotFound(
    s3.send(new GetObjectCommand({ Bucket: process.env['OUTPUT_BUCKET'], Key: key })),
    'NoSuchKey',
  );
  return found?.Body?.transformToString();
}

/**
 * AWS tells all of an account's roles in one answer. The emulator's lacks boundaries and last use, so that the pipeline asks
 * for each role there; the roles of the benchmark have neither, and the calls that only an emulator needs are not measured.
 */
async function asOnAws<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const { PLATFORM } = process.env;
  process.env['PLATFORM'] = 'aws';
  try {
    return await call();
  } finally {
    process.env['PLATFORM'] = PLATFORM;
  }
}

/**
 * The interpreter knows no Distributed Map, which Step Functions takes for a large fleet: here the Map of a smaller one goes
 * over the same list, with the same functions.
 */
const inOneMap: Intercept = async (name, event, call) => {
  const answer = name === 'list-clusters' ? await asOnAws(call) : await call();
  const listed = answer as { readonly names: readonly string[]; readonly large: boolean };
  if (name !== 'list-clusters' || !listed.large) return answer;
  const { audit } = event as { readonly audit: { readonly id: string } };
  const names = await read(documents.auditClusters.at.of({ audit: audit.id }));
  return { ...listed, large: false, names: JSON.parse(names ?? '') };
};

/** `maxRSS` of Linux begins with what the parent held when it forked. */
function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1_024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;
}

/** The first finding of the first cluster that is not clean; the others are mostly the same. */
function uncleanOf({ clusters }: AuditReport): { unclean?: string } {
  const found = clusters.find(({ status }) => status !== 'clean');
  if (found === undefined) return {};
  const [finding] = found.drift;
  return {
    unclean: `${found.cluster} is ${found.status}: ${finding?.message} ${finding?.live ?? ''}`.trim(),
  };
}

process.once('disconnect', () => process.exit());
const start = performance.now();
const { status, report } = await auditAccount({ read }, undefined, inOneMap, `audit-${process.pid}`);
const seconds = (performance.now() - start) / 1_000;
process.send?.({
  status,
  counts: report.counts,
  ...uncleanOf(report),
  seconds,
  calls,
  peakMiB: peakMiB(),
} satisfies FleetAudit);
process.disconnect?.();
