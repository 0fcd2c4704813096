import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface EventTriggerProps {
  readonly description: string;
  readonly eventPattern: EventPattern;
  readonly target: LambdaFunctionResource;
  readonly deadLetters: IQueue;
}

/** An event waits this long for its function before it counts as lost; later than that nobody expects it any more. */
const PATIENCE = Duration.hours(2);

/**
 * Events that start something. One can be lost in two places, between EventBridge and Lambda and inside the
 * function; both lead to the one queue.
 */
export class EventTrigger extends Construct {
  constructor(scope: Construct, id: string, props: EventTriggerProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: props.description,
      eventPattern: props.eventPattern,
      targets: [
        new LambdaFunction(props.target, {
          deadLetterQueue: props.deadLetters,
          maxEventAge: PATIENCE,
          retryAttempts: 20,
        }),
      ],
    });
    props.target.configureAsyncInvoke({
      onFailure: new SqsDestination(props.deadLetters),
      maxEventAge: PATIENCE,
      retryAttempts: 2,
    });
  }
}
