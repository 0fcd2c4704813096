import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { keyId, publicKeyPem } from '../../../../core/domain/oidc.ts';
import { applyInstallFiles, readKeyFiles } from '../../../../core/resources/install-files/apply.ts';
import { desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import { diffInstallFiles } from '../../../../core/resources/install-files/diff.ts';
import { observeInstallFiles } from '../../../../core/resources/install-files/observe.ts';
import { specsOf } from '../../../../core/resources/specs.ts';
import { defined } from '../../../../core/util/defined.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';

const desired = demoCluster();
export const MANIFESTS = desiredManifests(desired);

/** What the files shall be; without a key id the signing key is yet to be made. */
export const spec = (kid?: string) => specsOf(desired, defined({ kid })).installFiles;
export const ARCHIVE_KEY = 'clusters/demo/install.tar.gz';
const PUBLIC_FILE = 'clusters/demo/install/serviceaccount-signer.public';
export const PRIVATE_FILE = 'clusters/demo/install/tls/bound-service-account-signing-key.key';
export const keyOf = (path: string) => `clusters/demo/install/${path}`;

const KEYS = smallKeyPair();
const KID = keyId(KEYS.publicKey);
export const PRIVATE_PEM = KEYS.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** A store that holds the keys. */
export const storeWithKeys = (more: Readonly<Record<string, string>> = {}, options = {}) =>
  fakeStore({ [PUBLIC_FILE]: publicKeyPem(KEYS.publicKey), [PRIVATE_FILE]: PRIVATE_PEM, ...more }, options);

/** What a plan says of the files. */
export async function plan(store: ObjectStore, kid: string | undefined = KID) {
  return diffInstallFiles(spec(kid), await observeInstallFiles(spec(kid), { store }));
}

/** Applies a plan as RenderSecrets does. */
export async function apply(changes: Awaited<ReturnType<typeof plan>>, store: ObjectStore): Promise<void> {
  const keys = await readKeyFiles('demo', store);
  await applyInstallFiles({ ...spec(), run: RUN, changes, before: undefined }, { store, keys });
}
