import { readFileSync } from 'node:fs';
import { Aws, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../functions/domain/names.ts';
import { stateMachineArn } from '../statements/executions.ts';

export interface WorkflowProps {
  /** Name of the state machine. */
  readonly name: string;
  readonly comment: string;
  /** File in statemachine/. */
  readonly file: string;
  /** By placeholder: `${ReadBundle}` in the definition becomes the ARN of `functions.ReadBundle`. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A state machine from its file as it stands: tests, emulators and AWS run the same text. CDK adds no
 * permissions for such a definition, so the role gets just these: invoke the functions that it names.
 */
export class Workflow extends StateMachine {
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    const definition = readFileSync(new URL(`../../statemachine/${props.file}`, import.meta.url), 'utf8');
    const functionArns = placeholders(definition).map(
      (name) => [name, named(name, props.functions).functionArn] as const,
    );
    const role = new Role(scope, `${id}Role`, {
      path: OWN_ROLE_PATH,
      description: `${props.name}: calls the functions of the pipeline`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': stateMachineArn(Stack.of(scope), props.name) },
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
      stateMachineName: props.name,
      comment: props.comment,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: Object.fromEntries(functionArns),
      role,
      logs: {
        level: LogLevel.ALL,
        // State holds references only, but errors come from outside: their text stays in the execution's history.
        includeExecutionData: false,
        destination: new LogGroup(scope, `${id}Log`, {
          // This prefix keeps the log resource policy, of which there is little, from growing with every group.
          logGroupName: `/aws/vendedlogs/states/${props.name}`,
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

function placeholders(definition: string): string[] {
  return [...new Set(Array.from(definition.matchAll(/"\$\{(\w+)\}"/g), ([, name = '']) => name))].sort();
}

function named(name: string, functions: WorkflowProps['functions']): IFunction {
  const found = functions[name];
  if (found === undefined) throw new RangeError(`There is no function for the placeholder \${${name}}.`);
  return found;
}
