import { MACHINES } from '../../cli/deployment.ts';
import { clientsFor } from '../../scripts/local/clients.ts';

/** A state machine's ARN in the deployment below. */
export const machineArn = (name: (typeof MACHINES)[number]) =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:sts-prep-${name}`;

/** A deployment for the client, of which nothing is there but what a test has its SDK clients answer. */
export const mockedDeployment = {
  region: 'us-east-1',
  intakeBucket: 'intake',
  outputBucket: 'output',
  stateMachines: Object.fromEntries(MACHINES.map((name) => [name, machineArn(name)])),
  clients: clientsFor('http://127.0.0.1:1', 'us-east-1'),
  isEmulator: false,
};
