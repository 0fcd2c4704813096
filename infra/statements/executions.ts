import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { STATE_MACHINE_NAME } from '../names.ts';

/** By name, not by reference: the state machine depends on the functions that ask about its executions. */
export function stateMachineArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: STATE_MACHINE_NAME,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

export function startExecutions(scope: Construct): PolicyStatement[] {
  return [new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn(scope)] })];
}

/** Is that execution still running? Asked of the one that holds a lock, and of one that was started before. */
export function describeExecutions(scope: Construct): PolicyStatement[] {
  const executions = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${STATE_MACHINE_NAME}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] })];
}
