import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { invalidToken, notAuthorized, Refusal } from './refusal.ts';
import { isTrusted } from './trust.ts';

/** What is in the account that a role belongs to, and what issuers publish. */
export interface StsAccount {
  /** Audiences of an identity provider; undefined when there is none of that ARN. */
  audiences(providerArn: string): Promise<readonly string[] | undefined>;
  /** A role's trust policy; undefined when no role has this ARN. */
  trustOf(roleArn: string): Promise<unknown>;
  /** Body of a document that an issuer publishes, as anybody reads it; undefined when it is not there. Throws when nobody answers. */
  published(url: URL): Promise<string | undefined>;
}

/** In seconds. A token is taken for five minutes after its `exp`, as clocks differ (IAM User Guide, OIDC federation). */
const CLOCK_TOLERANCE = 300;

const NO_KEYS =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";

/**
 * Does with a web identity token what STS does before it gives credentials: issuer and provider, discovery document,
 * signature by a published key, times and audience, and at last whether the role trusts the subject. Throws Refusal.
 */
export async function verifyToken(roleArn: string, token: string, account: StsAccount): Promise<void> {
  const [, partition, , , id] = roleArn.split(':');
  const issuer = issuerOf(token);
  const host = issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
  const provider = { arn: `arn:${partition}:iam::${id}:oidc-provider/${host}`, host };
  const audiences = await account.audiences(provider.arn);
  if (audiences === undefined)
    throw invalidToken(`No OpenIDConnect provider found in your account for ${issuer}`);
  const claims = await verifySignature(token, issuer, audiences, await publishedKeys(issuer, account));
  if (!isTrusted(await account.trustOf(roleArn), provider, claims)) throw notAuthorized();
}

function issuerOf(token: string): string {
  try {
    const { iss = '' } = decodeJwt(token);
    if (URL.parse(iss)?.protocol === 'https:') return iss;
  } catch {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  throw invalidToken('The ID Token provided names no https issuer.');
}

async function publishedKeys(issuer: string, account: StsAccount): Promise<JSONWebKeySet> {
  const discovery = await json(`${issuer}/.well-known/openid-configuration`, account);
  // OpenID Connect Discovery 1.0, section 4.3: it must be the very URL that was asked.
  if (discovery['issuer'] !== issuer) throw invalidToken(NO_KEYS);
  const keys = await json(String(discovery['jwks_uri']), account);
  if (!Array.isArray(keys['keys'])) throw invalidToken(NO_KEYS);
  return keys as unknown as JSONWebKeySet;
}

async function json(address: string, account: StsAccount): Promise<Record<string, unknown>> {
  const url = URL.parse(address);
  const body = url?.protocol === 'https:' ? await published(url, account) : undefined;
  if (body === undefined) throw invalidToken(NO_KEYS);
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw invalidToken(NO_KEYS);
  }
}

function published(url: URL, account: StsAccount): Promise<string | undefined> {
  return account.published(url).catch(() => {
    throw new Refusal('IDPCommunicationError', 400, `The identity provider ${url.host} could not be reached`);
  });
}

async function verifySignature(
  token: string,
  issuer: string,
  audiences: readonly string[],
  keys: JSONWebKeySet,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
      issuer,
      audience: [...audiences],
      requiredClaims: ['sub', 'iat', 'exp', 'aud'],
      clockTolerance: CLOCK_TOLERANCE,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Refusal('ExpiredTokenException', 400, 'Token expired: it was valid until its exp claim');
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
      throw invalidToken('Incorrect token audience');
    throw invalidToken((error as Error).message);
  }
}
