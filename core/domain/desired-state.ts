import type { ClusterFacts } from './cluster-identity.ts';
import type { CredentialsRequest, SkippedDocument } from './credentials-request.ts';
import type { SecretRef } from './manifests.ts';
import {
  issuerBucketName,
  issuerHost,
  ownerTags,
  providerArn,
  roleArn,
  roleDescription,
  roleName,
  serviceAccountSubject,
} from './names.ts';
import { type ClusterOperation, type ClusterRun, clusterRun } from './operations.ts';
import {
  MAX_INLINE_POLICY_CHARACTERS,
  MAX_TRUST_POLICY_CHARACTERS,
  type PolicyDocument,
  permissionPolicy,
  policySize,
  publicReadPolicy,
  trustPolicy,
} from './policy-document.ts';
import { formatLocation, type Location, type Problem } from './problem.ts';

/** The two policies of a role. */
export interface RolePolicies {
  readonly trust: PolicyDocument;
  readonly policy: PolicyDocument;
}

/** The policies of a role as far as requests asked for them. */
export function requestedOf({ requested, trust, policy }: DesiredRole): RolePolicies {
  return requested ?? { trust, policy };
}

/** One role as it shall be. */
export interface DesiredRole {
  readonly source: Location;
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly description: string;
  readonly permissionsBoundaryArn?: string;
  readonly trust: PolicyDocument;
  /** Inline policy; its name is the role's name. */
  readonly policy: PolicyDocument;
  readonly secretRef: SecretRef;
  readonly subjects: readonly string[];
  /** The release that first asked for the role, when an `upgrade` brought it. */
  readonly since?: string;
  /** What requests asked for, where an `upgrade` kept more that it found in IAM. To an audit the rest stays drift. */
  readonly requested?: RolePolicies;
}

/** What a desired state is for. */
export function operationOf({ releaseChange }: Pick<DesiredState, 'releaseChange'>): ClusterOperation {
  return releaseChange?.operation ?? 'prepare';
}

/** What the run of a desired state does to its cluster. */
export function runOf(desired: Pick<DesiredState, 'releaseChange'>): ClusterRun {
  return clusterRun(operationOf(desired));
}

/** The issuer bucket as it shall be. The documents follow from `url` and the signing key. */
export interface DesiredIssuer {
  readonly bucket: string;
  readonly region: string;
  readonly url: string;
  readonly host: string;
  readonly policy: PolicyDocument;
}

/**
 * What a run does to a cluster that is there already. An `upgrade` adds what the release asks for and takes
 * nothing away; a `prune` leaves nothing but what the release asks for.
 */
export type ReleaseChange =
  | {
      readonly operation: 'upgrade';
      readonly release: string;
      /** Names of the roles that the release asks for. */
      readonly asked: readonly string[];
    }
  | { readonly operation: 'prune'; readonly release: string };

/**
 * The whole of what a run shall bring about: written by ReadBundle, read by every later task. What an upgrade
 * finds in the account is added to it by PlanChanges, under the lock of the cluster and before the plan is made.
 */
export interface DesiredState {
  readonly version: 1;
  readonly run: string;
  /** Absent when the run prepares the cluster for just what the bundle asks for. */
  readonly releaseChange?: ReleaseChange;
  readonly bundle: { readonly bucket: string; readonly key: string; readonly versionId?: string };
  readonly cluster: ClusterFacts;
  /** Tags of everything made, without the run tag. */
  readonly tags: Readonly<Record<string, string>>;
  readonly issuer: DesiredIssuer;
  readonly providerArn: string;
  /** PEM public key of the bundle; absent when the pipeline keeps the key pair. */
  readonly publicKeyPem?: string;
  readonly roles: readonly DesiredRole[];
  readonly skipped: readonly SkippedDocument[];
  readonly warnings: readonly string[];
}

/** Where the resources of IAM live: the partition and the account of the stack. */
export interface Placement {
  readonly iamPartition: string;
  readonly accountId: string;
}

/** A run maps over its roles in one state, whose history must stay below 25,000 events. */
export const MAX_CREDENTIALS_REQUESTS = 1_000;

/** The issuer of a cluster. */
export function desiredIssuer(
  name: string,
  region: string,
  partition: { id: string; dnsSuffix: string },
): DesiredIssuer {
  const bucket = issuerBucketName(name);
  const host = issuerHost(name, region, partition.dnsSuffix);
  return { bucket, region, host, url: `https://${host}`, policy: publicReadPolicy(partition.id, bucket) };
}

/** The role of one CredentialsRequest. */
export function desiredRole(
  request: CredentialsRequest,
  cluster: ClusterFacts,
  issuer: DesiredIssuer,
  placement: Placement,
): DesiredRole {
  const name = roleName(cluster.name, request.secretRef);
  const subjects = request.serviceAccountNames.map((account) =>
    serviceAccountSubject(request.secretRef.namespace, account),
  );
  return {
    source: request.source,
    name,
    arn: roleArn(placement.iamPartition, placement.accountId, cluster.rolePath, name),
    path: cluster.rolePath,
    description: roleDescription(request.secretRef),
    ...(cluster.permissionsBoundaryArn === undefined
      ? {}
      : { permissionsBoundaryArn: cluster.permissionsBoundaryArn }),
    trust: trustPolicy(
      providerArn(placement.iamPartition, placement.accountId, issuer.host),
      issuer.host,
      subjects,
    ),
    policy: permissionPolicy(request.statements),
    secretRef: request.secretRef,
    subjects,
  };
}

/** Tags of everything made for a cluster: the owner's two and the user's. */
export function desiredTags(cluster: ClusterFacts): Record<string, string> {
  return { ...cluster.tags, ...ownerTags(cluster.name) };
}

/**
 * What IAM would refuse, or worse accept wrongly, about a set of roles: policies over its limits, two
 * requests for one Secret, names that become equal when cut (ccoctl then lets the later policy replace the
 * earlier one, while the trust stays with the first component).
 */
export function checkRoles(roles: readonly DesiredRole[]): Problem[] {
  return [...checkCount(roles), ...roles.flatMap(checkSizes), ...checkNames(roles)];
}

function checkCount(roles: readonly DesiredRole[]): Problem[] {
  if (roles.length === 0) {
    return [
      {
        code: 'NoCredentialsRequests',
        message: 'The bundle holds no CredentialsRequest for this AWS cluster.',
        remedy:
          'The report lists what was skipped and why; extract the requests with oc adm release extract --credentials-requests.',
      },
    ];
  }
  if (roles.length > MAX_CREDENTIALS_REQUESTS) {
    return [
      {
        code: 'TooManyRequests',
        message: `The bundle holds ${roles.length} CredentialsRequests.`,
        remedy: `One run handles ${MAX_CREDENTIALS_REQUESTS}; split the bundle.`,
      },
    ];
  }
  return [];
}

/** A policy of a role that is over what IAM takes. */
export interface Oversize {
  readonly code: 'PolicyTooLarge' | 'TrustPolicyTooLarge';
  /** Where its request asks for it. */
  readonly field: string;
  /** Which one, in words. */
  readonly policy: string;
  readonly size: number;
  readonly limit: number;
}

/** The policies of a role that are over IAM's limits. */
export function oversizes(role: Pick<DesiredRole, 'policy' | 'trust' | 'subjects'>): readonly Oversize[] {
  const both: readonly Oversize[] = [
    {
      code: 'PolicyTooLarge',
      field: 'spec.providerSpec.statementEntries',
      policy: 'policy',
      size: policySize(role.policy),
      limit: MAX_INLINE_POLICY_CHARACTERS,
    },
    {
      code: 'TrustPolicyTooLarge',
      field: 'spec.serviceAccountNames',
      policy: `trust policy for ${role.subjects.length} service accounts`,
      size: policySize(role.trust),
      limit: MAX_TRUST_POLICY_CHARACTERS,
    },
  ];
  return both.filter(({ size, limit }) => size > limit);
}

function checkSizes(role: DesiredRole): Problem[] {
  return oversizes(role).map(({ code, field, policy, size, limit }) => ({
    code,
    ...role.source,
    field,
    message: `The ${policy} has ${size} characters.`,
    remedy: `IAM allows ${limit}; split the request${code === 'PolicyTooLarge' ? ' or join actions' : ''}.`,
  }));
}

function checkNames(roles: readonly DesiredRole[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, DesiredRole>();
  for (const role of roles) {
    const key = role.name.toLowerCase();
    const first = byName.get(key);
    if (first === undefined) byName.set(key, role);
    else problems.push(collision(role, first));
  }
  return problems;
}

function collision(role: DesiredRole, first: DesiredRole): Problem {
  const { namespace, name } = role.secretRef;
  const other = formatLocation(first.source);
  if (namespace === first.secretRef.namespace && name === first.secretRef.name) {
    return {
      code: 'SecretRefDuplicate',
      ...role.source,
      field: 'spec.secretRef',
      message: `${namespace}/${name} is the Secret of ${other} too.`,
      remedy: 'Keep one of the two requests.',
    };
  }
  // Both Secrets would have one manifest too when namespace and name differ only in where the hyphen stands.
  const sameWhole = `${namespace}-${name}` === `${first.secretRef.namespace}-${first.secretRef.name}`;
  return {
    code: 'RoleNameCollision',
    ...role.source,
    field: 'spec.secretRef',
    message: `Its role name "${role.name}"${sameWhole ? '' : ', cut at 64 characters,'} is that of ${first.secretRef.namespace}/${first.secretRef.name} (${other}) too.`,
    remedy: sameWhole ? 'Rename one of the two Secrets.' : 'Use a shorter cluster name.',
  };
}
