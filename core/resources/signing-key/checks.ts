import type { CheckOf } from '../check-table.ts';
import { when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';

export interface DesiredKey {
  /** PEM public key of the bundle; without it the pipeline makes and keeps the pair. */
  readonly bundleKeyPem?: string;
  /** Id of the key that the cluster signs with, as far as it is known. */
  readonly kid?: string;
}

/** The files of a signing key, as far as they are compared. */
export interface ActualKey {
  readonly pair?: { readonly kid: string };
  readonly publicFile?: { readonly kid: string; readonly hadPair: boolean };
  /** Why what is stored is no key of ours. */
  readonly conflict?: string;
}

/** In which ways the stored files are not those of the key that the cluster signs with. */
export function checkSigningKey(
  { desired: { kid } }: Pick<Spec<DesiredKey>, 'desired'>,
  { pair, publicFile, conflict }: ActualKey,
): readonly Discrepancy<CheckOf<'signingKey'>>[] {
  if (conflict !== undefined) return [{ check: 'conflict', actual: conflict }];
  return [
    ...(publicFile === undefined
      ? when(true, { check: 'public-missing' })
      : when(publicFile.kid !== kid, { check: 'public-other', actual: publicFile.kid, expected: kid })),
    // Without a pair from the beginning the private key is kept by somebody else.
    ...when(pair === undefined && publicFile?.hadPair === true, { check: 'private-missing' }),
    ...when(pair !== undefined && pair.kid !== kid, {
      check: 'private-other',
      actual: pair?.kid,
      expected: kid,
    }),
  ];
}
