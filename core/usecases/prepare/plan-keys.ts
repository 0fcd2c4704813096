import type { ObjectStore } from '../../aws/object-store.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { parseJwks } from '../../domain/oidc.ts';
import type { Plan } from '../../domain/plan.ts';
import type { StoredEntry } from '../../domain/registry.ts';
import { decideKeys } from '../../domain/signing-keys.ts';
import type { SigningKeyState } from '../../resources/signing-key/observe.ts';
import { registryEntryOf } from '../../storage/registered-cluster.ts';

/** What was observed of a cluster, as far as it says which keys are the cluster's. */
export interface ObservedKeys {
  readonly signingKey: SigningKeyState;
  /** Text of the JWKS; undefined when there is none, or it could not be read. */
  readonly jwks: string | undefined;
  /** Whether its identity provider or one of its roles is there. */
  readonly exists: boolean;
}

/**
 * Decides which key a cluster signs with. Throws what `decideKeys` throws.
 *
 * @param known The registry's entry, as the plan has it.
 */
export async function planKeys(
  { cluster, issuer, publicKeyPem, acceptedKeys }: DesiredState,
  known: StoredEntry | undefined,
  { signingKey: { pair, publicFile }, jwks, exists }: ObservedKeys,
  { store, ownSigningKeys }: { readonly store: ObjectStore; readonly ownSigningKeys: boolean },
): Promise<Omit<Plan['signingKey'], 'changes'>> {
  // A cluster whose last desired state is gone is a known one all the same.
  const registered = known ?? (await registryEntryOf(cluster.name, store));
  const decided = decideKeys({
    issuer: { url: issuer.url, bucket: issuer.type === 'existing' ? undefined : issuer.bucket },
    registered,
    // A text that is no JWKS is refused where the documents are planned.
    jwks: jwks === undefined ? undefined : parseJwks(jwks),
    pair,
    publicFile,
    bundleKeyPem: publicKeyPem,
    acceptedKeys,
    exists,
    ownSigningKeys,
  });
  const { kid } = decided;
  return kid === undefined ? decided : { ...decided, hasPair: pair?.kid === kid };
}
