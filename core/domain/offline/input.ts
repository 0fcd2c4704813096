import type { DesiredRole } from '../desired-state.ts';
import type { InstallFile } from '../manifests.ts';
import type { PublicAccessBlock } from '../observed.ts';
import type { PolicyDocument } from '../policy-document.ts';
import type { Tags } from '../tags.ts';

/** An issuer bucket and what is in it, as it shall be. */
export interface OfflineIssuer {
  readonly bucket: string;
  readonly region: string;
  readonly policy: PolicyDocument;
  readonly publicAccessBlock: PublicAccessBlock;
  /** Text of the discovery document. */
  readonly discovery: string;
  /** Text of the JWKS. */
  readonly jwks: string;
}

/** Everything that is made for a cluster, for somebody else to make it. Nothing of it is secret. */
export interface OfflineCluster {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** The run that wrote it down. */
  readonly run: string;
  readonly issuerUrl: string;
  /** Undefined of an issuer that somebody else keeps: it and its provider are there already. */
  readonly issuer: OfflineIssuer | undefined;
  readonly providerArn: string;
  readonly audiences: readonly string[];
  /** Of the provider, the bucket and the roles. */
  readonly tags: Tags;
  /** Of the documents. */
  readonly documentTags: Tags;
  readonly roles: readonly Pick<
    DesiredRole,
    'name' | 'path' | 'description' | 'permissionsBoundaryArn' | 'trust' | 'policy' | 'secretRef'
  >[];
  /** Manifests for the installer. */
  readonly manifests: readonly InstallFile[];
}

/** A file of the folder that is handed over. */
export interface OfflineFile {
  readonly path: string;
  readonly content: string;
}

/** As every run publishes the documents. */
export const DOCUMENT_TYPE = 'application/json';

/** Tags as the APIs of IAM and S3 list them. */
export function tagList(tags: Tags): readonly { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** JSON for people and for `--cli-input-json`. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
