import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { executionsNow, findExecution, isFor } from '../../../cli/find-execution.ts';

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
