import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import { discoveryOf } from '../../domain/oidc.ts';
import type { ExpectedBucket } from './checks.ts';
import { EXISTING_ISSUER, removeDiscoveryCommand } from './remedies.ts';

/** What a discovery document names that is another issuer's; none when it says nothing, or nothing but ours. */
export function othersNamed(url: string, body: string): readonly string[] {
  const { issuer, jwksUri } = discoveryOf(body);
  return [
    ...(issuer === undefined || issuer === url ? [] : [`the issuer ${issuer}`]),
    // STS takes the keys from where this says.
    ...(jwksUri === undefined || jwksUri === `${url}/${JWKS_KEY}` ? [] : [`the keys ${jwksUri}`]),
  ];
}

/**
 * Why a discovery document is not to be made ours; undefined when it may be. The tokens of a live cluster name the issuer
 * that they are from, and STS refuses them when its document names another one.
 */
export function whyOthers(issuer: ExpectedBucket, body: string | undefined): string | undefined {
  const { url, bucket } = issuer;
  const others = body === undefined ? [] : othersNamed(url, body);
  if (others.length === 0) return undefined;
  return `${DISCOVERY_KEY} in bucket ${bucket} names ${others.join(' and ')}; the bundle is for the issuer ${url} with the keys ${url}/${JWKS_KEY}. To rewrite it would shut out whoever uses what it names, so no run does. ${EXISTING_ISSUER} If nobody uses it, remove it by hand and upload the bundle again: ${removeDiscoveryCommand(issuer)}`;
}
