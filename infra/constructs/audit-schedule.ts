import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../core/domain/names.ts';
import { AUDIT_SCHEDULE } from '../names.ts';

export interface AuditScheduleProps {
  /** `rate(…)` or `cron(…)`, in UTC. */
  readonly expression: string;
  readonly audit: StateMachine;
  readonly deadLetters: IQueue;
}

/** Starts an audit of the whole fleet, again and again. */
export class AuditSchedule extends Construct {
  readonly scheduleName: string;

  constructor(scope: Construct, id: string, props: AuditScheduleProps) {
    super(scope, id);
    // A group of its own: Scheduler names the group, never the schedule, to whom it asks for the role.
    const group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: AUDIT_SCHEDULE,
      // It is kept otherwise, and the next deployment that asks for the name fails.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      path: OWN_ROLE_PATH,
      description: `${AUDIT_SCHEDULE}: starts audits on schedule`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': group.scheduleGroupArn },
        },
      }),
    });
    const schedule = new Schedule(this, 'Schedule', {
      scheduleName: AUDIT_SCHEDULE,
      scheduleGroup: group,
      description: 'Audits the permissions of all clusters',
      schedule: ScheduleExpression.expression(props.expression),
      timeWindow: TimeWindow.flexible(Duration.minutes(15)),
      target: new StepFunctionsStartExecution(props.audit, {
        role,
        input: ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
        deadLetterQueue: props.deadLetters,
        maxEventAge: Duration.hours(2),
        retryAttempts: 20,
      }),
    });
    // With its policies, for the schedule may be due as soon as it is made.
    schedule.node.addDependency(role);
    this.scheduleName = schedule.scheduleName;
  }
}
