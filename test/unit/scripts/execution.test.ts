import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { executionsNow, findExecution, follow, isFor } from '../../../scripts/local/execution.ts';

const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => sfn.restore());
const client = new SFNClient({ region: 'us-east-1' });
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:prepare';
const upload = { bucket: 'intake', key: 'prepare/demo.tgz', versionId: 'v2' };
const bundle = { bucket: 'intake', key: 'prepare/demo.tgz' };

beforeEach(() => sfn.reset());

test.each([
  ['this version', { bundle: { ...bundle, versionId: 'v2' } }, true],
  ['an emulator that knows no versions', { bundle }, true],
  ['an audit of this version', { trigger: 'upload', clusters: ['demo'], bundle }, true],
  ['an audit that no upload started', { trigger: 'schedule' }, false],
  ['another version', { bundle: { ...bundle, versionId: 'v1' } }, false],
  ['another key', { bundle: { ...bundle, key: 'plan/demo.tgz' } }, false],
  ['another bucket', { bundle: { ...bundle, bucket: 'other' } }, false],
  ['something else', 'text', false],
  ['nothing', null, false],
])('an execution for %s', (_, input, expected) => {
  expect(isFor(upload, input)).toBe(expected);
});

test('among many executions the one of the upload is found, even without versions', async () => {
  const startDate = new Date();
  const item = (name: string) => ({ executionArn: `${MACHINE}:${name}`, name, startDate });
  const older = [item('earlier-same-key'), item('other')];
  sfn
    .on(ListExecutionsCommand)
    .resolvesOnce({ executions: older as never })
    .resolvesOnce({ executions: older as never })
    .resolves({ executions: [item('newest-other'), item('ours'), ...older] as never });
  sfn.on(DescribeExecutionCommand).resolves({ input: JSON.stringify({ bundle: { ...bundle, key: 'x' } }) });
  for (const name of ['earlier-same-key', 'ours'])
    sfn
      .on(DescribeExecutionCommand, { executionArn: `${MACHINE}:${name}` })
      .resolves({ input: JSON.stringify({ bundle }) });

  const others = await executionsNow(client, [MACHINE]);
  const found = await findExecution(client, upload, { stateMachines: [MACHINE], others, limitMs: 5_000 });
  expect(found?.name).toBe('ours');
});

test('when nothing starts, the search ends', async () => {
  sfn.on(ListExecutionsCommand).resolves({ executions: [] });
  const search = { stateMachines: [MACHINE], others: new Set<string>(), limitMs: 50 };
  expect(await findExecution(client, upload, search)).toBeUndefined();
});

test('states are told once, in order, with the time since the start; then the end', async () => {
  const startedAt = new Date('2026-01-01T00:00:00Z');
  const at = (seconds: number) => new Date(startedAt.getTime() + seconds * 1_000);
  const entered = (id: number, name: string) => ({
    id,
    timestamp: at(id),
    type: 'TaskStateEntered' as const,
    stateEnteredEventDetails: { name },
  });
  const read = {
    id: 2,
    timestamp: at(2),
    type: 'TaskStateExited' as const,
    stateExitedEventDetails: {
      name: 'ReadBundle',
      output: JSON.stringify({ read: { accepted: true, cluster: { name: 'prod', region: 'us-east-1' } } }),
    },
  };
  const events = [entered(1, 'ReadBundle'), read, entered(3, 'Lock'), entered(4, 'RolledBack')];
  sfn
    .on(DescribeExecutionCommand)
    .resolvesOnce({ status: 'RUNNING' })
    .resolves({ status: 'FAILED', error: 'ResourceConflict', cause: 'taken', stopDate: at(5) });
  sfn
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: events.slice(0, 3) })
    .resolves({ events });

  const states = follow(client, { arn: 'arn', name: 'run', startedAt });
  const told: unknown[] = [];
  let step = await states.next();
  for (; !step.done; step = await states.next()) told.push(step.value);

  expect(told).toEqual([
    { name: 'ReadBundle', elapsedMs: 1_000 },
    { name: 'Lock', elapsedMs: 3_000 },
    { name: 'RolledBack', elapsedMs: 4_000 },
  ]);
  expect(step.value).toEqual({
    status: 'FAILED',
    error: 'ResourceConflict',
    cause: 'taken',
    elapsedMs: 5_000,
    cluster: 'prod',
  });
});

test.each([
  ['accepted', { cluster: { name: 'prod', region: 'us-east-1' } }, 'prod'],
  ['refused, of a known cluster', { rejection: { report: 'clusters/prod/runs/x/report.json' } }, 'prod'],
  ['refused, of an unknown cluster', { rejection: { report: 'rejected/x/report.json' } }, undefined],
])('the cluster of a bundle that was %s', async (_, read, cluster) => {
  const event = {
    id: 1,
    timestamp: new Date(),
    type: 'TaskStateExited' as const,
    stateExitedEventDetails: { name: 'ReadBundle', output: JSON.stringify({ read }) },
  };
  sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED' });
  sfn.on(GetExecutionHistoryCommand).resolves({ events: [event] });
  const { value } = await follow(client, { arn: 'arn', name: 'run', startedAt: new Date() }).next();
  expect(value).toMatchObject({ status: 'FAILED', cluster });
});
