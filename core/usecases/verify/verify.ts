import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import pMap from 'p-map';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerReader } from '../../aws/issuer-reader.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { WebIdentity } from '../../aws/web-identity.ts';
import { type CheckResult, failed, holds, notProved, proved } from '../../domain/checks.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, secretManifest } from '../../domain/manifests.ts';
import { AUDIENCES, DISCOVERY_KEY, JWKS_KEY, ownerTags, TOKEN_PATH } from '../../domain/names.ts';
import { holdsPrivateKey, jwkThumbprint, keyId, parseJwks, readPublicKey } from '../../domain/oidc.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import type { RegistryEntry } from '../../domain/registry.ts';
import { missingTags } from '../../domain/tags.ts';
import * as layout from '../../storage/layout.ts';

export interface VerifyCollaborators {
  readonly store: ObjectStore;
  readonly providers: IdentityProviders;
  readonly roles: Roles;
  readonly readIssuer: IssuerReader;
  readonly webIdentity: WebIdentity;
  /** False on an emulator: it has no TLS and accepts every token, so neither is a proof. */
  readonly enforcing: boolean;
}

const AT_ONCE = 40;
const EMULATED = 'the environment is an emulator';

/** A service account that exists in no cluster, so no role may ever trust it. */
const STRANGER = 'system:serviceaccount:sts-prep:nobody';

/** Facts that the registry keeps as they were when everything was proved. Small: a JWKS has at most a hundred keys. */
export type VerifiedFacts = Pick<RegistryEntry, 'providerThumbprints' | 'keys'>;

export interface Verification {
  /** A result for every check of every subject. */
  readonly results: readonly CheckResult[];
  readonly facts: VerifiedFacts;
}

/**
 * Reads back everything that was prepared, as STS, IAM and the cluster will see it, and tries tokens.
 * Changes nothing; throws only what AWS throws.
 */
export async function verify(
  desired: DesiredState,
  keys: SigningKeys,
  collaborators: VerifyCollaborators,
): Promise<Verification> {
  const [issuer, authentication, provider, roles, tokens] = await Promise.all([
    checkIssuer(desired, keys, collaborators),
    checkAuthentication(desired, collaborators.store),
    checkProvider(desired, collaborators.providers),
    pMap(desired.roles, (role) => checkRole(role, desired, collaborators), { concurrency: AT_ONCE }),
    checkTokens(desired, keys, collaborators),
  ]);
  return {
    results: [
      ...checkKeyPair(keys),
      ...issuer.results,
      authentication,
      provider.result,
      ...roles.flat(),
      ...tokens,
    ],
    facts: { providerThumbprints: provider.thumbprints, keys: issuer.keys },
  };
}

export interface SigningKeys {
  readonly publicKey?: KeyObject;
  readonly privateKey?: KeyObject;
}

/** Reads the two halves of the signing key; a half that is not kept here is absent. */
export async function readSigningKeys(clusterName: string, store: ObjectStore): Promise<SigningKeys> {
  const [publicFile, privateFile] = await Promise.all([
    store.get(layout.publicKey.of({ cluster: clusterName })),
    store.get(layout.privateKey.of({ cluster: clusterName })),
  ]);
  return {
    ...(publicFile === undefined
      ? {}
      : { publicKey: readPublicKey(Buffer.from(publicFile.bytes).toString('utf8')) }),
    ...(privateFile === undefined ? {} : { privateKey: createPrivateKey(Buffer.from(privateFile.bytes)) }),
  };
}

function checkKeyPair({ publicKey, privateKey }: SigningKeys): CheckResult[] {
  if (publicKey === undefined)
    return [failed('key-pair', layout.PUBLIC_KEY_FILE, 'the public key is missing')];
  const kid = keyId(publicKey);
  if (privateKey === undefined) return [notProved('key-pair', kid, 'the private key is not kept here')];
  return [
    holds('key-pair', kid, keyId(createPublicKey(privateKey)) === kid, 'the private key is another one'),
  ];
}

async function checkIssuer(
  { issuer }: DesiredState,
  { publicKey }: SigningKeys,
  { readIssuer, enforcing }: VerifyCollaborators,
): Promise<{ readonly results: readonly CheckResult[]; readonly keys: VerifiedFacts['keys'] }> {
  const read = async (key: string) => {
    try {
      const { status, body } = await readIssuer(key);
      return status === 200 ? { body } : { detail: `${issuer.url}/${key} answers ${status}` };
    } catch (error) {
      return { detail: `${issuer.url}/${key} does not answer: ${(error as Error).message}` };
    }
  };
  const [discovery, jwks] = await Promise.all([read(DISCOVERY_KEY), read(JWKS_KEY)]);
  const unreachable = discovery.detail ?? jwks.detail;
  const results = [
    enforcing
      ? holds('issuer-reachable', issuer.url, unreachable === undefined, unreachable ?? '')
      : notProved('issuer-reachable', issuer.url, EMULATED),
    discovery.body === undefined
      ? failed('discovery-document', issuer.url, discovery.detail ?? '')
      : checkDiscovery(issuer.url, discovery.body),
    jwks.body === undefined
      ? failed('jwks', issuer.url, jwks.detail ?? '')
      : checkJwks(issuer.url, jwks.body, publicKey),
  ];
  const published = parseJwks(jwks.body ?? '')?.keys ?? [];
  return { results, keys: published.map((key) => ({ kid: key.kid, thumbprint: jwkThumbprint(key) })) };
}

function checkDiscovery(url: string, body: string): CheckResult {
  try {
    const document = JSON.parse(body) as { issuer?: unknown; jwks_uri?: unknown };
    return holds(
      'discovery-document',
      url,
      document.issuer === url && document.jwks_uri === `${url}/${JWKS_KEY}`,
      `it names the issuer ${String(document.issuer)}`,
    );
  } catch {
    return failed('discovery-document', url, 'it is not JSON');
  }
}

function checkJwks(url: string, body: string, publicKey: KeyObject | undefined): CheckResult {
  const jwks = parseJwks(body);
  if (jwks === undefined) return failed('jwks', url, 'it is not a JSON Web Key Set');
  if (jwks.keys.some(holdsPrivateKey)) return failed('jwks', url, 'it holds a private key');
  const kid = publicKey === undefined ? undefined : keyId(publicKey);
  return holds(
    'jwks',
    url,
    jwks.keys.some((key) => key.kid === kid),
    `it lacks the signing key ${kid}`,
  );
}

async function checkAuthentication(
  { cluster, issuer }: DesiredState,
  store: ObjectStore,
): Promise<CheckResult> {
  const { path, content } = authenticationManifest(issuer.url);
  const file = await store.get(layout.installFile.of({ cluster: cluster.name, path }));
  return holds(
    'authentication-manifest',
    path,
    textOf(file) === content,
    'it is missing or names another issuer',
  );
}

async function checkProvider(
  { providerArn, issuer }: DesiredState,
  providers: IdentityProviders,
): Promise<{ readonly result: CheckResult; readonly thumbprints: readonly string[] }> {
  const provider = await providers.get(providerArn);
  const thumbprints = provider?.thumbprints ?? [];
  const missing = AUDIENCES.filter((audience) => provider?.audiences.includes(audience) !== true);
  const wrong =
    provider === undefined
      ? 'it does not exist'
      : provider.host !== issuer.host
        ? `its issuer is ${provider.host}`
        : `it lacks the audience ${missing.join(', ')}`;
  const isRight = provider?.host === issuer.host && missing.length === 0;
  return { result: holds('provider', providerArn, isRight, wrong), thumbprints };
}

async function checkRole(
  wanted: DesiredRole,
  desired: DesiredState,
  { roles, store }: VerifyCollaborators,
): Promise<CheckResult[]> {
  const { name, trust, policy, permissionsBoundaryArn } = wanted;
  const { path, content } = secretManifest(wanted.secretRef, wanted.arn);
  const [role, file] = await Promise.all([
    roles.get(name, 'present'),
    store.get(layout.installFile.of({ cluster: desired.cluster.name, path })),
  ]);
  const secret = textOf(file);
  const secretIsRight =
    secret === content && secret.includes(TOKEN_PATH) && !secret.includes('aws_access_key_id');
  return [
    ...(role === undefined
      ? [failed('role-trust', name, 'the role does not exist')]
      : [
          holds('role-trust', name, samePolicy(role.trust, trust), 'the trust policy is another one'),
          holds(
            'role-permissions',
            name,
            samePolicy(role.policy, policy),
            'the inline policy is another one',
          ),
          holds(
            'role-boundary',
            name,
            permissionsBoundaryArn === undefined || role.permissionsBoundaryArn === permissionsBoundaryArn,
            `the boundary is ${role.permissionsBoundaryArn ?? 'missing'}`,
          ),
          holds(
            'role-tags',
            name,
            Object.keys(missingTags(ownerTags(desired.cluster.name), role.tags)).length === 0,
            'a tag of the cluster is missing',
          ),
        ]),
    holds('secret', path, secretIsRight, 'the manifest is missing or another one'),
  ];
}

/** Signs a one-minute token for every service account and tries it at STS; and one that must be refused. */
async function checkTokens(
  desired: DesiredState,
  { privateKey, publicKey }: SigningKeys,
  { webIdentity, enforcing }: VerifyCollaborators,
): Promise<CheckResult[]> {
  const attempts = desired.roles.flatMap((role) => role.subjects.map((subject) => ({ role, subject })));
  if (privateKey === undefined || publicKey === undefined) {
    return attempts.map(({ subject }) =>
      notProved('token-accepted', subject, 'the private key is not kept here, so no token can be signed'),
    );
  }
  const kid = keyId(publicKey);
  const sign = (subject: string) => signToken(subject, desired.issuer.url, kid, privateKey);
  const accepted = await pMap(
    attempts,
    async ({ role, subject }) => {
      const answer = await webIdentity.assume(role.arn, await sign(subject));
      if (answer !== 'accepted')
        return failed('token-accepted', subject, `STS answers "${answer}" for ${role.name}`);
      return enforcing
        ? proved('token-accepted', subject)
        : notProved('token-accepted', subject, `${EMULATED}, which accepts any token`);
    },
    { concurrency: AT_ONCE },
  );
  const [first] = desired.roles;
  if (first === undefined) return accepted;
  if (!enforcing)
    return [...accepted, notProved('token-refused', STRANGER, `${EMULATED}, which accepts any token`)];
  const answer = await webIdentity.assume(first.arn, await sign(STRANGER));
  return [
    ...accepted,
    holds('token-refused', STRANGER, answer === 'denied', `STS answers "${answer}" for ${first.name}`),
  ];
}

/** A token as the cluster's API server signs it: RS256, one audience, a minute of life. */
function signToken(subject: string, issuer: string, kid: string, key: KeyObject): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(AUDIENCES[0])
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key);
}

function textOf(file: { readonly bytes: Uint8Array } | undefined): string | undefined {
  return file === undefined ? undefined : Buffer.from(file.bytes).toString('utf8');
}
