import type { KeyObject } from 'node:crypto';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { IssuerReader } from '../../aws/issuer-reader.ts';
import type { IssuerState } from '../../domain/observed.ts';
import type { Resource, Spec } from '../resource.ts';
import { applyIssuer } from './apply.ts';
import { type ActualIssuer, checkIssuer, type ExpectedBucket, type ExpectedIssuer } from './checks.ts';
import { diffIssuer } from './diff.ts';
import { checkExisting, diffExisting, type ExistingState, observeExisting } from './existing.ts';
import { observeIssuer } from './observe.ts';
import type { TrustingProvider } from './trusted.ts';
import { undoIssuer } from './undo.ts';

/** What an issuer is reached by. */
export interface IssuerAccess {
  /** Undefined for an issuer that somebody else keeps: there is nothing that could be written. */
  readonly issuerBucket: IssuerBucket | undefined;
  /** As anybody reads it. */
  readonly readIssuer: IssuerReader;
}

type Actual = ActualIssuer | ExistingState;

/** The issuer of a cluster: a public bucket with the two OIDC documents, or one that exists and is only looked at. */
export const issuer: Resource<{
  name: 'issuer';
  desired: ExpectedIssuer;
  state: IssuerState | ExistingState | undefined;
  actual: Actual;
  before: IssuerState;
  access: IssuerAccess;
  applying: { readonly readPublicKey: () => Promise<KeyObject> };
  undoing: { readonly provider: TrustingProvider };
}> = {
  observe: (spec, access) =>
    isBucket(spec) ? observeIssuer(spec, { issuerBucket: bucketOf(access) }) : observeExisting(spec, access),
  checks: (spec, actual) =>
    isBucket(spec) ? checkIssuer(spec, actual as ActualIssuer) : checkExisting(spec, actual as ExistingState),
  diff: (spec, state) =>
    isBucket(spec)
      ? diffIssuer(spec, state as IssuerState | undefined)
      : diffExisting(spec, state as ExistingState),
  apply: async (step, access) => {
    if (!isBucket(step)) return;
    await applyIssuer(step, { issuerBucket: bucketOf(access), publicKey: await access.readPublicKey() });
  },
  undo: async (step, access) => {
    if (!isBucket(step)) return [];
    return undoIssuer(step, { issuerBucket: bucketOf(access), provider: access.provider });
  },
};

function isBucket<Given extends Spec<ExpectedIssuer>>(spec: Given): spec is Given & Spec<ExpectedBucket> {
  return spec.desired.type === 'public-bucket';
}

function bucketOf({ issuerBucket }: Pick<IssuerAccess, 'issuerBucket'>): IssuerBucket {
  if (issuerBucket === undefined) throw new Error('The issuer is a bucket, and there is no way to it.');
  return issuerBucket;
}
