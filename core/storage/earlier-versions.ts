import * as z from 'zod';
import { earlierVersion } from './document.ts';

/**
 * Versions of documents that are written no more, as far as what makes the next version of them. What they lack is
 * filled in with what is true of it, or said to be unknown.
 */

/** Before there were issuers of others, add-ons, and sources of requests. */
export const desiredState1 = earlierVersion(
  z.looseObject({
    issuer: z.looseObject({}),
    roles: z.array(z.looseObject({ name: z.string() })),
    releaseChange: z.looseObject({ operation: z.string() }).exactOptional(),
  }),
  ({ issuer, roles, releaseChange, ...state }) => ({
    ...state,
    version: 2,
    ...(releaseChange && { clusterChange: changeOf(releaseChange, roles) }),
    issuer: { type: 'public-bucket', ...issuer },
    acceptedKeys: [],
    // Whether the release or an optional operator asked for a role is not known.
    roles: roles.map((role) => ({ ...role, requestedBy: [] })),
    addOns: [],
  }),
);

/** A prune's roles were just those that its bundle asked for, and it named none to remove. */
function changeOf(change: object, roles: readonly { readonly name: string }[]) {
  return 'asked' in change ? change : { ...change, asked: roles.map(({ name }) => name), named: [] };
}

/** Before keys had states: whatever was in the JWKS was taken for known. */
export const registryEntry1 = earlierVersion(
  z.looseObject({
    keyId: z.string(),
    keys: z.array(z.looseObject({ kid: z.string() })).exactOptional(),
    roles: z.array(z.looseObject({})),
  }),
  ({ keys, roles, ...entry }) => ({
    ...entry,
    version: 2,
    ...(keys === undefined
      ? {}
      : { keys: keys.map((key) => ({ ...key, state: key.kid === entry.keyId ? 'signing' : 'stranger' })) }),
    roles: roles.map((role) => ({ ...role, requestedBy: [] })),
  }),
);
