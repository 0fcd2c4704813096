import { readFileSync } from 'node:fs';
import { Aws, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../functions/domain/names.ts';
import { STATE_MACHINE_NAME } from '../names.ts';
import { stateMachineArn } from '../statements/executions.ts';

const DEFINITION = new URL('../../statemachine/prepare.asl.json', import.meta.url);

export interface PrepareStateMachineProps {
  /** By placeholder: `${ReadBundle}` in the definition becomes the ARN of `functions.ReadBundle`. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The workflow. The definition is the file as it stands: tests, emulators and AWS run the same text. CDK adds
 * no permissions for such a definition, so the role gets just these: invoke the functions that it names.
 */
export class PrepareStateMachine extends StateMachine {
  constructor(scope: Construct, id: string, props: PrepareStateMachineProps) {
    const functionArns = Object.entries(props.functions).map(
      ([name, { functionArn }]) => [name, functionArn] as const,
    );
    const role = new Role(scope, `${id}Role`, {
      path: OWN_ROLE_PATH,
      description: `${STATE_MACHINE_NAME}: calls the functions of the pipeline`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': stateMachineArn(Stack.of(scope)) },
        },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functionArns.map(([, arn]) => arn),
      }),
    );
    super(scope, id, {
      stateMachineName: STATE_MACHINE_NAME,
      comment: 'Prepares STS credentials for an OpenShift cluster',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(readFileSync(DEFINITION, 'utf8')),
      definitionSubstitutions: Object.fromEntries(functionArns),
      role,
      logs: {
        level: LogLevel.ALL,
        // State holds references only, but errors come from outside: their text stays in the execution's history.
        includeExecutionData: false,
        destination: new LogGroup(scope, `${id}Log`, {
          // This prefix keeps the log resource policy, of which there is little, from growing with every group.
          logGroupName: `/aws/vendedlogs/states/${STATE_MACHINE_NAME}`,
          retention: props.logRetention,
          removalPolicy: props.removalPolicy,
        }),
      },
      tracingEnabled: true,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray actions have no resources to name',
    });
  }
}
