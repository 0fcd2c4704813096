import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** By name, not by reference: a state machine depends on the functions that ask about its executions. */
export function stateMachineArn(scope: Construct, machine: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machine,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

export function startExecutions(scope: Construct, ...machines: string[]): PolicyStatement[] {
  const resources = machines.map((machine) => stateMachineArn(scope, machine));
  return [new PolicyStatement({ actions: ['states:StartExecution'], resources })];
}

/** Has that execution ended? Asked of the one that holds a lock, and of the one that undoes it. */
export function describeExecutions(scope: Construct, ...machines: string[]): PolicyStatement[] {
  const resources = machines.map((machine) => executionArns(scope, machine));
  return [new PolicyStatement({ actions: ['states:DescribeExecution'], resources })];
}

/** What the records of a stopped run have to say is in its history. */
export function readHistories(scope: Construct, machine: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['states:GetExecutionHistory'],
      resources: [executionArns(scope, machine)],
    }),
  ];
}

/**
 * Lets executions go on that wait with a token, or ends them. The Service Authorization Reference has no resource for it; IAM
 * asks about the state machine all the same, as its refusals say and `grantTaskResponse` of CDK relies on.
 *
 * @param byMachine Whether the machines can be named; see platform.ts.
 */
export function answerTasks(scope: Construct, byMachine: boolean, ...machines: string[]): PolicyStatement[] {
  const resources = byMachine ? machines.map((machine) => stateMachineArn(scope, machine)) : ['*'];
  return [new PolicyStatement({ actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'], resources })];
}

/**
 * What Step Functions asks of a state machine's own role for its Distributed Maps: it starts a child execution of
 * the same machine for each item, follows it, stops it with its parent and redrives it with its parent. The ARN of
 * a child has the label of its Map after the machine's name.
 */
export function runDistributedMaps(scope: Construct, machine: string, labels: string[]): PolicyStatement[] {
  const children = labels.map((label) => executionArns(scope, `${machine}/${label}`));
  return [
    ...startExecutions(scope, machine),
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [executionArns(scope, machine), ...children],
    }),
    new PolicyStatement({ actions: ['states:RedriveExecution'], resources: children }),
  ];
}

function executionArns(scope: Construct, machine: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
