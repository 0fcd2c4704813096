import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { APPROVALS } from './approval.ts';
import { clusterChangeSchema } from './cluster-change.ts';
import { PARTS } from './cluster-run.ts';
import { type ClusterSpec, clusterSpecSchema } from './cluster-spec.ts';
import { type CredentialsRequest, skippedDocumentSchema } from './credentials-request.ts';
import { secretRefSchema } from './manifests.ts';
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
import { STEP_OPERATIONS } from './operation-kinds.ts';
import { permissionPolicy, policyDocumentSchema, publicReadPolicy, trustPolicy } from './policy-document.ts';
import { locationSchema } from './problem.ts';
import { FROM_RELEASE, requestSourceSchema } from './request-source.ts';

const rolePoliciesSchema = z.object({ trust: policyDocumentSchema, policy: policyDocumentSchema });

/** The two policies of a role. */
export type RolePolicies = DeepReadonly<z.infer<typeof rolePoliciesSchema>>;

/** The policies of a role as far as requests asked for them. */
export function requestedOf({ requested, trust, policy }: DesiredRole): RolePolicies {
  return requested ?? { trust, policy };
}

const desiredRoleSchema = z.object({
  source: locationSchema,
  name: z.string(),
  arn: z.string(),
  path: z.string(),
  description: z.string(),
  permissionsBoundaryArn: z.string().exactOptional(),
  trust: policyDocumentSchema,
  /** Inline policy; its name is the role's name. */
  policy: policyDocumentSchema,
  secretRef: secretRefSchema,
  /** Where the component's pods find their token, if not where OpenShift's own have it. */
  cloudTokenPath: z.string().exactOptional(),
  subjects: z.array(z.string()),
  /** Who asks for the role. Nobody does of one from before there were sources, so that it goes only when it is named. */
  requestedBy: z.array(requestSourceSchema),
  /** The release that first asked for the role, when an `upgrade` brought it. */
  since: z.string().exactOptional(),
  /** What requests asked for, where an `upgrade` kept more that it found in IAM. To an audit the rest stays drift. */
  requested: rolePoliciesSchema.exactOptional(),
  /** What the role had beyond the requests when the cluster was adopted. No run takes it away. */
  foundBesides: rolePoliciesSchema.exactOptional(),
});

/** One role as it shall be. */
export type DesiredRole = DeepReadonly<z.infer<typeof desiredRoleSchema>>;

const bucketIssuerSchema = z.object({
  type: z.literal('public-bucket'),
  bucket: z.string(),
  region: z.string(),
  url: z.string(),
  host: z.string(),
  policy: policyDocumentSchema,
});

const existingIssuerSchema = z.object({ type: z.literal('existing'), url: z.string(), host: z.string() });

const desiredIssuerSchema = z.discriminatedUnion('type', [bucketIssuerSchema, existingIssuerSchema]);

/** The issuer bucket as it shall be. The documents follow from `url` and the signing key. */
export type BucketIssuer = DeepReadonly<z.infer<typeof bucketIssuerSchema>>;

/** The issuer of a cluster: a bucket of its own, or one that somebody else keeps and that is never written. */
export type DesiredIssuer = DeepReadonly<z.infer<typeof desiredIssuerSchema>>;

const addOnSchema = z.object({ name: z.string(), roles: z.array(desiredRoleSchema) });

/** An optional operator and the roles that it asks for. */
export type AddOn = DeepReadonly<z.infer<typeof addOnSchema>>;

export const desiredStateSchema = z.object({
  version: z.literal(2),
  run: z.string(),
  /** Absent when the run prepares the cluster for just what the bundle asks for, beside its add-ons. */
  clusterChange: clusterChangeSchema.exactOptional(),
  /** The single step that the run is; absent where it is none. */
  step: z.enum(STEP_OPERATIONS).exactOptional(),
  /** The parts of the cluster that were asked for so far, this run's among them; absent when it is whole. */
  parts: z.array(z.enum(PARTS)).exactOptional(),
  bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().exactOptional() }),
  cluster: clusterSpecSchema,
  /** Tags of everything made, without the run tag. */
  tags: z.record(z.string(), z.string()),
  issuer: desiredIssuerSchema,
  providerArn: z.string(),
  /** PEM public key of the bundle; absent when the pipeline keeps the key pair. */
  publicKeyPem: z.string().exactOptional(),
  /** Whether changes of the cluster are to be approved. As a bundle is read: what it says; then what holds from now on. */
  approval: z.enum(APPROVALS).exactOptional(),
  /** Keys of the JWKS that the bundle accepts, by key id or thumbprint. */
  acceptedKeys: z.array(z.string()),
  /** All roles of the cluster, those of its add-ons too. */
  roles: z.array(desiredRoleSchema),
  /** What each add-on asks for by itself, so that the release's requests can change without it. */
  addOns: z.array(addOnSchema),
  skipped: z.array(skippedDocumentSchema),
  warnings: z.array(z.string()),
});

/**
 * The whole of what a run shall bring about: written by ReadBundle, read by every later task. What the cluster has
 * and keeps is added to it by PlanChanges, under the lock of the cluster and before the plan is made.
 */
export type DesiredState = DeepReadonly<z.infer<typeof desiredStateSchema>>;

/** Where the resources of IAM live: the partition and the account of the stack. */
export interface Placement {
  readonly iamPartition: string;
  readonly accountId: string;
}

/** The issuer of a cluster. */
export function desiredIssuer(
  name: string,
  region: string,
  partition: { id: string; dnsSuffix: string },
): BucketIssuer {
  const bucket = issuerBucketName(name);
  const host = issuerHost(name, region, partition.dnsSuffix);
  return {
    type: 'public-bucket',
    bucket,
    region,
    host,
    url: `https://${host}`,
    policy: publicReadPolicy(partition.id, bucket),
  };
}

/** The role of one CredentialsRequest. */
export function desiredRole(
  request: CredentialsRequest,
  cluster: ClusterSpec,
  issuer: DesiredIssuer,
  placement: Placement,
  requestedBy: DesiredRole['requestedBy'] = [FROM_RELEASE],
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
    ...defined({ permissionsBoundaryArn: cluster.permissionsBoundaryArn }),
    trust: trustPolicy(
      providerArn(placement.iamPartition, placement.accountId, issuer.host),
      issuer.host,
      subjects,
    ),
    policy: permissionPolicy(request.statements),
    secretRef: request.secretRef,
    ...defined({ cloudTokenPath: request.cloudTokenPath }),
    subjects,
    requestedBy,
  };
}

/** Tags of everything made for a cluster: the owner's two and the user's. */
export function desiredTags(cluster: ClusterSpec): Record<string, string> {
  return { ...cluster.tags, ...ownerTags(cluster.name) };
}
