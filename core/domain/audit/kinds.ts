import type { Severity } from './report.ts';

/**
 * Every kind of finding: how severe it is, and what it means. The names are what an operator reads and filters by,
 * so they are part of the product's interface; docs/findings.md is made from them.
 */
export const KINDS = {
  // The issuer
  IssuerBucketMissing: ['critical', 'the issuer bucket is gone, so no component gets credentials'],
  IssuerBucketForeign: ['critical', 'the issuer bucket cannot be reached, or belongs to somebody else'],
  IssuerTagsChanged: ['warning', 'the issuer bucket lacks tags of the cluster'],
  PublicAccessChanged: ['critical', 'the public access block of the issuer bucket is not what it was'],
  IssuerPolicyChanged: [
    'critical',
    'the policy of the issuer bucket keeps the public from reading, or lets others write',
  ],
  IssuerPolicyExtended: [
    'warning',
    'the policy of the issuer bucket lets others do something besides reading',
  ],
  IssuerUnreachable: ['critical', 'the issuer does not answer as STS would ask it'],
  DiscoveryDocumentMissing: ['critical', 'the discovery document is gone'],
  DiscoveryDocumentChanged: ['critical', 'the discovery document says something else'],
  JwksMissing: ['critical', 'the JWKS is gone'],
  JwksMalformed: ['critical', 'keys.json is not a JSON Web Key Set'],
  SigningKeyLost: ['critical', 'the JWKS lacks the key that the cluster signs with'],
  SigningKeyRotated: [
    'critical',
    'the JWKS holds other keys than the one that the cluster signed with when it was prepared',
  ],
  SigningKeyUnusable: ['critical', 'the signing key stands in the JWKS in a form that STS does not take'],
  SigningKeyReplaced: ['critical', 'another key stands in the JWKS under the id of the signing key'],
  JwksKeyLost: [
    'warning',
    'a key is gone from the JWKS that was there before, and that nobody said the owner of',
  ],
  JwksKeyExtra: ['critical', 'the JWKS holds a key that nobody prepared: its owner can assume every role'],
  PrivateKeyPublished: ['critical', 'the JWKS holds private key material'],
  DocumentStoredWrongly: [
    'warning',
    'an OIDC document lost its tags or its content type, or is encoded, or encrypted by KMS',
  ],
  // The identity provider
  ProviderMissing: ['critical', 'the IAM OIDC provider is gone'],
  ProviderUrlChanged: ['critical', 'the IAM OIDC provider is for another issuer'],
  AudienceMissing: ['critical', 'the provider lacks an audience that components ask for'],
  AudienceExtra: ['warning', 'the provider admits an audience that nobody prepared'],
  ThumbprintChanged: ['warning', 'the provider has other certificate thumbprints'],
  ProviderTagsChanged: ['warning', 'the provider lacks tags of the cluster'],
  // Roles
  RoleMissing: ['critical', 'the role of a component is gone'],
  RolePathChanged: [
    'critical',
    'the role is at another path, so its Secret names a role that does not exist',
  ],
  RoleTagsChanged: ['warning', 'the role lacks tags of the cluster'],
  TrustNarrowed: ['critical', 'the role no longer trusts a service account of its component'],
  TrustChanged: ['warning', 'the trust policy admits its service accounts, and says more than was prepared'],
  TrustWidened: [
    'critical',
    'the role trusts somebody, or service accounts by a pattern or all of them, that nobody prepared',
  ],
  TrustRestricted: ['info', 'the trust policy has a restriction that was added by hand; runs keep it'],
  TrustUnclear: ['warning', 'whether the role trusts its service accounts cannot be told'],
  PermissionsLost: ['critical', 'the role lacks permissions that were prepared'],
  PermissionsChanged: ['warning', 'the role has its permissions, and its policy is not what was prepared'],
  PermissionsWidened: [
    'critical',
    'a policy of the role grants by a wildcard, or on everything, what no request asks for',
  ],
  PermissionsUnclear: ['warning', 'whether the role has its permissions cannot be told'],
  BoundaryMissing: ['warning', 'the role has lost its permissions boundary'],
  BoundaryChanged: ['warning', 'the role has another permissions boundary'],
  BoundaryAdded: ['warning', 'the role has a permissions boundary that nobody prepared'],
  InlinePolicyExtra: ['warning', 'the role has an inline policy that no request asks for'],
  PolicyAttached: ['warning', 'the role has an attached policy that no request asks for'],
  RoleOrphaned: ['warning', 'a role carries the tags of the cluster, and no request asks for it'],
  // Results in the output bucket
  ManifestMissing: ['warning', 'a manifest is gone from the output bucket'],
  ManifestChanged: ['warning', 'a manifest in the output bucket says something else'],
  ArchiveOutdated: [
    'warning',
    'the installer archive is gone, was not made from these manifests, or is not the one that a run wrote',
  ],
  KeyFileMissing: ['warning', 'a file of the signing key is gone from the output bucket'],
  KeyFileChanged: ['critical', 'the stored signing key is another one'],
  // The cluster
  ClusterUnfinished: [
    'info',
    'a part of the cluster was never asked for, so that nothing is said of it, and no way to a release opens',
  ],
  // A release
  ComponentNew: ['critical', 'the release brings a component that has no role and no Secret'],
  PermissionsMissing: ['critical', 'the release asks for permissions that the role does not have'],
  ReleasePermissionsUnclear: ['warning', 'whether the role has what the release asks for cannot be told'],
  ServiceAccountMissing: ['critical', 'the release has a service account that the role does not trust'],
  ReleaseTrustUnclear: [
    'warning',
    'whether the role trusts the service accounts of the release cannot be told',
  ],
  SecretMissing: ['critical', 'the Secret of a component of the release was not prepared'],
  NamespaceNeeded: ['info', 'a namespace has to be there before its Secret is applied'],
  ComponentGone: [
    'info',
    'neither the release nor an add-on asks for a component any more; its role stays until the upgrade is complete',
  ],
  ComponentGoneInUse: [
    'warning',
    'the release has nothing for a component whose role was used lately, and no tombstone takes it away',
  ],
  BundleIncomplete: [
    'warning',
    "the bundle lacks a component of the cluster's own release, and no tombstone takes it away",
  ],
  ComponentUnclear: [
    'warning',
    'whether a component of the release is for the cluster cannot be told, and the cluster lacks something for it',
  ],
  UpgradeRefused: ['critical', 'upgrade/ would refuse the bundle of the release'],
  SimulationDisagrees: ['critical', "IAM's own policy simulator comes to another result than the comparison"],
} as const satisfies Record<string, readonly [Severity, string]>;

export type FindingKind = keyof typeof KINDS;
