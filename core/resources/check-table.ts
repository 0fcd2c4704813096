import type { FindingKind } from '../domain/audit/kinds.ts';
import type { CheckName } from '../domain/checks.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../domain/names.ts';

/** Why a check does not count for somebody. */
interface Ignored {
  readonly ignored: string;
}

function ignored(why: string): Ignored {
  return { ignored: why };
}

/** A part of a resource that there are several of: changes name it with its subject. */
interface PartOfEach {
  readonly each: string;
}

/** What becomes of a check that does not hold. */
export interface Uses {
  /** What a run changes, as the plan and the report name it. */
  readonly change: string | PartOfEach | Ignored;
  /** The check of Verify that fails. */
  readonly verify: CheckName | readonly CheckName[] | Ignored;
  /** The kind of finding an audit has. Of several it takes the one that says how bad it is. */
  readonly drift: FindingKind | readonly FindingKind[] | Ignored;
}

const MISSING = 'all';
const CONFLICT = ignored('what is somebody else’s is not planned with: it is refused');
const ISSUER_ANSWERS = ignored(
  'Verify asks the issuer by its URL, as STS does; if it answers, this does its work',
);
const OTHERS_STAY = ignored('what others added stays; only they know what it is for');
const NOT_IN_THE_WAY = ignored('no proof that it works is any the less for it');
const KEYS_DECIDED = ignored(
  'which keys are known is decided before the plan is made, and what is not is refused',
);

/**
 * Everything that is compared of a resource, and who makes what of it: the plan a change, Verify a failed check, an
 * audit a finding. Whom a check is nothing to is told why. What each of the three compares with is in `specs.ts`.
 *
 * Changes are in the order of this table.
 */
export const CHECK_TABLE = {
  signingKey: {
    conflict: { change: CONFLICT, verify: CONFLICT, drift: 'KeyFileChanged' },
    'public-missing': { change: 'public key file', verify: 'key-pair', drift: 'KeyFileMissing' },
    'public-other': { change: 'public key file', verify: 'key-pair', drift: 'KeyFileChanged' },
    'private-missing': {
      change: ignored('what is lost cannot be recreated: the plan is refused'),
      verify: ignored('whether it ever was here is not known: the pair is not proved, which is said'),
      drift: 'KeyFileMissing',
    },
    'private-other': {
      change: ignored('a key that exists is never replaced: a live cluster may sign with it'),
      verify: 'key-pair',
      drift: 'KeyFileChanged',
    },
  },
  issuer: {
    missing: { change: MISSING, verify: ISSUER_ANSWERS, drift: 'IssuerBucketMissing' },
    foreign: { change: CONFLICT, verify: ISSUER_ANSWERS, drift: 'IssuerBucketForeign' },
    tags: { change: 'tags', verify: ISSUER_ANSWERS, drift: 'IssuerTagsChanged' },
    'public-access-block': {
      change: 'public access block',
      verify: ISSUER_ANSWERS,
      drift: 'PublicAccessChanged',
    },
    policy: { change: 'policy', verify: ISSUER_ANSWERS, drift: 'IssuerPolicyChanged' },
    'policy-unclear': { change: 'policy', verify: ISSUER_ANSWERS, drift: 'IssuerPolicyChanged' },
    'policy-writable': { change: OTHERS_STAY, verify: ISSUER_ANSWERS, drift: 'IssuerPolicyChanged' },
    'policy-extra': { change: OTHERS_STAY, verify: ISSUER_ANSWERS, drift: 'IssuerPolicyExtended' },
    unreachable: {
      change: ignored('what stands in the way of a bucket that is as it should be is not the cluster’s'),
      verify: 'issuer-reachable',
      drift: 'IssuerUnreachable',
    },
    'discovery-missing': {
      change: DISCOVERY_KEY,
      verify: 'discovery-document',
      drift: 'DiscoveryDocumentMissing',
    },
    'discovery-malformed': {
      change: DISCOVERY_KEY,
      verify: 'discovery-document',
      drift: 'DiscoveryDocumentChanged',
    },
    'discovery-issuer': {
      change: DISCOVERY_KEY,
      verify: 'discovery-document',
      drift: 'DiscoveryDocumentChanged',
    },
    'discovery-content': {
      change: DISCOVERY_KEY,
      verify: ignored('STS reads the issuer and where its keys are, and nothing else'),
      drift: 'DiscoveryDocumentChanged',
    },
    'discovery-stored': { change: DISCOVERY_KEY, verify: ISSUER_ANSWERS, drift: 'DocumentStoredWrongly' },
    'jwks-missing': { change: JWKS_KEY, verify: 'jwks', drift: 'JwksMissing' },
    'jwks-malformed': { change: CONFLICT, verify: 'jwks', drift: 'JwksMalformed' },
    'jwks-private': { change: OTHERS_STAY, verify: 'jwks', drift: 'PrivateKeyPublished' },
    'signing-key-lost': { change: JWKS_KEY, verify: 'jwks', drift: 'SigningKeyLost' },
    'signing-key-rotated': { change: JWKS_KEY, verify: 'jwks', drift: 'SigningKeyRotated' },
    'signing-key-unusable': { change: JWKS_KEY, verify: 'jwks', drift: 'SigningKeyUnusable' },
    'key-lost': {
      change: KEYS_DECIDED,
      verify: ignored('nobody said that the key is needed'),
      drift: 'JwksKeyLost',
    },
    'key-replaced': { change: KEYS_DECIDED, verify: 'jwks', drift: 'SigningKeyReplaced' },
    'key-extra': { change: KEYS_DECIDED, verify: 'jwks', drift: 'JwksKeyExtra' },
    'key-stranger': {
      change: OTHERS_STAY,
      verify: ignored('it was there before the run, whose report warns of it'),
      drift: 'JwksKeyExtra',
    },
    'jwks-stored': { change: JWKS_KEY, verify: ISSUER_ANSWERS, drift: 'DocumentStoredWrongly' },
  },
  identityProvider: {
    missing: { change: MISSING, verify: 'provider', drift: 'ProviderMissing' },
    host: {
      change: ignored('IAM names a provider by its host and cannot change it'),
      verify: 'provider',
      drift: 'ProviderUrlChanged',
    },
    'audience-missing': { change: { each: 'audience' }, verify: 'provider', drift: 'AudienceMissing' },
    'audience-extra': { change: OTHERS_STAY, verify: NOT_IN_THE_WAY, drift: 'AudienceExtra' },
    thumbprints: {
      change: ignored('STS checks S3 hosts by its own list of root CAs and ignores them'),
      verify: NOT_IN_THE_WAY,
      drift: 'ThumbprintChanged',
    },
    tags: { change: 'tags', verify: NOT_IN_THE_WAY, drift: 'ProviderTagsChanged' },
  },
  role: {
    missing: { change: MISSING, verify: 'role-trust', drift: 'RoleMissing' },
    path: {
      change: CONFLICT,
      verify: ignored('the plan was refused if it was another one; an STS token is tried with the whole ARN'),
      drift: 'RolePathChanged',
    },
    trust: {
      change: 'trust policy',
      verify: 'role-trust',
      drift: ['TrustNarrowed', 'TrustWidened', 'TrustUnclear', 'TrustRestricted', 'TrustChanged'],
    },
    permissions: {
      change: 'permissions',
      verify: 'role-permissions',
      drift: ['PermissionsLost', 'PermissionsWidened', 'PermissionsUnclear', 'PermissionsChanged'],
    },
    'boundary-missing': {
      change: 'permissions boundary',
      verify: 'role-boundary',
      drift: 'BoundaryMissing',
    },
    'boundary-other': { change: 'permissions boundary', verify: 'role-boundary', drift: 'BoundaryChanged' },
    'boundary-added': {
      change: ignored('a boundary that the bundle does not ask for stays: without it the role could do more'),
      verify: OTHERS_STAY,
      drift: 'BoundaryAdded',
    },
    description: {
      change: 'description',
      verify: NOT_IN_THE_WAY,
      drift: ignored('the listing of the account, which an audit reads, has no descriptions'),
    },
    tags: { change: 'tags', verify: 'role-tags', drift: 'RoleTagsChanged' },
    'inline-extra': {
      change: OTHERS_STAY,
      verify: NOT_IN_THE_WAY,
      drift: ['PermissionsWidened', 'InlinePolicyExtra'],
    },
    'attached-extra': {
      change: OTHERS_STAY,
      verify: NOT_IN_THE_WAY,
      drift: ['PermissionsWidened', 'PolicyAttached'],
    },
  },
  installFiles: {
    'manifest-missing': {
      change: MISSING,
      verify: ['authentication-manifest', 'secret'],
      drift: 'ManifestMissing',
    },
    'manifest-other': {
      change: 'content',
      verify: ['authentication-manifest', 'secret'],
      drift: 'ManifestChanged',
    },
    'archive-missing': { change: MISSING, verify: NOT_IN_THE_WAY, drift: 'ArchiveOutdated' },
    'archive-other': { change: 'content', verify: NOT_IN_THE_WAY, drift: 'ArchiveOutdated' },
  },
} as const satisfies Record<string, Record<string, Uses>>;

export type ResourceName = keyof typeof CHECK_TABLE;

/** Names of the checks of a resource. */
export type CheckOf<Name extends ResourceName> = keyof (typeof CHECK_TABLE)[Name] & string;

/** The checks of a resource that count for Verify, or for an audit. */
export type CheckFor<Use extends 'verify' | 'drift', Name extends ResourceName> = {
  [Check in CheckOf<Name>]: (typeof CHECK_TABLE)[Name][Check] extends Readonly<Record<Use, Ignored>>
    ? never
    : Check;
}[CheckOf<Name>];

/** The parts of a resource, as changes name them. */
export type PartOf<Name extends ResourceName> = {
  [Check in CheckOf<Name>]: (typeof CHECK_TABLE)[Name][Check] extends { readonly change: infer Part }
    ? Part & string
    : never;
}[CheckOf<Name>];
