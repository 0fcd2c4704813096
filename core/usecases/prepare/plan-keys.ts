import type { DesiredState } from '../../domain/desired-state.ts';
import { parseJwks } from '../../domain/oidc.ts';
import type { Plan } from '../../domain/plan.ts';
import type { StoredEntry } from '../../domain/registry.ts';
import { decideKeys } from '../../domain/signing-keys.ts';
import type { SigningKeyState } from '../../resources/signing-key/observe.ts';

/** What was observed of a cluster, as far as it says which keys are the cluster's. */
export interface ObservedKeys {
  readonly signingKey: SigningKeyState;
  /** Text of the JWKS; undefined when there is none, or it could not be read. */
  readonly jwks: string | undefined;
  /** Whether its identity provider or one of its roles is there. */
  readonly exists: boolean;
  /** Whether files of the cluster are there: its manifests, or the archive. */
  readonly hasResults: boolean;
}

/**
 * Decides which key a cluster signs with. Throws what `decideKeys` throws.
 *
 * @param known The registry's entry; undefined where no cluster of the name is registered.
 */
export function planKeys(
  { issuer, publicKeyPem, acceptedKeys }: DesiredState,
  known: StoredEntry | undefined,
  { signingKey: { pair, publicFile }, jwks, exists, hasResults }: ObservedKeys,
  { ownSigningKeys }: { readonly ownSigningKeys: boolean },
): Omit<Plan['signingKey'], 'changes'> {
  const decided = decideKeys({
    issuer: { url: issuer.url, bucket: issuer.type === 'existing' ? undefined : issuer.bucket },
    registered: known,
    // A text that is no JWKS is refused where the documents are planned.
    jwks: jwks === undefined ? undefined : parseJwks(jwks),
    pair,
    publicFile,
    bundleKeyPem: publicKeyPem,
    acceptedKeys,
    exists,
    hasResults,
    ownSigningKeys,
  });
  const { kid } = decided;
  return kid === undefined ? decided : { ...decided, hasPair: pair?.kid === kid };
}
