import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { ResourceConflict } from '../../../core/domain/errors.ts';
import type { FunctionName } from '../../../core/runtime/environment.ts';
import { task } from '../../../core/runtime/task.ts';
import { auditSchema } from '../../../core/storage/audit.ts';
import { runSchema } from '../../../core/storage/run.ts';
import { DEMO_RUN } from '../../support/fakes/demo-cluster.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const s3 = mockClient(S3Client);
// Files share a process, and others ask a server.
afterAll(() => s3.restore());
const CONTEXT = {
  functionName: 'verify',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 1,
} as Context;
const input = z.object({ run: runSchema, role: z.int().optional() });

/** Calls a task, named like a function that has an environment, whose logic is the given one. */
function call(
  event: unknown,
  logic: (given: z.infer<typeof input>) => Promise<unknown> = async () => 'output',
) {
  return task('verify', input, logic)(event, CONTEXT);
}

/** What was written to the log. */
let log: string;

/** Records of failures that were written, by key. */
const records = () =>
  Object.fromEntries(
    s3.commandCalls(PutObjectCommand).map(({ args }) => {
      const { Bucket, Key, Body } = args[0].input;
      return [`${Bucket}/${Key}`, JSON.parse(String(Body))];
    }),
  );

beforeEach(() => {
  s3.reset();
  s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
  log = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    log += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    log += String(text);
    return true;
  });
  for (const [name, value] of Object.entries({
    PLATFORM: 'aws',
    TOKEN_VERIFIER: 'aws',
    PARTITION: 'aws',
    ACCOUNT_ID: '123456789012',
    OUTPUT_BUCKET: 'output',
    AWS_REGION: 'us-east-2',
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  }))
    vi.stubEnv(name, value);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a task', () => {
  it('gives its logic the input and hands on the output', async () => {
    await expect(call({ run: DEMO_RUN, role: 3 }, async (given) => given)).resolves.toEqual({
      run: DEMO_RUN,
      role: 3,
    });
    expect(records()).toEqual({});
  });

  it('puts run and cluster on its lines of the log', async () => {
    await call({ run: DEMO_RUN });
    expect(log).toContain('verify done');
    expect(log).toContain(`"run":"${DEMO_RUN.id}"`);
    expect(log).toContain('"cluster":"demo"');
  });

  it.each([
    ['no run', {}, 'run'],
    ['a run without cluster', { run: { id: 'a', arn: 'b' } }, 'run.cluster'],
    ['a role that is no number', { run: DEMO_RUN, role: 'x' }, 'role'],
    ['nothing', undefined, ''],
    ['text', 'hello', ''],
  ])('refuses %s as a fault of the state machine', async (_, event, field) => {
    await expect(call(event)).rejects.toMatchObject({
      name: 'TaskInputInvalid',
      message: expect.stringContaining(`${field}:`),
    });
  });

  it('refuses to work in an incomplete environment', async () => {
    vi.stubEnv('OUTPUT_BUCKET', undefined);
    await expect(call({ run: DEMO_RUN })).rejects.toMatchObject({ name: 'EnvironmentInvalid' });
  });
});

describe('an error of a task', () => {
  const fail = (error: unknown, event: object = { run: DEMO_RUN }) =>
    call(event, () => Promise.reject(error));

  it.each([
    ['ThrottlingException', sdkError('ThrottlingException'), 'AwsThrottled'],
    ['LimitExceeded of IAM', sdkError('LimitExceededException', 409), 'QuotaReached'],
    ['TooManyBuckets', sdkError('TooManyBuckets', 400), 'QuotaReached'],
    ['SlowDown, which has status 503 too', sdkError('SlowDown', 503), 'AwsThrottled'],
    ['status 500', sdkError('InternalError', 500), 'AwsUnavailable'],
    ['a socket that was closed', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'AwsUnavailable'],
    ['AccessDenied', sdkError('AccessDenied', 403), 'AccessDenied'],
    ['an error of ours', new ResourceConflict('taken'), 'ResourceConflict'],
    ['a fault of the program', new TypeError('x'), 'TypeError'],
  ])('%s becomes %s', async (_, error, name) => {
    await expect(fail(error)).rejects.toMatchObject({ name });
  });

  it('that is transient keeps name and message of its cause', async () => {
    await expect(fail(sdkError('SlowDown', 503, 'Reduce your rate.'))).rejects.toMatchObject({
      message: 'SlowDown: Reduce your rate.',
      cause: expect.objectContaining({ name: 'SlowDown' }),
    });
  });

  it("is recorded in the run's folder", async () => {
    await expect(fail(new ResourceConflict('taken'))).rejects.toThrow();
    expect(records()).toEqual({
      [`output/clusters/demo/runs/${DEMO_RUN.id}/failures/verify.json`]: {
        task: 'verify',
        error: 'ResourceConflict',
        message: 'taken',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
  });

  it('of one role is recorded by its number, so that none overwrites another', async () => {
    await expect(fail(new Error('x'), { run: DEMO_RUN, role: 7 })).rejects.toThrow();
    expect(Object.keys(records())).toEqual([expect.stringMatching(/\/failures\/verify-7\.json$/)]);
  });

  it('that has control characters shows them in the cause, in the log and in its record', async () => {
    const thrown = fail(new ResourceConflict('The role \u001b[2J\u202ex\u009b is there.'));
    const shown = 'The role \\u{1b}[2J\\u{202e}x\\u{9b} is there.';
    await expect(thrown).rejects.toThrow(shown);
    await expect(thrown).rejects.toMatchObject({
      stack: expect.not.stringMatching(/[\p{Cf}]|(?!\n)\p{Cc}/u),
    });
    expect(log).toContain(JSON.stringify(shown));
    expect(Object.values(records())).toMatchObject([{ message: shown }]);
  });

  it('that is longer than a cause may be is cut, and recorded as a whole', async () => {
    const message = 'taken '.repeat(20_000);
    const error = await fail(new ResourceConflict(message)).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringMatching(/^taken .*failures folder\)$/),
    });
    expect(JSON.stringify([error?.message, error?.stack]).length).toBeLessThan(32_768 + 1_000);
    expect(Object.values(records())).toEqual([expect.objectContaining({ message })]);
    expect(log.length).toBeLessThan(40_000);
  });

  it('before the cluster is known is not recorded, and still thrown', async () => {
    await expect(call({ run: 'run-1' })).rejects.toMatchObject({ name: 'TaskInputInvalid' });
    expect(records()).toEqual({});
  });

  it.each([
    ['S3 refuses', () => s3.on(PutObjectCommand).rejects(sdkError('AccessDenied', 403)), 'ResourceConflict'],
    [
      'the environment lacks the bucket of',
      () => vi.stubEnv('OUTPUT_BUCKET', undefined),
      'EnvironmentInvalid',
    ],
  ])('is never hidden when %s its record', async (_, breakIt, name) => {
    breakIt();
    const failing = call({ run: DEMO_RUN }, () => Promise.reject(new ResourceConflict('taken')));
    await expect(failing).rejects.toMatchObject({ name });
    expect(log).toContain('The failure could not be recorded');
  });
});

describe('a task of an audit', () => {
  const AUDIT = { id: 'audit-1', startedAt: '2026-03-02T04:00:00Z' };
  const ofAudit = z.object({ audit: auditSchema, cluster: z.string().optional() });

  const callAudit = (name: FunctionName, event: unknown, logic: () => Promise<unknown>) => {
    vi.stubEnv('INTAKE_BUCKET', 'intake');
    vi.stubEnv('SIMULATE_POLICIES', 'false');
    vi.stubEnv('POLICY_GUARD_ADDITIONS', '');
    vi.stubEnv('OTHER_OPTIONS', '[]');
    return task(name, ofAudit, logic)(event, CONTEXT);
  };
  const failAudit = (name: FunctionName, event: unknown) =>
    callAudit(name, event, () => Promise.reject(new ResourceConflict('taken')));

  it('puts audit and cluster on its lines of the log', async () => {
    await callAudit('audit-cluster', { audit: AUDIT, cluster: 'demo' }, async () => 'output');
    expect(log).toContain('audit-cluster done');
    expect(log).toContain('"audit":"audit-1"');
    expect(log).toContain('"cluster":"demo"');
    expect(log).not.toContain('"run"');
    expect(records()).toEqual({});
  });

  it.each<[FunctionName, object, string]>([
    ['audit-cluster', { cluster: 'demo' }, 'audit-cluster-demo'],
    ['audit-cluster', { cluster: 'demo-2' }, 'audit-cluster-demo-2'],
    ['list-clusters', {}, 'list-clusters'],
    ['publish-audit', { request: { clusters: ['demo'] } }, 'publish-audit'],
  ])('%s that fails for %j leaves its record with the audit', async (name, more, file) => {
    await expect(failAudit(name, { audit: AUDIT, ...more })).rejects.toMatchObject({
      name: 'ResourceConflict',
    });
    expect(records()).toEqual({
      [`output/audits/runs/audit-1/failures/${file}.json`]: {
        task: name,
        error: 'ResourceConflict',
        message: 'taken',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
  });

  it('leaves its record also when its input is refused', async () => {
    const refused = callAudit('audit-cluster', { audit: { id: 'audit-1' }, cluster: 'demo' }, async () => '');
    await expect(refused).rejects.toMatchObject({ name: 'TaskInputInvalid' });
    expect(Object.keys(records())).toEqual(['output/audits/runs/audit-1/failures/audit-cluster-demo.json']);
  });

  it.each([
    ['whose audit has no name', { audit: { startedAt: 'x' }, cluster: 'demo' }],
    ['whose audit is a name alone', { audit: 'audit-1', cluster: 'demo' }],
    ['of no audit', { cluster: 'demo' }],
  ])('%s leaves no record, and still fails', async (_, event) => {
    await expect(failAudit('audit-cluster', event)).rejects.toMatchObject({ name: 'TaskInputInvalid' });
    expect(records()).toEqual({});
  });

  it('keeps audit and cluster off the lines of the next call', async () => {
    vi.stubEnv('INTAKE_BUCKET', 'intake');
    vi.stubEnv('SIMULATE_POLICIES', 'false');
    vi.stubEnv('POLICY_GUARD_ADDITIONS', '');
    vi.stubEnv('OTHER_OPTIONS', '[]');
    const handler = task('audit-cluster', ofAudit, async () => 'output');
    await handler({ audit: AUDIT, cluster: 'demo' }, CONTEXT);
    log = '';
    await expect(handler({}, CONTEXT)).rejects.toMatchObject({ name: 'TaskInputInvalid' });
    expect(log).toContain('audit-cluster failed');
    expect(log).not.toMatch(/audit-1|demo/);
  });
});

describe('the log of a task', () => {
  const SECRET = 'c2VjcmV0LXZhbHVl';
  const event = { run: DEMO_RUN, privateKey: SECRET, role: 1, nested: { token: SECRET } };

  it('holds nothing of the input but the run, when it works', async () => {
    await call(event);
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain('privateKey');
  });

  it('nor when it fails', async () => {
    await expect(call(event, () => Promise.reject(new Error('failed')))).rejects.toThrow();
    expect(log).toContain('failed');
    expect(log).not.toContain(SECRET);
  });

  it('nor when the input is refused for the very value', async () => {
    await expect(call({ run: { ...DEMO_RUN, arn: 7 }, role: SECRET })).rejects.toMatchObject({
      message: expect.not.stringContaining(SECRET),
    });
    expect(log).not.toContain(SECRET);
    expect(JSON.stringify(records())).not.toContain(SECRET);
  });
});
