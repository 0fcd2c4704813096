import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { AUDIT_COMPLETED, EVENT_SOURCE, OPERATORS_TOPIC_NAME } from '../names.ts';

/** SNS gives KMS the topic's ARN under this key whenever it encrypts or decrypts a message. */
export const TOPIC_CONTEXT = 'kms:EncryptionContext:aws:sns:topicArn';

/** By name, not by reference: the topic's key says who may publish, and the topic depends on its key. */
export function operatorsTopicArn(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'sns', resource: OPERATORS_TOPIC_NAME });
}

/** An encrypted topic asks its publisher for the use of the key; this is good for messages of the one topic only. */
export function publishToOperators(scope: Construct, key: IKey): PolicyStatement[] {
  const topicArn = operatorsTopicArn(scope);
  return [
    new PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] }),
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { [TOPIC_CONTEXT]: topicArn } },
    }),
  ];
}

/** Events on the account's default bus. @param conditions Whether IAM is told what an event says; see platform.ts. */
export function announceAudits(scope: Construct, conditions: boolean): PolicyStatement[] {
  const bus = Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: 'default',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [bus],
      ...(conditions && {
        conditions: {
          // IAM takes both for lists of values, and "all values" holds of a list without any.
          'ForAllValues:StringEquals': {
            'events:detail-type': AUDIT_COMPLETED,
            'events:source': EVENT_SOURCE,
          },
          Null: { 'events:detail-type': 'false', 'events:source': 'false' },
        },
      }),
    }),
  ];
}
