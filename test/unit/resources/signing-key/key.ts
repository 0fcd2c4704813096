import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { keyId, publicKeyPem } from '../../../../core/domain/oidc.ts';
import {
  applySigningKey,
  type KeyPair,
  makeSigningKey,
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

export const withBundleKey = (pem: string | undefined, run = RUN) => ({
  cluster: 'demo',
  run,
  tags: {},
  desired: pem === undefined ? {} : { bundleKeyPem: pem },
});

/** What a plan says of the signing key. */
export async function plan(store: ObjectStore, bundleKeyPem?: string) {
  const spec = withBundleKey(bundleKeyPem);
  const state = await observeSigningKey(spec, { store });
  const kid = state.pair?.kid ?? state.publicFile?.kid;
  return { ...spec, changes: diffSigningKey(spec, state), before: kid === undefined ? undefined : { kid } };
}

/** Applies a plan as CreateKeyPair does. */
export async function apply(step: Awaited<ReturnType<typeof plan>>, store: ObjectStore): Promise<void> {
  await applySigningKey(step, { store, generate: async () => OURS });
}

/** A store in which an earlier run left these keys. */
export async function storeWith({ pair, file }: { pair?: KeyPair; file?: string }): Promise<FakeStore> {
  const store = fakeStore();
  if (pair !== undefined)
    await makeSigningKey(withBundleKey(undefined, 'earlier'), { store, generate: async () => pair });
  if (pair !== undefined && file === undefined) await store.remove(PUBLIC);
  else if (file !== undefined && file !== store.text(PUBLIC))
    await makeSigningKey(withBundleKey(file, 'earlier'), { store });
  store.writes.length = 0;
  return store;
}
