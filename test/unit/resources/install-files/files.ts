import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { applyInstallFiles, readKeyFiles } from '../../../../core/resources/install-files/apply.ts';
import { desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import { diffInstallFiles } from '../../../../core/resources/install-files/diff.ts';
import { observeInstallFiles } from '../../../../core/resources/install-files/observe.ts';
import { specsOf } from '../../../../core/resources/specs.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { PUBLIC_KEY } from '../../../support/fakes/signing-keys.ts';

const desired = demoCluster();
export const MANIFESTS = desiredManifests(desired);

/** What the files shall be; without a key id the signing key is yet to be made. */
export const spec = (kid?: string) => specsOf(desired, kid).installFiles;
export const ARCHIVE_KEY = 'clusters/demo/install.tar.gz';
const PUBLIC_FILE = 'clusters/demo/install/serviceaccount-signer.public';
const PRIVATE_FILE = 'clusters/demo/install/tls/bound-service-account-signing-key.key';
export const keyOf = (path: string) => `clusters/demo/install/${path}`;

/** A store that holds the keys; the private one is no key, as nothing here looks into it. */
export const storeWithKeys = (more: Readonly<Record<string, string>> = {}, options = {}) =>
  fakeStore({ [PUBLIC_FILE]: PUBLIC_KEY.pem, [PRIVATE_FILE]: 'private', ...more }, options);

/** What a plan says of the files. */
export async function plan(store: ObjectStore, kid: string | undefined = PUBLIC_KEY.kid) {
  return diffInstallFiles(spec(kid), await observeInstallFiles(spec(kid), { store }));
}

/** Applies a plan as RenderSecrets does. */
export async function apply(changes: Awaited<ReturnType<typeof plan>>, store: ObjectStore): Promise<void> {
  const keys = await readKeyFiles('demo', store);
  await applyInstallFiles({ ...spec(), run: RUN, changes, before: undefined }, { store, keys });
}
