import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { auditMachinePermissions } from './audit-machine-permissions.ts';
import type { CodeOf } from './bundle.ts';
import { AccessLogBucket } from './constructs/access-log-bucket.ts';
import { Alarms } from './constructs/alarms.ts';
import { AuditAlarms } from './constructs/audit-alarms.ts';
import { AuditSchedule } from './constructs/audit-schedule.ts';
import { DataKey } from './constructs/data-key.ts';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { EventTrigger } from './constructs/event-trigger.ts';
import { IntakeBucket } from './constructs/intake-bucket.ts';
import { OutputBucket } from './constructs/output-bucket.ts';
import { SavedQueries } from './constructs/saved-queries.ts';
import { SignalsDashboard } from './constructs/signals-dashboard.ts';
import { TaskFunctions } from './constructs/task-functions.ts';
import { Workflow } from './constructs/workflow.ts';
import { environments } from './functions.ts';
import { AUDIT_MACHINE, DELETE_MACHINE, PLAN_MACHINE, PREPARE_MACHINE, UNDO_MACHINE } from './names.ts';
import { permissions } from './permissions.ts';
import { platformOf } from './platform.ts';
import type { Settings } from './settings.ts';
import { stateMachineArn } from './statements/executions.ts';
import { operatorsTopicArn } from './statements/signals.ts';
import { VERSION } from './version.ts';

export interface StsPrepStackProps extends StackProps {
  readonly settings: Settings;
  /** Where the functions' code comes from. */
  readonly code: CodeOf;
}

/**
 * The pipeline: bundle → intake bucket → StartRun → state machine and its functions → output bucket. Beside it the
 * audit: schedule → state machine and its functions → report, metrics, message and event.
 */
export class StsPrepStack extends Stack {
  constructor(scope: Construct, id: string, props: StsPrepStackProps) {
    const { settings, code, ...stackProps } = props;
    const { enforceSSL, synthesizer, savedQueries, ...limits } = platformOf(settings);
    super(scope, id, {
      description: 'Prepares STS credentials for OpenShift clusters',
      terminationProtection: settings.retainData,
      ...(synthesizer && { synthesizer }),
      ...stackProps,
    });
    // "Except on create": a first deployment that fails leaves nothing that would stand in the way of the second.
    const removalPolicy = settings.retainData
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY;
    const logRetention = settings.logRetentionDays;

    const key = new DataKey(this, 'DataKey', { removalPolicy });
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      retention: Duration.days(logRetention),
      enforceSSL,
      removalPolicy,
    });
    const intake = new IntakeBucket(this, 'Intake', { key, accessLogs, enforceSSL, removalPolicy });
    const output = new OutputBucket(this, 'Output', { key, accessLogs, enforceSSL, removalPolicy });

    const functions = new TaskFunctions(this, 'Functions', {
      code,
      environments: environments({
        settings,
        intakeBucket: intake.bucketName,
        outputBucket: output.bucketName,
        prepareMachineArn: stateMachineArn(this, PREPARE_MACHINE),
        undoMachineArn: stateMachineArn(this, UNDO_MACHINE),
        planMachineArn: stateMachineArn(this, PLAN_MACHINE),
        deleteMachineArn: stateMachineArn(this, DELETE_MACHINE),
        auditMachineArn: stateMachineArn(this, AUDIT_MACHINE),
        operatorsTopicArn: operatorsTopicArn(this),
      }),
      permissions: permissions(this, {
        ...limits,
        intake,
        output,
        key,
        simulatePolicies: settings.simulatePolicies,
      }),
      serviceEndpoints: settings.serviceEndpoints,
      logRetention,
      removalPolicy,
    });
    const workflow = { functions: functions.tasks, logRetention, removalPolicy };
    const prepare = new Workflow(this, 'Prepare', {
      ...workflow,
      name: PREPARE_MACHINE,
      file: 'prepare.asl.json',
      comment: 'Prepares STS credentials for an OpenShift cluster',
    });
    const undo = new Workflow(this, 'Undo', {
      ...workflow,
      name: UNDO_MACHINE,
      file: 'undo.asl.json',
      comment: 'Undoes a run that ended without its own undo',
    });
    const plan = new Workflow(this, 'Plan', {
      ...workflow,
      name: PLAN_MACHINE,
      file: 'plan.asl.json',
      comment: 'Says what a run would change; changes nothing',
    });
    const deletion = new Workflow(this, 'Delete', {
      ...workflow,
      name: DELETE_MACHINE,
      file: 'delete.asl.json',
      comment: 'Deletes a cluster',
    });
    const audit = new Workflow(this, 'Audit', {
      ...workflow,
      name: AUDIT_MACHINE,
      file: 'audit.asl.json',
      comment: 'Audits the permissions of all clusters; changes nothing',
      permissions: auditMachinePermissions({ output, key }),
    });

    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    new EventTrigger(this, 'BundleArrived', {
      description: 'A bundle arrived in the intake bucket',
      // Every object goes to StartRun, which knows the operations and the file types.
      eventPattern: {
        source: ['aws.s3'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['Object Created'],
        detail: { bucket: { name: [intake.bucketName] } },
      },
      target: functions.startRun,
      deadLetters,
    });
    new EventTrigger(this, 'RunEnded', {
      description:
        'A run ended without success; if it did not come to its own undo, another execution does it',
      eventPattern: {
        source: ['aws.states'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [prepare.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      target: functions.startUndo,
      deadLetters,
    });
    const scheduled = settings.auditSchedule !== 'off';
    if (scheduled) {
      const schedule = new AuditSchedule(this, 'AuditSchedule', {
        expression: settings.auditSchedule,
        audit,
        deadLetters,
      });
      new CfnOutput(this, 'AuditScheduleName', { value: schedule.scheduleName });
    }

    const { rollbackIncomplete } = functions;
    const { operators, all: alarms } = new Alarms(this, 'Alarms', {
      prepare,
      undo,
      deletion,
      rollbackIncomplete,
      deadLetters,
      key,
      enforceSSL,
      email: settings.alarmEmail,
    });
    const { all: auditAlarms } = new AuditAlarms(this, 'AuditAlarms', {
      audit,
      operators,
      overdueDays: scheduled ? settings.auditOverdueDays : undefined,
    });
    const all = [
      functions.startRun,
      functions.startUndo,
      functions.decideRun,
      ...Object.values(functions.tasks),
    ];
    const logGroups = savedQueries ? all.map(({ logGroup }) => logGroup) : [];
    if (logGroups.length > 0) new SavedQueries(this, 'SavedQueries', logGroups);
    new SignalsDashboard(this, 'Dashboard', {
      alarms: [...alarms, ...auditAlarms],
      prepare,
      undo,
      deletion,
      audit,
      rollbackIncomplete,
      deadLetters,
      functions: all,
      logGroups,
    });

    new CfnOutput(this, 'Version', { value: VERSION, description: 'Release of the pipeline.' });
    new CfnOutput(this, 'IntakeBucketName', { value: intake.bucketName });
    new CfnOutput(this, 'OutputBucketName', { value: output.bucketName });
    new CfnOutput(this, 'PrepareStateMachineArn', { value: prepare.stateMachineArn });
    new CfnOutput(this, 'PlanStateMachineArn', { value: plan.stateMachineArn });
    new CfnOutput(this, 'DeleteStateMachineArn', { value: deletion.stateMachineArn });
    new CfnOutput(this, 'UndoStateMachineArn', { value: undo.stateMachineArn });
    new CfnOutput(this, 'AuditStateMachineArn', { value: audit.stateMachineArn });
    new CfnOutput(this, 'DecideRunFunctionArn', {
      value: functions.decideRun.functionArn,
      description: 'Whoever may invoke this function may approve plans.',
    });
    new CfnOutput(this, 'OperatorsTopicArn', { value: operators.topicArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
  }
}
