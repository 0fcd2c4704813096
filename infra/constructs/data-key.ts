import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DATA_KEY_ALIAS } from '../names.ts';
import { denyClusters } from '../statements/clusters.ts';
import { operatorsTopicArn, TOPIC_CONTEXT } from '../statements/signals.ts';

export interface DataKeyProps {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The key of everything the pipeline stores. Its policy leaves the say to IAM, where each function's role is
 * tied to the objects it handles; the one service it admits is the one that publishes alarms.
 */
export class DataKey extends Key {
  constructor(scope: Construct, id: string, props: DataKeyProps) {
    super(scope, id, {
      description: 'sts-prep: bundles, results and signing keys',
      alias: DATA_KEY_ALIAS,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: props.removalPolicy,
    });
    this.addToResourcePolicy(denyClusters(['kms:*'], ['*'])); // in a key policy: this key
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublishToOperators',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'], // in a key policy: this key
        conditions: { StringEquals: { [TOPIC_CONTEXT]: operatorsTopicArn(this) } },
      }),
    );
  }
}
