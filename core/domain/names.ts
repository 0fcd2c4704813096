/**
 * Names and fixed values that `ccoctl aws` and the OpenShift components expect. They are a contract: a
 * cluster prepared by either tool must look the same to the other, and to `ccoctl aws delete`.
 */

/** Audiences of the IAM OIDC provider, in ccoctl's order. Components ask for `openshift`, the pod identity webhook for STS. */
export const AUDIENCES = ['openshift', 'sts.amazonaws.com'] as const;

/** Where every component finds its projected service account token. */
export const TOKEN_PATH = '/var/run/secrets/openshift/serviceaccount/token';

export const DISCOVERY_KEY = '.well-known/openid-configuration';
export const JWKS_KEY = 'keys.json';

/** Tag that names the run which created a resource; rollback deletes nothing that lacks it. */
export const RUN_TAG = 'sts-prep/run';

/** Tag of a bucket that was the issuer of a cluster which was deleted, and is kept for its name: since when, and why. */
export const RETIRED_TAG = 'sts-prep/retired';

/** IAM path of the roles of the pipeline's own functions; they may not change each other. */
export const OWN_ROLE_PATH = '/sts-prep/';

/** IAM role names end here; ccoctl cuts longer ones without a hash. */
const MAX_ROLE_NAME_LENGTH = 64;

/** Ownership tag of ccoctl. Ownership tests look at the key only, as ccoctl's do. */
export function ownerTagKey(clusterName: string): string {
  return `openshift.io/cloud-credential-operator/${clusterName}`;
}

/** The two tags ccoctl puts on everything it makes for a cluster. */
export function ownerTags(clusterName: string): Record<string, string> {
  return { [ownerTagKey(clusterName)]: 'owned', Name: clusterName };
}

const ANY_OWNER = ownerTagKey('');

/** Names of the clusters that tags name as owners. */
export function ownersOf(tags: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(tags)
    .filter((key) => key.startsWith(ANY_OWNER))
    .map((key) => key.slice(ANY_OWNER.length));
}

export function issuerBucketName(clusterName: string): string {
  return `${clusterName}-oidc`;
}

/** Host and path of the issuer URL without `https://`: what IAM uses in provider ARNs and condition keys. */
export function issuerHost(clusterName: string, region: string, dnsSuffix: string): string {
  return `${issuerBucketName(clusterName)}.s3.${region}.${dnsSuffix}`;
}

/** Role name, also the name of its inline policy: cut at 64 characters, as ccoctl does. */
export function roleName(clusterName: string, secret: { namespace: string; name: string }): string {
  return `${clusterName}-${secret.namespace}-${secret.name}`.slice(0, MAX_ROLE_NAME_LENGTH);
}

export function roleDescription(secret: { namespace: string; name: string }): string {
  return `OpenShift role for ${secret.namespace}/${secret.name}`;
}

export function roleArn(partition: string, accountId: string, path: string, name: string): string {
  return `arn:${partition}:iam::${accountId}:role${path}${name}`;
}

export function providerArn(partition: string, accountId: string, host: string): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${host}`;
}

/** `sub` claim of a service account's token. */
export function serviceAccountSubject(namespace: string, serviceAccount: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
