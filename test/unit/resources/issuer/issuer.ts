import { createPublicKey } from 'node:crypto';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags } from '../../../../core/domain/names.ts';
import type { DocumentState, IssuerState } from '../../../../core/domain/observed.ts';
import { discoveryDocument, formatJwks, type PublicJwk, publicJwk } from '../../../../core/domain/oidc.ts';
import { PUBLIC_ACCESS_BLOCK } from '../../../../core/resources/issuer/access-block.ts';
import type { ExpectedBucket } from '../../../../core/resources/issuer/checks.ts';
import { diffIssuer } from '../../../../core/resources/issuer/diff.ts';
import type { TrustingProvider } from '../../../../core/resources/issuer/trusted.ts';
import type { Spec } from '../../../../core/resources/resource.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { type BucketContent, document } from '../../../support/fakes/issuer-bucket.ts';
import { PUBLIC_KEY } from '../../../support/fakes/signing-keys.ts';

const desired = demoCluster();
export const ISSUER = desired.issuer;
export const TAGS = desired.tags;
export const SPEC: Spec<ExpectedBucket> = {
  cluster: desired.cluster.name,
  tags: TAGS,
  desired: { ...ISSUER, kid: PUBLIC_KEY.kid },
};
export const RUN_TAGS = { ...TAGS, 'sts-prep/run': RUN };
export const KEY = createPublicKey(PUBLIC_KEY.pem);
export const OUR_JWK = publicJwk(KEY);
export const OTHER_JWK: PublicJwk = { kid: 'other', kty: 'RSA', n: 'AQ', e: 'AQAB' };

export const jwksText = (...keys: PublicJwk[]) => formatJwks({ keys });
export const DISCOVERY = discoveryDocument(ISSUER.url);

/** What many organizations put into every bucket policy. */
export const TLS_ONLY = {
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::demo-oidc', 'arn:aws:s3:::demo-oidc/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

/** A document of the issuer as this cluster's, of an earlier run. */
export function ours(body: string, more: Partial<DocumentState> = {}): DocumentState {
  return document(body, { tags: ownerTags('demo'), metadata: { 'sts-prep-run': 'earlier' }, ...more });
}

/** Content of a bucket that is converged; parts can be replaced. */
export function bucketContent(parts: Partial<BucketContent> = {}): BucketContent {
  return {
    tags: TAGS,
    block: PUBLIC_ACCESS_BLOCK,
    policy: ISSUER.policy,
    documents: { [DISCOVERY_KEY]: ours(DISCOVERY), [JWKS_KEY]: ours(jwksText(OUR_JWK)) },
    others: [],
    ...parts,
  };
}

/** An identity provider that is gone, or was never there. */
export const NO_PROVIDER: TrustingProvider = {
  arn: desired.providerArn,
  providers: fakeProviders(),
  isDeleted: false,
};

/** What a plan says that was made when the issuer was like this. */
export function planned(before: IssuerState | undefined) {
  return { ...SPEC, run: RUN, changes: diffIssuer(SPEC, before), before };
}
