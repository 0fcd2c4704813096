import { type Change, created, updated } from '../../domain/change.ts';
import type { DesiredIssuer } from '../../domain/desired-state.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags } from '../../domain/names.ts';
import type { DocumentState, IssuerState, PublicAccessBlock } from '../../domain/observed.ts';
import { discoveryDocument, MAX_JWKS_KEYS, parseJwks } from '../../domain/oidc.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';

/** Public by policy, never by ACL: as ccoctl sets it. */
export const PUBLIC_ACCESS_BLOCK: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

export const DOCUMENT_TYPE = 'application/json';

/** Parts of an issuer, as changes name them. */
export const ISSUER_PARTS = {
  tags: 'tags',
  publicAccessBlock: 'public access block',
  policy: 'policy',
  discovery: DISCOVERY_KEY,
  jwks: JWKS_KEY,
} as const;

export interface DesiredIssuerState {
  readonly clusterName: string;
  readonly issuer: DesiredIssuer;
  readonly tags: Tags;
  /** Key id of the signing key; undefined while it is yet to be made. */
  readonly kid?: string;
}

/**
 * What is missing of an issuer. Documents are compared by meaning, not by bytes. Throws ResourceConflict
 * when keys.json cannot be merged with: it is no JWKS, or is full.
 */
export function diffIssuer(
  { clusterName, issuer, tags, kid }: DesiredIssuerState,
  state: IssuerState | undefined,
): readonly Change[] {
  const resource = `issuer bucket ${issuer.bucket}`;
  if (state === undefined) return [created(resource)];
  const documentTags = ownerTags(clusterName);
  const differs = {
    tags: Object.keys(missingTags(tags, state.tags)).length > 0,
    publicAccessBlock: !sameBlock(state.publicAccessBlock),
    policy: !samePolicy(issuer.policy, state.policy),
    discovery:
      !sameJson(state.discovery?.body, discoveryDocument(issuer.url)) ||
      !wellStored(state.discovery, documentTags),
    jwks: !holdsKey(issuer.bucket, state.jwks, kid) || !wellStored(state.jwks, documentTags),
  };
  return Object.entries(ISSUER_PARTS)
    .filter(([part]) => differs[part as keyof typeof differs])
    .map(([, name]) => updated(resource, name));
}

/** Whether a public access block is the one of an issuer bucket. */
export function sameBlock(block: PublicAccessBlock | undefined): boolean {
  return (
    block !== undefined &&
    (Object.keys(PUBLIC_ACCESS_BLOCK) as (keyof PublicAccessBlock)[]).every(
      (key) => block[key] === PUBLIC_ACCESS_BLOCK[key],
    )
  );
}

/** Whether a document has the content type and the owner's tags that it was published with. */
export function wellStored(document: DocumentState | undefined, tags: Tags): boolean {
  return (
    document !== undefined &&
    document.contentType === DOCUMENT_TYPE &&
    Object.keys(missingTags(tags, document.tags)).length === 0
  );
}

function holdsKey(bucket: string, document: DocumentState | undefined, kid: string | undefined): boolean {
  if (document === undefined) return false;
  const jwks = parseJwks(document.body);
  if (jwks === undefined) {
    throw new ResourceConflict(
      `${JWKS_KEY} in bucket ${bucket} is not a JSON Web Key Set, so no key can be added without losing what it holds. Repair or remove the object.`,
    );
  }
  const held = jwks.keys.some((key) => key.kid === kid);
  if (!held && jwks.keys.length >= MAX_JWKS_KEYS) {
    throw new ResourceConflict(
      `${JWKS_KEY} in bucket ${bucket} holds ${jwks.keys.length} keys; STS reads no more than ${MAX_JWKS_KEYS}. Remove keys that no cluster signs with.`,
    );
  }
  return held;
}

/** Whether a text is JSON of the same meaning as another; lists in the order they are. */
export function sameJson(text: string | undefined, wanted: string): boolean {
  if (text === undefined) return false;
  try {
    return JSON.stringify(sortKeys(JSON.parse(text))) === JSON.stringify(sortKeys(JSON.parse(wanted)));
  } catch {
    return false;
  }
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
