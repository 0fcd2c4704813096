import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

const PROVIDERS = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/`;
const ISSUERS = ['*-oidc.s3.*', '*.cloudfront.net*', '*.cloudfront.cn*'];

/**
 * Sessions that a token of a cluster's issuer gave: the cluster's own components. Issuers are buckets named by ccoctl's
 * rule, or private ones behind CloudFront (`--create-private-s3-bucket`), with a path or without. IAM's reference of global
 * condition keys says that the value is the provider's ARN; somebody who measured it with a provider of his own found the
 * issuer without its scheme. Each is denied, as a Deny that matches nothing says nothing.
 */
const FROM_A_CLUSTER = {
  StringLike: {
    'aws:FederatedProvider': [...ISSUERS.map((issuer) => `${PROVIDERS}${issuer}`), ...ISSUERS],
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
