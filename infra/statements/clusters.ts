import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Sessions that a token of a prepared cluster's issuer gave: the cluster's own components. */
const FROM_A_CLUSTER = {
  StringLike: {
    'aws:FederatedProvider': `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/*-oidc.s3.*`,
  },
};

/**
 * Denies the clusters' components something in a resource policy. OpenShift gives some of them `s3:GetObject`
 * or `kms:Decrypt` on every resource, and no cluster may read another one's signing key, or a bundle.
 */
export function denyClusters(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'NoClusterComponents',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions: FROM_A_CLUSTER,
  });
}
