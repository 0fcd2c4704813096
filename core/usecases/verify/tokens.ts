import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import pMap from 'p-map';
import type { WebIdentity } from '../../aws/web-identity.ts';
import { type CheckResult, checkThat, failed, notProved, proved } from '../../domain/checks.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { AUDIENCES } from '../../domain/names.ts';
import { keyId } from '../../domain/oidc.ts';
import { EMULATED } from './results.ts';
import type { SigningKeys } from './signing-keys.ts';

const CONCURRENCY = 40;

/** A service account that exists in no cluster, so no role may ever trust it. */
const STRANGER = 'system:serviceaccount:sts-prep:nobody';

/** Who verifies the tokens that are tried; of `none` it is known that any token is taken. */
export type TokenVerifier = 'aws' | 'local' | 'none';

const VERIFIERS: Readonly<Record<TokenVerifier, string | undefined>> = {
  aws: 'AWS STS',
  local: 'a local verifier, not AWS',
  none: undefined,
};

/** Signs a one-minute token for every service account and tries it at STS; and one that must be refused. */
export async function checkTokens(
  desired: DesiredState,
  { privateKey, publicKey }: SigningKeys,
  {
    webIdentity,
    tokenVerifier,
  }: { readonly webIdentity: WebIdentity; readonly tokenVerifier: TokenVerifier },
): Promise<CheckResult[]> {
  const attempts = desired.roles.flatMap((role) => role.subjects.map((subject) => ({ role, subject })));
  if (privateKey === undefined || publicKey === undefined) {
    return attempts.map(({ subject }) =>
      notProved('token-accepted', subject, 'the private key is not kept here, so no token can be signed'),
    );
  }
  const kid = keyId(publicKey);
  const provedBy = VERIFIERS[tokenVerifier];
  const sign = (subject: string) => signToken(subject, desired.issuer.url, kid, privateKey);
  const accepted = await pMap(
    attempts,
    async ({ role, subject }) => {
      const answer = await webIdentity.assume(role.arn, await sign(subject));
      if (answer !== 'accepted')
        return failed('token-accepted', subject, `STS answers "${answer}" for ${role.name}`);
      return provedBy !== undefined
        ? proved('token-accepted', subject, provedBy)
        : notProved('token-accepted', subject, `${EMULATED}, which accepts any token`);
    },
    { concurrency: CONCURRENCY },
  );
  const [first] = desired.roles;
  if (first === undefined) return accepted;
  if (provedBy === undefined)
    return [...accepted, notProved('token-refused', STRANGER, `${EMULATED}, which accepts any token`)];
  const answer = await webIdentity.assume(first.arn, await sign(STRANGER));
  return [
    ...accepted,
    checkThat(
      'token-refused',
      STRANGER,
      answer === 'denied',
      `STS answers "${answer}" for ${first.name}`,
      provedBy,
    ),
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
