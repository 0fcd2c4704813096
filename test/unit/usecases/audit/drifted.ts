import { expect } from 'vitest';
import type { IssuerReader } from '../../../../core/aws/issuer-reader.ts';
import type { Finding } from '../../../../core/domain/audit/report.ts';
import { JWKS_KEY, ownerTags, RUN_TAG } from '../../../../core/domain/names.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import { jwkThumbprint, publicJwk } from '../../../../core/domain/oidc.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import type { PublishedKey } from '../../../../core/domain/published-key.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { document } from '../../../support/fakes/issuer-bucket.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import { audited, changeRole, type PreparedCluster, preparedCluster } from './audited.ts';

export const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
export const RESOURCE = `role ${INGRESS}`;
export const SECRET = layout.installFile.of({
  cluster: 'demo',
  path: 'manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
});
export const MANAGED = 'arn:aws:iam::123456789012:policy/Managed';
export const MARKER = 'c2VjcmV0LXZhbHVl';

export const STRANGE = publicJwk(smallKeyPair().publicKey);

/** Something that is done to a prepared cluster. */
export type Change = (cluster: PreparedCluster) => unknown;

/** What an audit finds of a prepared cluster to which something was done. */
export async function driftAfter(...changes: Change[]): Promise<readonly Finding[]> {
  const cluster = await preparedCluster();
  for (const change of changes) await change(cluster);
  return (await audited(cluster)).drift;
}

/** The only finding. */
export async function onlyDriftAfter(...changes: Change[]): Promise<Finding> {
  const [found, ...others] = await driftAfter(...changes);
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('A finding was expected.');
  return found;
}

/** The kinds of the findings, in alphabetical order. */
export const kinds = (drift: readonly Finding[]) => drift.map(({ kind }) => kind).sort();

/** The role is in another state. */
export const role =
  (parts: Partial<RoleSnapshot>, name = INGRESS): Change =>
  (cluster) =>
    changeRole(cluster, name, (state) => ({ ...state, ...parts }));
/** The role has lost the tag of its run. */
export const withoutTag: Change = (cluster) =>
  changeRole(cluster, INGRESS, ({ tags: { [RUN_TAG]: _, ...tags }, ...state }) => ({ ...state, tags }));
/** Neither the record nor a role has a permissions boundary. */
export const unbounded: Change = (cluster) => {
  const { desired, entry } = cluster.record;
  const roles = desired.roles.map(({ permissionsBoundaryArn: _, ...each }) => each);
  cluster.record = { entry, desired: { ...desired, roles } };
  for (const name of cluster.roles.keys())
    changeRole(cluster, name, ({ permissionsBoundaryArn: _, ...state }) => state);
};
/** The identity provider is in another state. */
export const provider =
  (parts: object): Change =>
  ({ account: { providers, desired } }) => {
    const state = providers.state.get(desired.providerArn);
    if (state !== undefined) providers.state.set(desired.providerArn, { ...state, ...parts });
  };
/** A document of the issuer says something else, or is gone. */
export const publish =
  (key: string, body: string | undefined): Change =>
  ({ account: { issuerBucket } }) => {
    const documents = issuerBucket.content?.documents ?? {};
    if (body === undefined) delete documents[key];
    else documents[key] = document(body, { tags: ownerTags('demo') });
  };
/** The JWKS holds these keys. */
export const jwks = (...keys: object[]) => publish(JWKS_KEY, JSON.stringify({ keys }));
/** The registry knows a further key. */
export const known =
  (
    key: { kid: string },
    state: Exclude<PublishedKey['state'], 'signing'>,
    more: Partial<PublishedKey> = {},
  ): Change =>
  (cluster) => {
    const { desired, entry } = cluster.record;
    const further = { kid: key.kid, thumbprint: jwkThumbprint(key), state, ...more };
    cluster.record = { desired, entry: { ...entry, keys: [...entry.keys, further] } };
  };
/** The issuer answers like this. */
export const served =
  (readIssuer: IssuerReader): Change =>
  (cluster) => {
    cluster.readIssuer = readIssuer;
  };
/** An object of the output bucket holds something else. */
export const file =
  (key: string, body: string, metadata: Record<string, string> = {}): Change =>
  ({ account: { store } }) =>
    store.put(key, body, { contentType: 'x', metadata });
/** An object of the output bucket is gone. */
export const removed =
  (key: string): Change =>
  ({ account: { store } }) =>
    store.remove(key);
/** A policy of one statement. */
export const policy = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
