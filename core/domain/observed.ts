import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { policyDocumentSchema } from './policy-document.ts';

const tags = z.record(z.string(), z.string());

export const roleStateSchema = z.object({
  arn: z.string(),
  path: z.string(),
  description: z.string().exactOptional(),
  permissionsBoundaryArn: z.string().exactOptional(),
  maxSessionDuration: z.int().exactOptional(),
  tags,
  trust: policyDocumentSchema.exactOptional(),
  /** The inline policy that has the role's name; absent when there is none. */
  policy: policyDocumentSchema.exactOptional(),
});

/** A role as it is in IAM. */
export type RoleState = DeepReadonly<z.infer<typeof roleStateSchema>>;

export const roleSnapshotSchema = z.object({
  name: z.string(),
  arn: z.string(),
  path: z.string(),
  tags,
  trust: policyDocumentSchema.exactOptional(),
  /** Inline policies by name. One that is not JSON is null. */
  inline: z.record(z.string(), policyDocumentSchema.nullable()),
  /** ARNs of attached policies. */
  attached: z.array(z.string()),
  permissionsBoundaryArn: z.string().exactOptional(),
  /** ISO 8601. */
  createdAt: z.string().exactOptional(),
  /** ISO 8601; IAM keeps it for 400 days. */
  lastUsed: z.string().exactOptional(),
  lastUsedRegion: z.string().exactOptional(),
});

/** A role of the account with all that decides what it may do. */
export type RoleSnapshot = DeepReadonly<z.infer<typeof roleSnapshotSchema>>;

export const providerStateSchema = z.object({
  /** Host and path of the issuer, without `https://`. */
  host: z.string(),
  audiences: z.array(z.string()),
  thumbprints: z.array(z.string()),
  tags,
});

/** An IAM OIDC provider as it is in IAM. */
export type ProviderState = DeepReadonly<z.infer<typeof providerStateSchema>>;

const publicAccessBlockSchema = z.object({
  BlockPublicAcls: z.boolean(),
  IgnorePublicAcls: z.boolean(),
  BlockPublicPolicy: z.boolean(),
  RestrictPublicBuckets: z.boolean(),
});

/** The four switches of a bucket's public access block. */
export type PublicAccessBlock = DeepReadonly<z.infer<typeof publicAccessBlockSchema>>;

const grantSchema = z.object({
  /** URI of a group, or canonical id of an account. */
  grantee: z.string(),
  permission: z.string(),
});

/** What an access control list lets somebody do. */
export type Grant = DeepReadonly<z.infer<typeof grantSchema>>;

const documentStateSchema = z.object({
  body: z.string(),
  etag: z.string(),
  contentType: z.string().exactOptional(),
  metadata: z.record(z.string(), z.string()),
  tags,
  /** How KMS encrypts it; absent when it does not. What it encrypts nobody reads without credentials. */
  encryption: z.string().exactOptional(),
  /** How it is encoded, such as `gzip`; its body is as it was before. Absent when it is not, as STS asks for it. */
  encoding: z.string().exactOptional(),
  /** What others than its owner may do by its ACL; absent when it is private. */
  acl: z.array(grantSchema).exactOptional(),
});

/** A document of the issuer as it is in S3. */
export type DocumentState = DeepReadonly<z.infer<typeof documentStateSchema>>;

export const issuerStateSchema = z.object({
  tags,
  publicAccessBlock: publicAccessBlockSchema.exactOptional(),
  policy: policyDocumentSchema.exactOptional(),
  discovery: documentStateSchema.exactOptional(),
  jwks: documentStateSchema.exactOptional(),
});

/** The issuer bucket and its documents as they are. */
export type IssuerState = DeepReadonly<z.infer<typeof issuerStateSchema>>;
