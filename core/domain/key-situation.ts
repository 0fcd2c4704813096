import type { Jwks } from './oidc.ts';
import type { PublishedKey } from './published-key.ts';
import type * as texts from './signing-key-texts.ts';

/** A public key, as far as it is known. */
export interface KnownKey {
  /** Computed of the key, as kube-apiserver does. */
  readonly kid: string;
  readonly publicKeyPem: string;
}

/** All that is known of the keys of a cluster before a run. */
export interface KeySituation {
  readonly issuer: texts.KeysPlace;
  /** What the registry says; undefined when it does not know the cluster. */
  readonly registered:
    | { readonly keyId?: string; readonly keys?: readonly PublishedKey[] | undefined }
    | undefined;
  /** What the issuer publishes; undefined when there is no such document, or it could not be read. */
  readonly jwks: Jwks | undefined;
  readonly pair?: KnownKey | undefined;
  readonly publicFile?: (KnownKey & { readonly hadPair: boolean }) | undefined;
  /** PEM of the bundle's public key. */
  readonly bundleKeyPem?: string | undefined;
  /** Keys that the bundle accepts, by id or thumbprint. */
  readonly acceptedKeys: readonly string[];
  /** Whether anything of the cluster is there that tokens are accepted by: its identity provider, a role. */
  readonly exists: boolean;
  /** Whether files of the cluster are there that a run writes when its keys are published. */
  readonly hasResults: boolean;
  /** Whether a bundle may bring the signing key of a new cluster. */
  readonly ownSigningKeys: boolean;
}
