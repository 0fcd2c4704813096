import { createPublicKey } from 'node:crypto';
import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { keyId, publicKeyPem } from '../../../../core/domain/oidc.ts';
import {
  applySigningKey,
  type KeyPair,
  makeSigningKey,
  writePublicFile,
} from '../../../../core/resources/signing-key/apply.ts';
import type { DesiredKey } from '../../../../core/resources/signing-key/checks.ts';
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

/** A cluster that signs with a key, or whose pair is yet to be made. */
export const signingWith = (pem: string | undefined, more: Partial<DesiredKey> = {}, run = RUN) => ({
  cluster: 'demo',
  run,
  tags: {},
  desired: {
    isKept: true,
    isBrought: false,
    ...(pem === undefined ? {} : { publicKeyPem: pem, kid: keyId(createPublicKey(pem)) }),
    ...more,
  },
});

/** What a plan says of the files of the key, once it is decided which key that is. */
export async function plan(store: ObjectStore, pem?: string, more: Partial<DesiredKey> = {}) {
  const state = await observeSigningKey({ cluster: 'demo' }, { store });
  const { desired, ...spec } = signingWith(pem, more);
  const step = { ...spec, desired: { ...desired, hasPair: state.pair?.kid === desired.kid } };
  return { ...step, changes: diffSigningKey(step, state), before: undefined };
}

/** Applies a plan as CreateKeyPair does. */
export async function apply(step: Awaited<ReturnType<typeof plan>>, store: ObjectStore): Promise<void> {
  await applySigningKey(step, { store, generate: async () => OURS });
}

/** A store in which an earlier run left these keys. */
export async function storeWith({ pair, file }: { pair?: KeyPair; file?: string }): Promise<FakeStore> {
  const store = fakeStore();
  if (pair !== undefined)
    await makeSigningKey(signingWith(undefined, {}, 'earlier'), { store, generate: async () => pair });
  if (pair !== undefined && file === undefined) await store.remove(PUBLIC);
  else if (file !== undefined && file !== store.text(PUBLIC))
    await writePublicFile(signingWith(file, {}, 'earlier'), { store });
  store.writes.length = 0;
  return store;
}
