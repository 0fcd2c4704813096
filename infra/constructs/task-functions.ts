import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment, FunctionName } from '../../core/runtime/environment.ts';
import { pascalCase } from '../../core/runtime/function.ts';
import type { CodeOf } from '../bundle.ts';
import { FUNCTIONS } from '../functions.ts';
import { METRICS_NAMESPACE } from '../names.ts';
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
  /** Started by events. */
  readonly startRun: TaskFunction<'start-run'>;
  readonly startUndo: TaskFunction<'start-undo'>;
  /** Invoked by whoever approves a plan. */
  readonly decideRun: TaskFunction<'decide-run'>;
  /** The functions of the state machines, by the placeholder that stands for them there. */
  readonly tasks: Readonly<Record<string, TaskFunction<FunctionName>>>;
  /** Counts the runs that left something behind, as ReportFailure says in its log. */
  readonly rollbackIncomplete: IMetric;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    const { 'start-run': _run, 'start-undo': _undo, 'decide-run': _decide, ...tasks } = FUNCTIONS;
    this.startRun = this.#make('start-run', props);
    this.startUndo = this.#make('start-undo', props);
    this.decideRun = this.#make('decide-run', props);
    this.tasks = Object.fromEntries(
      (Object.keys(tasks) as (keyof typeof tasks)[]).map((name) => [
        pascalCase(name),
        this.#make(name, props),
      ]),
    );
    const { ReportFailure: reportFailure } = this.tasks;
    if (reportFailure === undefined) throw new RangeError('There is no function ReportFailure.');
    const filter = new MetricFilter(this, 'RollbackIncomplete', {
      logGroup: reportFailure.logGroup,
      filterPattern: FilterPattern.stringValue('$.result.outcome', '=', 'rollback-incomplete'),
      metricNamespace: METRICS_NAMESPACE,
      metricName: 'RollbackIncomplete',
      metricValue: '1',
    });
    this.rollbackIncomplete = filter.metric({ period: Duration.minutes(5), statistic: 'Sum' });
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
