import { type DesiredRole, type DesiredState, requestedOf } from '../domain/desired-state.ts';
import { ownerTags } from '../domain/names.ts';
import { hasPart } from '../domain/parts.ts';
import type { PublishedKey } from '../domain/published-key.ts';
import type { RegistryEntry } from '../domain/registry.ts';
import { defined } from '../util/defined.ts';
import type { ResourceName } from './check-table.ts';
import type { DesiredProvider } from './identity-provider/checks.ts';
import type { DesiredFiles } from './install-files/desired.ts';
import type { ExpectedIssuer } from './issuer/checks.ts';
import type { Spec } from './resource.ts';
import type { DesiredKey } from './signing-key/checks.ts';

/** What every resource of a cluster shall be. */
export interface Specs extends Readonly<Record<ResourceName, unknown>> {
  readonly signingKey: Spec<DesiredKey>;
  readonly issuer: Spec<ExpectedIssuer>;
  readonly identityProvider: Spec<DesiredProvider>;
  role(desired: DesiredRole): Spec<DesiredRole>;
  readonly installFiles: Spec<DesiredFiles>;
}

/** What is known of the keys of a cluster; of a pair that is yet to be made, nothing. */
export interface ClusterKeys extends Pick<DesiredKey, 'kid' | 'publicKeyPem' | 'hasPair'> {
  /** All keys on record. */
  readonly keys?: readonly PublishedKey[];
}

/** What a run brings about. */
export function specsOf(
  state: DesiredState,
  { kid, publicKeyPem: pem, hasPair, keys }: ClusterKeys = {},
): Specs {
  const { issuer, providerArn, publicKeyPem, roles, clusterChange, parts, tags } = state;
  const spec = <Desired>(desired: Desired): Spec<Desired> => ({ cluster: state.cluster.name, tags, desired });
  const key = defined({ kid });
  return {
    signingKey: spec({
      isKept: issuer.type !== 'existing' && hasPart(state, 'key'),
      isBrought: publicKeyPem !== undefined,
      ...key,
      ...defined({ publicKeyPem: pem, hasPair, retired: keys && retiredIds(keys) }),
    }),
    issuer: spec({ ...issuer, ...key, ...defined({ published: keys }) }),
    identityProvider: spec({
      arn: providerArn,
      url: issuer.url,
      host: issuer.host,
      isExisting: issuer.type === 'existing',
    }),
    role: spec,
    installFiles: spec({
      issuer,
      roles,
      ...defined({ clusterChange, parts }),
      ...key,
    }),
  };
}

function retiredIds(keys: readonly PublishedKey[]): readonly string[] {
  return keys.filter(({ state }) => state === 'retired').map(({ kid }) => kid);
}

/** The same files, with what is on record of the objects that they were. */
export function recordedFiles(
  spec: Specs['installFiles'],
  entry: Pick<RegistryEntry, 'archiveEtag' | 'seals'> | undefined,
): Specs['installFiles'] {
  const { archiveEtag, seals } = entry ?? {};
  return { ...spec, desired: { ...spec.desired, ...defined({ archiveEtag, seals }) } };
}

/** The same for Verify: of the tags it proves the two that say whose a resource is, as only they decide anything. */
export function provedSpecs(state: DesiredState, keys: ClusterKeys): Specs {
  return specsOf({ ...state, tags: ownerTags(state.cluster.name) }, keys);
}

/**
 * The same for an audit, which knows more and asks for less. It has a record of keys and thumbprints. Of a role it
 * asks for what requests asked for: what an upgrade found besides, and kept, is no loss when it is gone. And the
 * Secrets of an upgrade are for its run only.
 */
export function recordedSpecs(state: DesiredState, entry: RegistryEntry): Specs {
  const { clusterChange: _, ...lasting } = state;
  const { keyId, keys } = entry;
  const { identityProvider, role, installFiles, signingKey, ...specs } = specsOf(lasting, {
    ...defined({ kid: keyId }),
    keys,
  });
  // Of a cluster that was only registered, no run has made a file yet.
  const hasFiles = entry.adopted !== true;
  return {
    ...specs,
    signingKey: {
      ...signingKey,
      desired: { ...signingKey.desired, isKept: signingKey.desired.isKept && hasFiles },
    },
    installFiles: recordedFiles(
      { ...installFiles, desired: { ...installFiles.desired, isMade: hasFiles } },
      entry,
    ),
    identityProvider: {
      ...identityProvider,
      desired: { ...identityProvider.desired, thumbprints: entry.providerThumbprints },
    },
    role: (desired) => role({ ...desired, ...requestedOf(desired) }),
  };
}
