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

export function startExecutions(scope: Construct, machine: string): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn(scope, machine)] }),
  ];
}

/** Has that execution ended? Asked of the one that holds a lock, and of the one that undoes it. */
export function describeExecutions(scope: Construct, ...machines: string[]): PolicyStatement[] {
  const resources = machines.map((machine) =>
    Stack.of(scope).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${machine}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return [new PolicyStatement({ actions: ['states:DescribeExecution'], resources })];
}
