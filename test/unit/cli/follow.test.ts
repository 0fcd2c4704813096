import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Ending, follow } from '../../../cli/follow.ts';
import { Pace } from '../../../cli/pace.ts';

const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => sfn.restore());
const client = new SFNClient({ region: 'us-east-1' });
const startedAt = new Date('2026-01-01T00:00:00Z');
const execution = { arn: 'arn', name: 'run', startedAt };
const at = (seconds: number) => new Date(startedAt.getTime() + seconds * 1_000);

beforeEach(() => sfn.reset());

/** A pace that takes no time and knows what was asked of it. */
class Hurried extends Pace {
  turns = 0;
  override async turn(): Promise<void> {
    this.turns += 1;
  }
}

async function followed(connection?: (lost: string | undefined) => void) {
  const pace = new Hurried();
  const ids: number[] = [];
  const history = follow(client, execution, { pace, ...(connection ? { connection } : {}) });
  let step = await history.next();
  for (; !step.done; step = await history.next()) ids.push(step.value.id ?? 0);
  return { ids, ending: step.value satisfies Ending, turns: pace.turns };
}

const event = (id: number, type: HistoryEvent['type'] = 'TaskScheduled'): HistoryEvent => ({
  id,
  type,
  timestamp: at(id),
});

test('every event comes once, in order, however the newest are cut into pages; then the end', async () => {
  const failed = { status: 'FAILED', error: 'ResourceConflict', cause: 'taken', stopDate: at(5) } as const;
  sfn.on(DescribeExecutionCommand).resolves(failed);
  sfn
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: [event(2), event(1)] })
    .resolvesOnce({ events: [event(6, 'ExecutionFailed'), event(5), event(4)], nextToken: 'older' })
    .resolvesOnce({ events: [event(4), event(3), event(2)] });
  const { ids, ending, turns } = await followed();
  expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
  expect(ending).toEqual({
    status: 'FAILED',
    error: 'ResourceConflict',
    cause: 'taken',
    elapsedMs: 5_000,
    cluster: undefined,
    key: undefined,
    undid: undefined,
  });
  // Each call waits for its turn.
  expect(turns).toBeGreaterThanOrEqual(sfn.calls().length);
});

test('a run of 200 roles is followed by as many calls as there are looks', async () => {
  const events = Array.from({ length: 1_600 }, (_, index) => event(index + 1));
  const looks = Array.from({ length: 20 }, (_, look) => events.slice(look * 80, look * 80 + 80).toReversed());
  looks.push([event(1_601, 'ExecutionSucceeded')]);
  const history = sfn.on(GetExecutionHistoryCommand);
  for (const page of looks)
    history.resolvesOnce({ events: [...page, event((page.at(-1)?.id ?? 1) - 1)], nextToken: 'older' });
  sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' });
  const { ids } = await followed();
  expect(ids).toHaveLength(1_601);
  expect(sfn.commandCalls(GetExecutionHistoryCommand)).toHaveLength(looks.length);
});

test('while AWS is not reached it is tried again, and told once', async () => {
  const lost = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  sfn
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: [event(1)] })
    .rejectsOnce(lost)
    .rejectsOnce(lost)
    .resolves({ events: [event(2, 'ExecutionSucceeded'), event(1)] });
  sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' });
  const told: (string | undefined)[] = [];
  const { ids } = await followed((text) => told.push(text));
  expect(ids).toEqual([1, 2]);
  expect(told).toEqual(['getaddrinfo ENOTFOUND', undefined]);
});

test('what AWS refuses is not tried again', async () => {
  sfn
    .on(GetExecutionHistoryCommand)
    .rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  await expect(followed()).rejects.toThrow('no');
  expect(sfn.calls()).toHaveLength(1);
});

test('an execution that is redriven is followed on, and one whose history does not end is asked about', async () => {
  sfn
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: [event(1, 'ExecutionFailed')] })
    .resolves({ events: [event(1, 'ExecutionFailed')] });
  sfn
    .on(DescribeExecutionCommand)
    .resolvesOnce({ status: 'RUNNING' })
    .resolves({ status: 'ABORTED', stopDate: at(9) });
  const { ending } = await followed();
  expect(ending.status).toBe('ABORTED');
});

test.each([
  ['accepted', { cluster: { name: 'prod', region: 'us-east-1' } }, 'prod'],
  ['refused, of a known cluster', { rejection: { report: 'clusters/prod/runs/x/report.json' } }, 'prod'],
  ['refused, of an unknown cluster', { rejection: { report: 'rejected/x/report.json' } }, undefined],
])('the cluster of a bundle that was %s', async (_, read, cluster) => {
  const left: HistoryEvent = {
    ...event(1, 'TaskStateExited'),
    stateExitedEventDetails: { name: 'ReadBundle', output: JSON.stringify({ read }) },
  };
  sfn.on(GetExecutionHistoryCommand).resolves({ events: [event(2, 'ExecutionFailed'), left] });
  sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED' });
  expect((await followed()).ending.cluster).toBe(cluster);
});
