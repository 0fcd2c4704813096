import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';

export const locationSchema = z.object({
  /** Path of the file inside the bundle. */
  file: z.string().exactOptional(),
  /** Position of the YAML document inside the file, counted from 1. */
  document: z.int().exactOptional(),
  /** Dotted path of the field inside the document, e.g. `spec.secretRef.name`. */
  field: z.string().exactOptional(),
});

/** Where in a bundle a problem was found. All parts that are known are given; none is required. */
export type Location = DeepReadonly<z.infer<typeof locationSchema>>;

/**
 * One reason why a bundle cannot be accepted. Problems are collected, never thrown one by one, so that
 * an operator sees all of them at once.
 */
export interface Problem extends Location {
  /** The name the execution fails with; one of `REJECTIONS`. */
  readonly code: RejectionName;
  /** What is wrong, with the value that was found. Never holds the content of a file that may carry secrets. */
  readonly message: string;
  /** What the operator can do about it. */
  readonly remedy: string;
}

/**
 * Every name a refused bundle can end with, and what it means. These names are what an operator reads in
 * the Step Functions console, so they are part of the product's interface.
 */
export const REJECTIONS = {
  // The object that was uploaded
  UnsupportedOperation: 'the first segment of the object key is not an operation of this release',
  UnsupportedBundleType: 'the file name has none of the supported endings',
  BundleTypeMismatch: 'the content is not what the file name says',
  BundleTooLarge: 'the uploaded object is over the size limit',
  BundleEmpty: 'the bundle holds no files',
  BundleSuperseded: 'the uploaded version is gone from the intake bucket',
  // Archives
  ArchiveCorrupt: 'the archive cannot be read to its end',
  ArchiveEncrypted: 'the archive is encrypted',
  ArchiveTooManyEntries: 'the archive has more entries than allowed',
  ArchiveEntryTooLarge: 'one entry of the archive is over the size limit',
  ArchiveExpandsTooMuch: 'the archive expands to more than allowed, in total or in ratio',
  ArchiveTooDeep: 'a path of the archive is nested deeper than allowed',
  ArchiveNested: 'the archive holds another archive',
  ArchivePathForbidden: 'a path of the archive is absolute, climbs with .. or has forbidden characters',
  ArchiveEntryForbidden:
    'the archive holds a link, a device or another entry that is not read, such as one of an unusual compression',
  ArchiveEntryDuplicate: 'the archive holds one path twice',
  // YAML
  YamlMalformed: 'a file is not well-formed YAML',
  YamlTooComplex: 'a file has too many documents, aliases or levels',
  // Which cluster
  ClusterConfigInvalid: 'cluster.yaml does not follow its schema',
  InstallConfigInvalid: 'install-config.yaml lacks or misstates a field that is read',
  ClusterIdentityMissing: 'the bundle does not say which cluster it is for',
  ClusterIdentityConflict: 'two sources in the bundle name different clusters',
  ClusterNameInvalid: 'the cluster name cannot be used, usually because S3 would refuse the bucket name',
  RegionUnknown: 'the region is not a known AWS region',
  RegionOutsidePartition: 'the region belongs to another AWS partition than this deployment',
  CredentialsModeNotManual: 'install-config.yaml asks for another credentials mode than Manual',
  IssuerUnsupported: 'the issuer type is not available in this release',
  TagInvalid: 'a tag cannot be set on AWS resources or is reserved',
  RolePathInvalid: 'the role path is not a valid IAM path',
  PermissionsBoundaryInvalid: 'the permissions boundary is not the ARN of an IAM policy',
  PermissionsBoundaryRequired:
    'this deployment requires a permissions boundary that the bundle does not name',
  SigningKeyNeeded: 'a running cluster is to be migrated, and its public signing key is not in the bundle',
  PublicKeyInvalid: 'the public key cannot be used to sign service account tokens',
  // A cluster that is there already
  ClusterNotRegistered: 'no cluster of that name was prepared here',
  ClusterUnfinished: 'the operation is for a whole cluster, and this one was made in part so far',
  AddOnNameInvalid: 'the name of an add-on is not a DNS label',
  AddOnUnknown: 'the cluster has no add-on of that name',
  RoleNotRemovable: 'removeRoles names a role that is asked for, or that the cluster does not have',
  ReleaseNotNewer: 'the bundle is of an older release than the cluster was prepared for, or of the same',
  // A deletion
  DeletionNotConfirmed: 'the file does not name the cluster that its key names',
  DeletionInvalid: 'the file of a deletion has a field or a value that is none',
  DeletionRefused: 'something of the cluster is in use, or is not its own; nothing was removed',
  // CredentialsRequests
  NoCredentialsRequests: 'no CredentialsRequest for AWS is left after filtering',
  CredentialsRequestInvalid: 'a CredentialsRequest has a missing field or a field of the wrong type',
  ServiceAccountNamesMissing: 'a CredentialsRequest names no service account',
  SecretRefMissing: 'a CredentialsRequest names no Secret',
  SecretRefDuplicate: 'two CredentialsRequests write the same Secret',
  RoleNameCollision: 'two roles get the same name',
  StatementActionMissing: 'a statement has no action',
  StatementEffectInvalid: 'the effect of a statement is neither Allow nor Deny',
  StatementResourceMissing: 'a statement has no resource',
  ResourceOutsidePartition: 'the resource of a statement is of another partition than the cluster',
  PolicyTooLarge: 'the inline policy is over the size IAM allows',
  TrustPolicyTooLarge: 'the trust policy is over the size IAM allows',
  PolicyRefused: 'a statement asks for more than the policy guard allows',
  TooManyRequests: 'the bundle holds more CredentialsRequests than one run can handle',
  // More than one of the above
  InvalidBundle: 'the bundle has problems of several kinds; the cause and the report list all of them',
} as const;

export type RejectionName = keyof typeof REJECTIONS;

/** The name an execution fails with: the shared code of all problems, or `InvalidBundle` when they differ. */
export function rejectionName(problems: readonly Problem[]): RejectionName {
  const codes = new Set(problems.map((problem) => problem.code));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : 'InvalidBundle';
}

/** A field of what is at a place, which may be a part of its document itself: an item of a List. */
export function fieldAt(place: Location, field: string | undefined): Location {
  const path = [place.field, field].filter((part) => part !== undefined);
  return path.length === 0 ? place : { ...place, field: path.join('.') };
}

/** Formats a location as `file, document 2, spec.secretRef.name`; the empty string when nothing is known. */
export function formatLocation({ file, document, field }: Location): string {
  return [file, document === undefined ? undefined : `document ${document}`, field]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Formats a problem in one line: location, what is wrong, remedy. */
export function formatProblem(problem: Problem): string {
  const location = formatLocation(problem);
  return `${location === '' ? '' : `${location}: `}${problem.message} ${problem.remedy}`;
}
