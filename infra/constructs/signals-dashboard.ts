import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { DASHBOARD } from '../names.ts';
import { fleetMetric, HOURLY, metricPerDimension } from './audit-metrics.ts';
import { FAILURES_BY_NAME } from './saved-queries.ts';

export interface SignalsDashboardProps {
  readonly alarms: readonly Alarm[];
  readonly prepare: StateMachine;
  readonly deletion: StateMachine;
  readonly undo: StateMachine;
  readonly audit: StateMachine;
  /** Counts runs that left something behind. */
  readonly rollbackIncomplete: IMetric;
  readonly deadLetters: IQueue;
  readonly functions: readonly IFunction[];
  /** Of the functions; empty where the logs cannot be asked. */
  readonly logGroups: readonly ILogGroup[];
}

const WHOLE_WIDTH = 24;
const SUM = { period: Duration.minutes(5), statistic: 'Sum' };

/** Everything that is measured, on one page: alarms, runs, audits and what they found, functions. */
export class SignalsDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: SignalsDashboardProps) {
    const { prepare, undo, deletion, audit, functions, logGroups } = props;
    super(scope, id, {
      dashboardName: DASHBOARD,
      defaultInterval: Duration.days(7),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: WHOLE_WIDTH })],
        row(
          graph('Runs', [
            prepare.metricStarted({ ...SUM, label: 'started' }),
            prepare.metricSucceeded({ ...SUM, label: 'succeeded' }),
            prepare.metricFailed({ ...SUM, label: 'failed' }),
            prepare.metricTimedOut({ ...SUM, label: 'timed out' }),
            prepare.metricAborted({ ...SUM, label: 'aborted' }),
          ]),
          graph('Undo', [
            undo.metricStarted({ ...SUM, label: 'of stopped runs' }),
            undo.metricFailed({ ...SUM, label: 'of stopped runs, failed' }),
            props.rollbackIncomplete,
          ]),
          graph('Deletions', [
            deletion.metricStarted({ ...SUM, label: 'started' }),
            deletion.metricSucceeded({ ...SUM, label: 'succeeded' }),
            deletion.metricFailed({ ...SUM, label: 'failed' }),
          ]),
          graph('Lost events', [
            props.deadLetters.metricApproximateNumberOfMessagesVisible({
              period: SUM.period,
              statistic: 'Maximum',
              label: 'dead letters',
            }),
          ]),
        ),
        row(
          graph('Audits', [
            audit.metricStarted({ ...SUM, label: 'started' }),
            audit.metricSucceeded({ ...SUM, label: 'succeeded' }),
            audit.metricFailed({ ...SUM, label: 'failed' }),
            audit.metricTimedOut({ ...SUM, label: 'timed out' }),
          ]),
          graph('Clusters', [
            fleetMetric('ClustersAudited', HOURLY),
            fleetMetric('ClustersNotReady', HOURLY),
            fleetMetric('ClustersDrifted', HOURLY),
            fleetMetric('ClustersUnknown', HOURLY),
          ]),
          graph('Findings', [
            fleetMetric('CriticalFindings', HOURLY),
            metricPerDimension('DriftFindings', ['Cluster'], HOURLY),
          ]),
        ),
        row(
          graph('Not ready, by cluster and release', [
            metricPerDimension('NotReady', ['Cluster', 'Release'], HOURLY),
          ]),
        ),
        row(
          graph(
            'Errors of functions',
            functions.map((each) => each.metricErrors(SUM)),
          ),
          graph(
            'Duration of functions, p99',
            functions.map((each) => each.metricDuration({ period: SUM.period, statistic: 'p99' })),
          ),
        ),
        ...(logGroups.length === 0 ? [] : [row(failuresByName(logGroups))]),
      ],
    });
  }
}

type OfWidth = (width: number) => IWidget;

function graph(title: string, left: IMetric[]): OfWidth {
  return (width) => new GraphWidget({ title, left, width });
}

/** The same table as the saved query's: what went wrong most, by the names that the runbook has. */
function failuresByName(logGroups: readonly ILogGroup[]): OfWidth {
  return (width) =>
    new LogQueryWidget({
      title: 'Failures by error name',
      view: LogQueryVisualizationType.TABLE,
      logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
      queryString: FAILURES_BY_NAME,
      width,
    });
}

/** Graphs side by side, as wide as each other. */
function row(...graphs: OfWidth[]): IWidget[] {
  return graphs.map((ofWidth) => ofWidth(WHOLE_WIDTH / graphs.length));
}
