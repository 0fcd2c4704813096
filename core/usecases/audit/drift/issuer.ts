import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags } from '../../../domain/names.ts';
import type { IssuerState } from '../../../domain/observed.ts';
import {
  discoveryDocument,
  holdsPrivateKey,
  jwkThumbprint,
  type PublicJwk,
  parseJwks,
} from '../../../domain/oidc.ts';
import { samePolicy } from '../../../domain/policy-document.ts';
import type { RegistryEntry } from '../../../domain/registry.ts';
import { missingTags } from '../../../domain/tags.ts';
import { PUBLIC_ACCESS_BLOCK, sameBlock, sameJson, wellStored } from '../../../resources/issuer/diff.ts';
import type { ObservedCluster } from '../observe.ts';
import { PREPARE_AGAIN } from './remedies.ts';

/** What differs between an issuer as it was prepared and as it is. Documents are compared by meaning. */
export function issuerDrift(
  { issuer, cluster, tags }: DesiredState,
  entry: RegistryEntry,
  observed: ObservedCluster['issuer'],
): Finding[] {
  const resource = `issuer bucket ${issuer.bucket}`;
  if (observed.presence === 'absent') {
    return [
      finding('IssuerBucketMissing', {
        resource,
        message: 'The bucket does not exist. Anybody may take its name and serve keys of their own.',
        remedy: `Delete the identity provider first if the cluster is gone. ${PREPARE_AGAIN}`,
      }),
    ];
  }
  if (observed.state === undefined) {
    return [
      finding('IssuerBucketForeign', {
        resource,
        message:
          observed.presence === 'elsewhere'
            ? `The bucket is in another region than ${issuer.region}.`
            : 'The bucket cannot be accessed: it belongs to another account, or a policy denies access.',
        remedy: 'Find out who owns the bucket. While another account does, delete the identity provider.',
      }),
    ];
  }
  const { state, unreachable } = observed;
  const lacking = missingTags(tags, state.tags);
  return [
    ...when(Object.keys(lacking).length > 0, () =>
      finding('IssuerTagsChanged', {
        resource,
        message: 'Tags of the cluster are missing or changed.',
        live: state.tags,
        wanted: lacking,
        remedy: PREPARE_AGAIN,
      }),
    ),
    ...when(!sameBlock(state.publicAccessBlock), () =>
      finding('PublicAccessChanged', {
        resource,
        message: 'The public access block is not the one of an issuer: public by policy, never by ACL.',
        live: state.publicAccessBlock ?? 'none',
        wanted: PUBLIC_ACCESS_BLOCK,
        remedy: PREPARE_AGAIN,
      }),
    ),
    ...when(!samePolicy(state.policy, issuer.policy), () =>
      finding('IssuerPolicyChanged', {
        resource,
        message:
          state.policy === undefined
            ? 'The bucket policy is gone, so STS cannot read the documents.'
            : 'The bucket policy is another one.',
        live: state.policy ?? 'none',
        wanted: issuer.policy,
        remedy: PREPARE_AGAIN,
      }),
    ),
    ...when(unreachable !== undefined && state.discovery !== undefined && state.jwks !== undefined, () =>
      finding('IssuerUnreachable', {
        resource: issuer.url,
        message: 'The issuer does not serve its documents to the public.',
        live: unreachable,
        remedy:
          'Look at the bucket policy and at the public access blocks of bucket, account and organization.',
      }),
    ),
    ...discoveryDrift(issuer.url, resource, state),
    ...jwksDrift(resource, entry, state),
    ...storedDrift(resource, cluster.name, state),
  ];
}

function discoveryDrift(url: string, resource: string, { discovery }: IssuerState): Finding[] {
  const wanted = discoveryDocument(url);
  if (discovery === undefined) {
    return [
      finding('DiscoveryDocumentMissing', {
        resource,
        message: `${DISCOVERY_KEY} is gone.`,
        remedy: PREPARE_AGAIN,
      }),
    ];
  }
  return when(!sameJson(discovery.body, wanted), () =>
    finding('DiscoveryDocumentChanged', {
      resource,
      message: `${DISCOVERY_KEY} says something else.`,
      live: discovery.body,
      wanted,
      remedy: PREPARE_AGAIN,
    }),
  );
}

function jwksDrift(resource: string, { keyId, keys }: RegistryEntry, { jwks }: IssuerState): Finding[] {
  const lost = 'Restore the earlier version of keys.json if the bucket has versions, or prepare again.';
  if (jwks === undefined)
    return [finding('JwksMissing', { resource, message: `${JWKS_KEY} is gone.`, remedy: lost })];
  const document = parseJwks(jwks.body);
  if (document === undefined) {
    return [
      finding('JwksMalformed', {
        resource,
        message: `${JWKS_KEY} is not a JSON Web Key Set.`,
        remedy: `Repair or remove it. ${PREPARE_AGAIN}`,
      }),
    ];
  }
  if (document.keys.some(holdsPrivateKey)) {
    return [
      finding('PrivateKeyPublished', {
        resource,
        message: `${JWKS_KEY} holds private key material; everybody can read it.`,
        remedy: 'Remove it at once, and rotate the signing key of the cluster.',
      }),
    ];
  }
  const known = Map.groupBy(keys, ({ kid }) => kid);
  const live = Map.groupBy(document.keys, ({ kid }) => kid);
  return [
    ...[...known].flatMap(([kid, all]) =>
      keyDrift(
        resource,
        kid,
        all.map(({ thumbprint }) => thumbprint),
        live.get(kid) ?? [],
        keyId,
      ),
    ),
    ...document.keys
      .filter(({ kid }) => !known.has(kid))
      .map(({ kid }) =>
        finding('JwksKeyExtra', {
          resource,
          message: `${JWKS_KEY} holds the key ${kid}, which was not there when the cluster was prepared. Whoever has its private half can assume every role of the cluster.`,
          live: kid,
          remedy:
            'If it is not of a rotation of yours, remove it from keys.json. If it is, prepare the cluster again.',
        }),
      ),
  ];
}

/** Several keys may stand under one id: STS may take any of them, so none of them may be a stranger's. */
function keyDrift(
  resource: string,
  kid: string,
  thumbprints: readonly string[],
  live: readonly PublicJwk[],
  signingKey: string,
): Finding[] {
  const signs = kid === signingKey;
  if (live.length === 0) {
    return [
      finding(signs ? 'SigningKeyLost' : 'JwksKeyLost', {
        resource,
        message: signs
          ? `${JWKS_KEY} lacks ${kid}, the key the cluster signs with: STS refuses every token.`
          : `${JWKS_KEY} lacks the key ${kid}. STS refuses tokens that were signed with it.`,
        wanted: kid,
        remedy: signs
          ? PREPARE_AGAIN
          : 'Put the key back, unless no cluster signs with it; then prepare again.',
      }),
    ];
  }
  const strange = live.map(jwkThumbprint).filter((thumbprint) => !thumbprints.includes(thumbprint));
  return when(strange.length > 0, () =>
    finding('SigningKeyReplaced', {
      resource,
      message: `Under the id ${kid} stands another key. Its owner can assume every role of the cluster.`,
      live: `thumbprint ${strange.join(', ')}`,
      wanted: `thumbprint ${thumbprints.join(', ')}`,
      remedy: `Remove that key from ${JWKS_KEY}. ${PREPARE_AGAIN}`,
    }),
  );
}

function storedDrift(resource: string, clusterName: string, { discovery, jwks }: IssuerState): Finding[] {
  const wanted = ownerTags(clusterName);
  return [[DISCOVERY_KEY, discovery] as const, [JWKS_KEY, jwks] as const].flatMap(([key, document]) =>
    when(document !== undefined && !wellStored(document, wanted), () =>
      finding('DocumentStoredWrongly', {
        resource,
        message: `${key} has another content type, or lacks tags of the cluster.`,
        live: { contentType: document?.contentType, tags: document?.tags },
        wanted: { tags: wanted },
        remedy: PREPARE_AGAIN,
      }),
    ),
  );
}

function when(condition: boolean, make: () => Finding): Finding[] {
  return condition ? [make()] : [];
}
