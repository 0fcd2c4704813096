import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface OperatorAlarmProps {
  /** Not metric math, which emulators do not take in a template. */
  readonly metric: IMetric;
  /** What happened, and what to look at. */
  readonly description: string;
  /** Section of docs/runbook.md that says what to do. */
  readonly section: string;
  readonly operators: ITopic;
  /** What a period without data means; that all is well unless given. */
  readonly withoutData?: TreatMissingData;
  /** Tell when there was nothing at all in that many periods, instead of when there was something in the last. */
  readonly nothingIn?: number;
}

/** Tells the operators when something was counted; or, with `nothingIn`, when nothing was counted for too long. */
export class OperatorAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: OperatorAlarmProps) {
    const { nothingIn } = props;
    super(scope, id, {
      metric: props.metric,
      alarmDescription: `${props.description} Runbook: ${props.section}.`,
      threshold: 1,
      comparisonOperator:
        nothingIn === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: nothingIn ?? 1,
      treatMissingData:
        props.withoutData ??
        (nothingIn === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING),
    });
    this.addAlarmAction(new SnsAction(props.operators));
  }
}
