import type { CheckOf } from '../check-table.ts';
import { when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';

export interface DesiredKey {
  /** Whether the cluster has files of a key here at all: whoever keeps an existing issuer has its keys, too. */
  readonly isKept: boolean;
  /** Whether the bundle brings the public key, so that its private half is kept elsewhere. */
  readonly isBrought: boolean;
  /** Id of the key that the cluster signs with; absent while its pair is yet to be made. */
  readonly kid?: string;
  /** The same key, where a run is to write its public file. */
  readonly publicKeyPem?: string;
  /** Whether its private half is stored here. */
  readonly hasPair?: boolean;
  /** Ids of keys that the cluster signed with before: a pair of one of them is kept, and is not the cluster's any more. */
  readonly retired?: readonly string[];
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
  { desired: { isKept, kid, retired = [] } }: Pick<Spec<DesiredKey>, 'desired'>,
  { pair, publicFile, conflict }: ActualKey,
): readonly Discrepancy<CheckOf<'signingKey'>>[] {
  if (!isKept) return [];
  if (conflict !== undefined) return [{ check: 'conflict', actual: conflict }];
  return [
    ...(publicFile === undefined
      ? when(true, { check: 'public-missing' })
      : when(publicFile.kid !== kid, { check: 'public-other', actual: publicFile.kid, expected: kid })),
    // Without a pair from the beginning the private key is kept by somebody else.
    ...when(pair === undefined && publicFile?.hadPair === true, { check: 'private-missing' }),
    ...when(pair !== undefined && pair.kid !== kid && !retired.includes(pair.kid), {
      check: 'private-other',
      actual: pair?.kid,
      expected: kid,
    }),
  ];
}
