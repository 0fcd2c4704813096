import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type FleetMetric, fleetMetric } from './audit-metrics.ts';
import { OperatorAlarm } from './operator-alarm.ts';

export interface AuditAlarmsProps {
  readonly audit: StateMachine;
  readonly operators: ITopic;
  /** Days without an audit after which one is overdue; undefined when none is scheduled. */
  readonly overdueDays: number | undefined;
}

const REPORT = 'audits/latest/report.html in the output bucket';
const PERIOD = Duration.minutes(5);
const HOURS_A_DAY = 24;

/** What a person should look at of the audits: that they happen, and what they find. */
export class AuditAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AuditAlarmsProps) {
    super(scope, id);
    const { audit, operators } = props;
    const sum = { period: PERIOD, statistic: 'Sum' };
    this.all = [
      new OperatorAlarm(this, 'AuditFailed', {
        metric: audit.metricFailed(sum),
        description:
          'An audit failed; the latest report is of an earlier one. The execution says why, and can be redriven; the records under audits/runs/<audit>/failures/ in the output bucket say more.',
        section: 'AuditFailed',
        operators,
      }),
      new OperatorAlarm(this, 'AuditTimedOut', {
        metric: audit.metricTimedOut(sum),
        description:
          'An audit took longer than its limit and was stopped; the latest report is of an earlier one. The execution says where it was.',
        section: 'AuditFailed',
        operators,
      }),
      this.#finding(
        'ClustersNotReady',
        `Clusters lack permissions that an available release asks for. The report, ${REPORT}, says which, and what to do about each.`,
        operators,
      ),
      this.#finding(
        'ClustersDrifted',
        `Clusters are not what they were last prepared to be: somebody changed a role, an issuer or a provider. The report, ${REPORT}, says what differs.`,
        operators,
      ),
      this.#finding(
        'ClustersUnknown',
        `Clusters could not be audited, so that nothing is known of them. The report, ${REPORT}, says why.`,
        operators,
      ),
      ...(props.overdueDays === undefined ? [] : [this.#overdue(props.overdueDays, operators)]),
    ];
  }

  /**
   * A number is written once for each audit. Between audits there is no data and the alarm stays as it is, so its
   * state is what the latest audit said: neither does it end before the next audit, nor last beyond it.
   */
  #finding(metricName: FleetMetric, description: string, operators: ITopic): Alarm {
    return new OperatorAlarm(this, metricName, {
      metric: fleetMetric(metricName, PERIOD),
      description,
      section: metricName,
      operators,
      withoutData: TreatMissingData.IGNORE,
    });
  }

  /**
   * CloudWatch looks back seven days at most, and only in periods of an hour or more; and before it believes that
   * data is missing it looks at some periods further back. With periods of a day the alarm would be days late. Only an
   * audit of the whole fleet writes the metric: one of a single cluster says nothing of the others.
   */
  #overdue(days: number, operators: ITopic): Alarm {
    return new OperatorAlarm(this, 'AuditOverdue', {
      // How often it was counted, not how much: a fleet may have no cluster yet.
      metric: fleetMetric('ClustersAudited', Duration.hours(1), 'SampleCount'),
      description: `No audit of the whole fleet succeeded for ${days} days, or none yet. Look at the schedule and at the executions of the audit's state machine; the report, ${REPORT}, is out of date.`,
      section: 'AuditOverdue',
      operators,
      nothingIn: days * HOURS_A_DAY,
    });
  }
}
