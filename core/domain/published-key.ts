import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';

/**
 * What is known of a key of a JWKS. `signing`: the cluster signs with it. `next`: it was accepted, and nothing is signed
 * with it as far as is known. `retired`: tokens of it may still be about; once it is out of the JWKS it never comes
 * back. `stranger`: it was there, and nobody said whose it is.
 */
const KEY_STATES = ['signing', 'next', 'retired', 'stranger'] as const;

export const foundKeySchema = z.object({
  kid: z.string(),
  /** RFC 7638; what a key is known by. A key id is a name that anybody can give to any key. */
  thumbprint: z.string(),
});

/** A key as a JWKS has it. */
export type FoundKey = DeepReadonly<z.infer<typeof foundKeySchema>>;

export const publishedKeySchema = foundKeySchema.extend({
  state: z.enum(KEY_STATES),
  /** Of a retired key: a run found it out of the JWKS. Should it be there again, somebody else put it there. */
  withdrawn: z.literal(true).exactOptional(),
  /** Of a next key: what it takes to publish it again when the whole JWKS is lost. */
  jwk: z.record(z.string(), z.string()).exactOptional(),
});

/** A key that is, or was, in the JWKS of a cluster. */
export type PublishedKey = DeepReadonly<z.infer<typeof publishedKeySchema>>;
