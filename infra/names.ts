import { Aws } from 'aws-cdk-lib';
import type { FunctionName } from '../core/runtime/environment.ts';

/**
 * Names that are fixed instead of generated, so that a policy can name a thing without depending on it (the
 * state machine needs its functions, one of which asks about the state machine's executions), and so that
 * people and scripts find them. They allow one stack per account and region.
 */
const PREFIX = 'sts-prep';

export const PREPARE_MACHINE = `${PREFIX}-prepare`;
export const PLAN_MACHINE = `${PREFIX}-plan`;
export const DELETE_MACHINE = `${PREFIX}-delete`;
export const UNDO_MACHINE = `${PREFIX}-undo`;
export const AUDIT_MACHINE = `${PREFIX}-audit`;
/** Of the schedule, and of the schedule group that holds nothing else. */
export const AUDIT_SCHEDULE = `${PREFIX}-audit`;
export const DATA_KEY_ALIAS = `alias/${PREFIX}`;
export const OPERATORS_TOPIC_NAME = `${PREFIX}-operators`;
/** Dashboards of all regions are in one list. */
export const DASHBOARD = `${PREFIX}-${Aws.REGION}`;
/** Where the console has the saved queries of Logs Insights. */
export const QUERY_FOLDER = PREFIX;
export const METRICS_NAMESPACE = PREFIX;
/** `source` of the events that the pipeline sends. */
export const EVENT_SOURCE = PREFIX;
/** `detail-type` of the event that tells what an audit found. */
export const AUDIT_COMPLETED = 'STS Permission Audit Completed';

export function functionName(name: FunctionName): string {
  return `${PREFIX}-${name}`;
}

/** Bucket names are global, so account and region are part of them. */
export function bucketName(purpose: 'intake' | 'output'): string {
  return `${PREFIX}-${purpose}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}
