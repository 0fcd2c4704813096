import { readFileSync } from 'node:fs';
import { Aws, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../core/domain/names.ts';
import { WAIT_FOR_TASK_TOKEN } from '../../statemachine/source/task.ts';
import { acknowledgePatterns } from '../acknowledge.ts';
import { runDistributedMaps, stateMachineArn } from '../statements/executions.ts';

export interface WorkflowProps {
  /** Name of the state machine. */
  readonly name: string;
  readonly comment: string;
  /** File in statemachine/. */
  readonly file: string;
  /** By placeholder: `${ReadBundle}` in the definition becomes the ARN of `functions.ReadBundle`. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** What the role may do besides what follows from the definition. */
  readonly permissions?: PolicyStatement[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The placeholders that are no function: ARNs of service integrations name the partition. */
const CONSTANTS: Readonly<Record<string, string>> = {
  Partition: Aws.PARTITION,
  [WAIT_FOR_TASK_TOKEN]: `arn:${Aws.PARTITION}:states:::lambda:invoke.waitForTaskToken`,
};

/**
 * A state machine from its file as it stands: tests, emulators and AWS run the same text. CDK adds no
 * permissions for such a definition, so the role gets just what the definition needs: invoke the functions that
 * it names, and run its Distributed Maps.
 */
export class Workflow extends StateMachine {
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    const definition = readFileSync(new URL(`../../statemachine/${props.file}`, import.meta.url), 'utf8');
    const names = placeholders(definition);
    const functionArns = names
      .filter((name) => !(name in CONSTANTS))
      .map((name) => [name, named(name, props.functions).functionArn] as const);
    const labels = distributedMaps(definition);
    const ownArn = stateMachineArn(Stack.of(scope), props.name);
    const role = new Role(scope, `${id}Role`, {
      path: OWN_ROLE_PATH,
      description: `${props.name}: calls the functions of the pipeline`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          // Step Functions says whom it asks for; for the child executions of a Distributed Map it adds to the name.
          ArnLike: { 'aws:SourceArn': labels.length === 0 ? ownArn : `${ownArn}*` },
        },
      }),
    });
    const statements = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functionArns.map(([, arn]) => arn),
      }),
      ...(labels.length === 0 ? [] : runDistributedMaps(scope, props.name, labels)),
      ...(props.permissions ?? []),
    ];
    for (const statement of statements) role.addToPolicy(statement);
    super(scope, id, {
      stateMachineName: props.name,
      comment: props.comment,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: {
        ...Object.fromEntries(functionArns),
        ...Object.fromEntries(Object.entries(CONSTANTS).filter(([name]) => names.includes(name))),
      },
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
    acknowledgePatterns(
      role,
      statements,
      'Executions of this state machine alone, and the objects that infra/permissions.ts lists',
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray actions have no resources to name',
    });
  }
}

/** Every placeholder, whether it is a whole string or part of one. */
function placeholders(definition: string): string[] {
  return [...new Set(Array.from(definition.matchAll(/\$\{(\w+)\}/g), ([, name = '']) => name))].sort();
}

function named(name: string, functions: WorkflowProps['functions']): IFunction {
  const found = functions[name];
  if (found === undefined) throw new RangeError(`There is no function for the placeholder \${${name}}.`);
  return found;
}

interface MapState {
  readonly Label?: string;
  readonly ItemProcessor?: { readonly ProcessorConfig?: { readonly Mode?: string } };
}

/** Labels of the Distributed Maps. Step Functions makes one up for a Map without, and no policy could name it. */
function distributedMaps(definition: string): string[] {
  const labels: string[] = [];
  JSON.parse(definition, (key, value: MapState | null) => {
    if (value?.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED') {
      if (value.Label === undefined) throw new RangeError(`The Distributed Map ${key} has no label.`);
      labels.push(value.Label);
    }
    return value;
  });
  return labels;
}
