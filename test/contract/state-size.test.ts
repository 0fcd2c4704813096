import { describe, expect, it } from 'vitest';
import { CHECKS, type CheckName, notProved, summarize } from '../../core/domain/checks.ts';
import { MAX_JWKS_KEYS } from '../../core/domain/oidc.ts';
import { MAX_CREDENTIALS_REQUESTS } from '../../core/domain/role-checks.ts';
import { ROLE_DONE } from '../../core/domain/role-outcome.ts';
import { runReport } from '../../core/storage/layout.ts';
import { executionOf } from '../../core/usecases/start/start-run.ts';
import { UNDO_STEPS } from '../../core/usecases/undo/undo-step.ts';

const KIB = 1_024;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The longest key that S3 takes. */
const KEY = `prepare/us-gov-west-1/${'k'.repeat(998)}.tgz`;
const execution = executionOf({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'b'.repeat(63) }, object: { key: KEY, 'version-id': 'v'.repeat(1_024) } },
});
const cluster = { name: 'c'.repeat(58), region: 'ap-southeast-2' };
const report = runReport.of({ run: execution?.name ?? '', cluster: cluster.name });

/** The state of an execution with as many roles as a run handles, when it ends well. */
const prepared = {
  ...JSON.parse(execution?.input ?? ''),
  read: { accepted: true, cluster },
  lock: { outcome: 'held' },
  plan: {
    changes: 5 * MAX_CREDENTIALS_REQUESTS,
    roles: Array.from({ length: MAX_CREDENTIALS_REQUESTS }, (_, index) => index),
    removals: 2 * MAX_CREDENTIALS_REQUESTS,
  },
  roles: { outcomes: [ROLE_DONE] },
  verification: {
    checks: summarize(
      (Object.keys(CHECKS) as CheckName[]).flatMap((check) =>
        Array.from({ length: MAX_CREDENTIALS_REQUESTS }, () => notProved(check, 's', 'r'.repeat(100))),
      ),
    ),
    // IAM takes five, and refuses an issuer with more keys than the most.
    providerThumbprints: Array.from({ length: 5 }, () => 't'.repeat(40)),
    keys: Array.from({ length: MAX_JWKS_KEYS }, () => ({ kid: 'k'.repeat(43), thumbprint: 't'.repeat(43) })),
  },
  report: { report, changes: 5 * MAX_CREDENTIALS_REQUESTS },
};

describe('the state of an execution with the most roles', () => {
  it('is small when it ends well: references and counts, no documents', () => {
    expect(bytes(prepared)).toBeLessThan(32 * KIB);
  });

  it('is within the limit of Step Functions even when everything fails with the longest cause there is', () => {
    const error = { Error: 'E'.repeat(256), Cause: 'c'.repeat(32 * KIB) };
    const failed = {
      ...prepared,
      error,
      ...Object.fromEntries(Object.values(UNDO_STEPS).map((name) => [name, error])),
      failure: { outcome: 'rollback-incomplete', error: error.Error, cause: 'c'.repeat(8_100), report },
    };
    expect(bytes(failed)).toBeLessThan(256 * KIB);
  });

  it('leaves room for what the Map gives before it is summed up', () => {
    const outcomes = Array.from(
      { length: MAX_CREDENTIALS_REQUESTS },
      () => 'MalformedPolicyDocumentException',
    );
    expect(bytes(outcomes)).toBeLessThan(64 * KIB);
  });
});
