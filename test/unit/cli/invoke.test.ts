import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { invoke } from '../../../cli/approval/invoke.ts';
import { EXIT } from '../../../cli/errors.ts';
import { mockedDeployment } from '../../support/mocked-deployment.ts';

const lambda = mockClient(LambdaClient);
// Files share a process, and others ask a server.
afterAll(() => lambda.restore());
beforeEach(() => lambda.reset());

const deployment = {
  ...mockedDeployment,
  decideRunArn: 'arn:aws:lambda:us-east-1:000000000000:function:sts-prep-decide-run',
};
const decision = {
  run: 'prod-prepare-1',
  verdict: 'approved',
  plan: '0'.repeat(64),
  caller: { authorization: 'a', date: 'd' },
} as const;

function answers(payload: string, FunctionError?: string): void {
  const said = FunctionError === undefined ? {} : { FunctionError };
  lambda.on(InvokeCommand).resolves({ Payload: new TextEncoder().encode(payload) as never, ...said });
}

test('a decision that is taken is known by whose it is', async () => {
  answers(JSON.stringify({ by: 'arn:aws:sts::000000000000:assumed-role/Reviewer/me' }));
  expect(await invoke(deployment, decision)).toEqual({
    by: 'arn:aws:sts::000000000000:assumed-role/Reviewer/me',
  });
});

const UNTOLD = { errorType: 'Runtime.HandlerError', errorMessage: 'No run waits.' };

test.each([
  [true, EXIT.refused],
  [false, EXIT.failed],
])(
  'an error without a type of its own is taken for a refusal on an emulator alone: %s',
  async (isEmulator, exitCode) => {
    answers(JSON.stringify(UNTOLD), 'Unhandled');
    await expect(invoke({ ...deployment, isEmulator }, decision)).rejects.toMatchObject({ exitCode });
  },
);

test.each([
  [
    'refused',
    { errorType: 'DecisionRefused', errorMessage: 'No run waits.', trace: [] },
    { exitCode: EXIT.refused, message: 'No run waits.' },
  ],
  ['of a function that ran out of time', { errorMessage: 'Task timed out after 30 seconds' }, undefined],
  [
    'of a function that runs out of memory',
    { errorType: 'Runtime.ExitError', errorMessage: 'exit' },
    undefined,
  ],
  ['of a service that is away', { errorType: 'AwsUnavailable', errorMessage: 'S3 is away' }, undefined],
  ['of which nothing is said', undefined, undefined],
])('a decision %s: it is refused where the function says so, and else unknown', async (_, said, expected) => {
  answers(said === undefined ? '' : JSON.stringify(said), 'Unhandled');
  await expect(invoke(deployment, decision)).rejects.toMatchObject(
    expected ?? {
      exitCode: EXIT.failed,
      message: `Whether the decision was taken is unknown: ${said?.errorMessage ?? 'nothing says why'}`,
    },
  );
});
