import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { keyId, publicKeyPem } from '../../../../core/domain/oidc.ts';
import {
  applySigningKey,
  type KeyPair,
  repairPublicFile,
} from '../../../../core/resources/signing-key/apply.ts';
import { diffSigningKey } from '../../../../core/resources/signing-key/diff.ts';
import { observeSigningKey } from '../../../../core/resources/signing-key/observe.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';

export const PRIVATE = 'clusters/demo/install/tls/bound-service-account-signing-key.key';
export const PUBLIC = 'clusters/demo/install/serviceaccount-signer.public';

/** The pair that a run makes, and another one. */
export const OURS = smallKeyPair();
export const OTHER = smallKeyPair();
export const pemOf = ({ publicKey }: KeyPair) => publicKeyPem(publicKey);
export const kidOf = ({ publicKey }: KeyPair) => keyId(publicKey);

const CLUSTER = { clusterName: 'demo', run: RUN };
export const withBundleKey = (pem: string | undefined) =>
  pem === undefined ? CLUSTER : { ...CLUSTER, bundleKeyPem: pem };

/** What a plan says of the signing key. */
export async function plan(store: ObjectStore, bundleKeyPem?: string) {
  const state = await observeSigningKey('demo', store);
  return { changes: diffSigningKey(bundleKeyPem, state), kid: state.pair?.kid ?? state.publicFile?.kid };
}

/** Applies a plan as CreateKeyPair does. */
export async function apply(
  { changes, kid }: Awaited<ReturnType<typeof plan>>,
  store: ObjectStore,
  bundleKeyPem?: string,
): Promise<void> {
  if (changes.length === 0) return;
  if (kid === undefined) await applySigningKey(withBundleKey(bundleKeyPem), store, async () => OURS);
  else await repairPublicFile(CLUSTER, store);
}

/** A store in which an earlier run left these keys. */
export async function storeWith({ pair, file }: { pair?: KeyPair; file?: string }): Promise<FakeStore> {
  const store = fakeStore();
  const earlier = { clusterName: 'demo', run: 'earlier' };
  if (pair !== undefined) await applySigningKey(earlier, store, async () => pair);
  if (pair !== undefined && file === undefined) await store.remove(PUBLIC);
  else if (file !== undefined && file !== store.text(PUBLIC))
    await applySigningKey({ ...earlier, bundleKeyPem: file }, store);
  store.writes.length = 0;
  return store;
}
