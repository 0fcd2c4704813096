import type { RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment, FunctionName } from '../../functions/runtime/environment.ts';
import type { CodeOf } from '../bundle.ts';
import { FUNCTIONS } from '../functions.ts';
import { pascalCase } from '../names.ts';
import { TaskFunction } from './task-function.ts';

export interface TaskFunctionsProps {
  readonly code: CodeOf;
  readonly environments: { readonly [Name in FunctionName]: Environment<Name> };
  readonly permissions: Readonly<Record<FunctionName, PolicyStatement[]>>;
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** All functions of the pipeline. */
export class TaskFunctions extends Construct {
  readonly startRun: TaskFunction<'start-run'>;
  /** The functions of the state machine, by the placeholder that stands for them there. */
  readonly tasks: Readonly<Record<string, TaskFunction<FunctionName>>>;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    const { 'start-run': _, ...tasks } = FUNCTIONS;
    this.startRun = this.#make('start-run', props);
    this.tasks = Object.fromEntries(
      (Object.keys(tasks) as (keyof typeof tasks)[]).map((name) => [
        pascalCase(name),
        this.#make(name, props),
      ]),
    );
  }

  #make<Name extends FunctionName>(name: Name, props: TaskFunctionsProps): TaskFunction<Name> {
    return new TaskFunction(this, {
      ...FUNCTIONS[name],
      name,
      code: props.code(name),
      environment: props.environments[name],
      serviceEndpoints: props.serviceEndpoints,
      permissions: props.permissions[name],
      logRetention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
  }
}
