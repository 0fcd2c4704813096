import type { KeyObject } from 'node:crypto';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { IssuerState } from '../../domain/observed.ts';
import type { Resource } from '../resource.ts';
import { applyIssuer } from './apply.ts';
import { type ActualIssuer, checkIssuer, type ExpectedIssuer } from './checks.ts';
import { diffIssuer } from './diff.ts';
import { observeIssuer } from './observe.ts';
import { undoIssuer } from './undo.ts';

/** The issuer of a cluster: a public bucket with the two OIDC documents. */
export const issuer: Resource<{
  name: 'issuer';
  desired: ExpectedIssuer;
  state: IssuerState | undefined;
  actual: ActualIssuer;
  before: IssuerState;
  access: { readonly issuerBucket: IssuerBucket };
  applying: { readonly publicKey: KeyObject };
  undoing: object;
}> = {
  observe: observeIssuer,
  checks: checkIssuer,
  diff: diffIssuer,
  apply: applyIssuer,
  undo: undoIssuer,
};
