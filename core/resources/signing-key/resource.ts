import type { ObjectStore } from '../../aws/object-store.ts';
import type { Resource } from '../resource.ts';
import { applySigningKey, type KeyPair } from './apply.ts';
import { type ActualKey, checkSigningKey, type DesiredKey } from './checks.ts';
import { diffSigningKey } from './diff.ts';
import { observeSigningKey, type SigningKeyState } from './observe.ts';
import { undoSigningKey } from './undo.ts';

/** The key that a cluster signs its service accounts' tokens with. */
export const signingKey: Resource<{
  name: 'signingKey';
  desired: DesiredKey;
  state: SigningKeyState;
  actual: ActualKey;
  /** The key that was there; its files' versions are their own ledger. */
  before: { readonly kid: string };
  access: { readonly store: ObjectStore };
  applying: { readonly generate?: () => Promise<KeyPair> };
  undoing: { readonly outputBucket: string };
}> = {
  observe: observeSigningKey,
  checks: checkSigningKey,
  diff: diffSigningKey,
  apply: applySigningKey,
  undo: undoSigningKey,
};
