import { Aws, Duration } from 'aws-cdk-lib';
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { OPERATORS_TOPIC_NAME } from '../names.ts';
import { OperatorAlarm } from './operator-alarm.ts';

export interface AlarmsProps {
  readonly prepare: StateMachine;
  readonly undo: StateMachine;
  readonly deletion: StateMachine;
  /** Counts runs that left something behind. */
  readonly rollbackIncomplete: IMetric;
  readonly deadLetters: IQueue;
  readonly key: IKey;
  /** False only where there is no TLS to be had. */
  readonly enforceSSL: boolean;
  readonly email: string | undefined;
}

/** What a person should look at, and where it is told. */
export class Alarms extends Construct {
  readonly operators: Topic;
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.operators = this.#topic(props);
    const { prepare, undo, deletion, deadLetters } = props;
    const sum = { period: Duration.minutes(5), statistic: 'Sum' };
    this.all = [
      this.#alarm(
        'RunFailed',
        'RolledBack',
        prepare.metricFailed(sum),
        'A run failed. Its report, under clusters/<name>/runs/<run>/ in the output bucket, says why and what is left.',
      ),
      this.#alarm(
        'RunTimedOut',
        'ExecutionTimedOut',
        prepare.metricTimedOut(sum),
        'A run took longer than its limit and was stopped where it was. An execution of the undo machine rolls back what it had made.',
      ),
      this.#alarm(
        'RunAborted',
        'ExecutionAborted',
        prepare.metricAborted(sum),
        'Somebody stopped a run. An execution of the undo machine rolls back what it had made.',
      ),
      this.#alarm(
        'RollbackIncomplete',
        'RollbackIncomplete',
        props.rollbackIncomplete,
        'A run failed and left something behind. Its failure.json, under clusters/<name>/runs/<run>/ in the output bucket, lists it with the commands that finish the job.',
      ),
      this.#alarm(
        'UndoFailed',
        'RollbackIncomplete',
        undo.metricFailed(sum),
        'A stopped run could not be undone as a whole. Its failure.json, under clusters/<name>/runs/<run>/ in the output bucket, says what is left.',
      ),
      this.#alarm(
        'DeletionFailed',
        'DeletionIncomplete',
        deletion.metricFailed(sum),
        'A cluster was not deleted, or not as a whole. deletion-report.md, under clusters/<name>/runs/<run>/ in the output bucket, says why and what is left; the same file uploaded again goes on.',
      ),
      this.#alarm(
        'DeletionTimedOut',
        'DeletionIncomplete',
        deletion.metricTimedOut(sum),
        'A deletion took longer than its limit and was stopped where it was. The same file uploaded again goes on from there.',
      ),
      this.#alarm(
        'DeletionAborted',
        'DeletionIncomplete',
        deletion.metricAborted(sum),
        'Somebody stopped a deletion. What is removed is removed; the same file uploaded again goes on from there.',
      ),
      this.#alarm(
        'RunThrottled',
        'AwsThrottled',
        prepare.metricThrottled(sum),
        'Step Functions throttles the state machine: runs are late.',
      ),
      this.#alarm(
        'UploadLost',
        'UploadLost',
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...sum, statistic: 'Maximum' }),
        'An upload started no run, or the schedule no audit. The queue holds the event; once the cause is fixed, upload the bundle again, or start the audit by hand.',
      ),
    ];
  }

  #topic(props: AlarmsProps): Topic {
    const topic = new Topic(this, 'Operators', {
      topicName: OPERATORS_TOPIC_NAME,
      displayName: 'sts-prep operators',
      masterKey: props.key,
      enforceSSL: props.enforceSSL,
    });
    // A topic with a policy of its own no longer admits the account's alarms by default.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (props.email !== undefined) topic.addSubscription(new EmailSubscription(props.email));
    return topic;
  }

  #alarm(id: string, section: string, metric: IMetric, description: string): Alarm {
    return new OperatorAlarm(this, id, { metric, description, section, operators: this.operators });
  }
}
