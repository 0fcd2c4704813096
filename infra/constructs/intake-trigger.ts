import { Aws, Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface IntakeTriggerProps {
  readonly intake: Bucket;
  readonly startRun: LambdaFunctionResource;
  readonly deadLetters: IQueue;
}

/** An upload waits this long for a run before it counts as lost; later than that nobody expects it any more. */
const PATIENCE = Duration.hours(2);

/**
 * Every object that arrives goes to StartRun, which knows the operations and the file types. An event is lost
 * in two places, between EventBridge and Lambda and inside the function; both lead to the one queue.
 */
export class IntakeTrigger extends Construct {
  constructor(scope: Construct, id: string, props: IntakeTriggerProps) {
    super(scope, id);
    new Rule(this, 'BundleArrived', {
      description: 'A bundle arrived in the intake bucket',
      eventPattern: {
        source: ['aws.s3'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['Object Created'],
        detail: { bucket: { name: [props.intake.bucketName] } },
      },
      targets: [
        new LambdaFunction(props.startRun, {
          deadLetterQueue: props.deadLetters,
          maxEventAge: PATIENCE,
          retryAttempts: 20,
        }),
      ],
    });
    props.startRun.configureAsyncInvoke({
      onFailure: new SqsDestination(props.deadLetters),
      maxEventAge: PATIENCE,
      retryAttempts: 2,
    });
  }
}
