import type { PolicyDocument } from './policy-document.ts';
import type { Tags } from './tags.ts';

/** A role as it is in IAM. */
export interface RoleState {
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly permissionsBoundaryArn?: string;
  readonly maxSessionDuration?: number;
  readonly tags: Tags;
  readonly trust?: PolicyDocument;
  /** The inline policy that has the role's name; absent when there is none. */
  readonly policy?: PolicyDocument;
}

/** An IAM OIDC provider as it is in IAM. */
export interface ProviderState {
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  readonly audiences: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** The four switches of a bucket's public access block. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** A document of the issuer as it is in S3. */
export interface DocumentState {
  readonly body: string;
  readonly etag: string;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

/** The issuer bucket and its documents as they are. */
export interface IssuerState {
  readonly tags: Tags;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly policy?: PolicyDocument;
  readonly discovery?: DocumentState;
  readonly jwks?: DocumentState;
}
