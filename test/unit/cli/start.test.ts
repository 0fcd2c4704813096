import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startAudit } from '../../../cli/start.ts';
import { clientsFor } from '../../../scripts/local/clients.ts';

const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => sfn.restore());
const environment = {
  clients: clientsFor('http://127.0.0.1:1', 'us-east-1'),
  stateMachines: { prepare: 'arn:prepare', audit: 'arn:audit' },
};

beforeEach(() => sfn.reset());

test.each([
  [undefined, { trigger: 'client' }],
  ['prod', { trigger: 'client', clusters: ['prod'] }],
])('an audit of %s', async (cluster, input) => {
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:audit:6e1f';
  const startedAt = new Date();
  sfn.on(StartExecutionCommand).resolves({ executionArn: arn, startDate: startedAt });
  expect(await startAudit(environment, cluster)).toEqual({ arn, name: '6e1f', startedAt });
  const [call] = sfn.commandCalls(StartExecutionCommand, { stateMachineArn: 'arn:audit' });
  expect(JSON.parse(call?.args[0].input.input ?? '')).toEqual(input);
});
