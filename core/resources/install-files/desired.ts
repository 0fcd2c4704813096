import { createHash } from 'node:crypto';
import type { Change } from '../../domain/change.ts';
import { runOf } from '../../domain/cluster-change.ts';
import type { Part } from '../../domain/cluster-run.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, type InstallFile, secretManifest } from '../../domain/manifests.ts';
import { hasPart, isWhole } from '../../domain/parts.ts';
import { addOnsOf, isPerhapsOfRelease } from '../../domain/role-sources.ts';
import * as layout from '../../storage/layout.ts';

/** Metadata of the archive: what it was made from, so that it can be compared without the private key. */
export const DIGEST_METADATA = 'sts-prep-digest';

/** What the files of a cluster are made from. */
export interface DesiredFiles extends Pick<DesiredState, 'issuer' | 'roles' | 'clusterChange' | 'parts'> {
  /** Id of the signing key; undefined while it is yet to be made, and the archive with it. */
  readonly kid?: string;
  /** ETag of the archive on record; undefined where there is none. */
  readonly archiveEtag?: string;
  /** Seals of the files as they were last read back, by path; see seal.ts. */
  readonly seals?: Readonly<Record<string, string>>;
  /** False while no run has made any. */
  readonly isMade?: boolean;
}

type DesiredManifests = Pick<DesiredState, 'issuer' | 'roles' | 'parts'>;

/** The manifests for the installer, in byte order of their paths: those of the release, as far as it is known whose they are. */
export function desiredManifests({ issuer, roles, ...desired }: DesiredManifests): readonly InstallFile[] {
  const ofIssuer = hasPart(desired, 'issuer') ? [authenticationManifest(issuer.url)] : [];
  return [...ofIssuer, ...roles.filter(isPerhapsOfRelease).map(secretOf)].sort(byPath);
}

/** The part of the cluster that a file belongs to; undefined for the archive, which is made of all. */
export function partOfFile(path: string, { issuer }: Pick<DesiredState, 'issuer'>): Part | undefined {
  if (path === layout.ARCHIVE_FILE) return undefined;
  return path === authenticationManifest(issuer.url).path ? 'issuer' : 'roles';
}

/** The Secrets of the add-ons, each in the folder of its add-on. */
export function addOnSecrets({ roles }: Pick<DesiredState, 'roles'>): readonly InstallFile[] {
  return roles.flatMap((role) => addOnsOf(role).map((addOn) => secretOfAddOn(addOn, role))).sort(byPath);
}

/** The Secrets of one add-on. */
export function secretsOfAddOn(
  addOn: string,
  { roles }: Pick<DesiredState, 'roles'>,
): readonly InstallFile[] {
  return roles
    .filter((role) => addOnsOf(role).includes(addOn))
    .map((role) => secretOfAddOn(addOn, role))
    .sort(byPath);
}

/** All files that last: those for the installer, and those of the add-ons. */
export function lastingFiles(desired: DesiredManifests): readonly InstallFile[] {
  return [...desiredManifests(desired), ...addOnSecrets(desired)];
}

/** The manifests of a role's Secret, wherever it is asked for. */
export function secretsOfRole(role: DesiredRole): readonly InstallFile[] {
  return [...(isPerhapsOfRelease(role) ? [secretOf(role)] : []), ...addOnSecrets({ roles: [role] })];
}

function secretOf({ secretRef, arn, cloudTokenPath }: DesiredRole): InstallFile {
  return secretManifest(secretRef, arn, cloudTokenPath);
}

function secretOfAddOn(addOn: string, role: DesiredRole): InstallFile {
  const { path, content } = secretOf(role);
  return { path: layout.addOnFileName.of({ addOn, path }), content };
}

/** The Secrets that an upgrade's release asks for, as files for the cluster that is there. */
export function releaseSecrets(
  desired: Pick<DesiredState, 'clusterChange' | 'roles'>,
): readonly InstallFile[] {
  return secretsForCluster(desired, () => true);
}

/**
 * Those of them that the cluster may lack: the Secrets of components that an upgrade brought, this one or one
 * before it, and those whose manifest was not what it should be before the run.
 */
export function newSecrets(
  desired: Pick<DesiredState, 'clusterChange' | 'roles'>,
  changes: readonly Change[],
): readonly InstallFile[] {
  const changed = new Set(changes.map(({ resource }) => resource));
  return secretsForCluster(desired, ({ since }, path) => since !== undefined || changed.has(path));
}

function secretsForCluster(
  { clusterChange, roles }: Pick<DesiredState, 'clusterChange' | 'roles'>,
  isWanted: (role: DesiredRole, path: string) => boolean,
): readonly InstallFile[] {
  if (clusterChange === undefined || !('asked' in clusterChange)) return [];
  if (!runOf({ clusterChange }).addsRelease) return [];
  const asked = new Set(clusterChange.asked);
  return roles
    .filter(({ name }) => asked.has(name))
    .map((role) => ({ role, ...secretOf(role) }))
    .filter(({ role, path }) => isWanted(role, path))
    .map(({ path, content }) => ({
      path: layout.upgradeFileName.of({ release: clusterChange.release, path }),
      content,
    }))
    .sort(byPath);
}

function byPath(a: InstallFile, b: InstallFile): number {
  return a.path < b.path ? -1 : 1;
}

/** Address of a file in the output bucket, by the path that changes name it with. */
export function fileKey(clusterName: string, path: string): string {
  const cluster = clusterName;
  if (path === layout.ARCHIVE_FILE) return layout.archive.of({ cluster });
  const upgrade = layout.upgradeFileName.parse(path);
  if (upgrade !== undefined) return layout.upgradeFile.of({ cluster, ...upgrade });
  const ofAddOn = layout.addOnFileName.parse(path);
  return ofAddOn === undefined
    ? layout.installFile.of({ cluster, path })
    : layout.addOnFile.of({ cluster, ...ofAddOn });
}

/** Names what an archive holds: its manifests and, by key id, its keys. */
export function archiveDigest(manifests: readonly InstallFile[], kid = ''): string {
  const hash = createHash('sha256');
  for (const { path, content } of manifests) hash.update(`${path}\0${content}\0`);
  return hash.update(kid).digest('hex');
}

/** Whether the files have a key among them: whoever keeps an existing issuer has its keys, too. */
export function hasKeys({ issuer, ...desired }: Pick<DesiredFiles, 'issuer' | 'parts'>): boolean {
  return issuer.type !== 'existing' && hasPart(desired, 'key');
}

/** What the archive is to be made from; undefined while its key is yet to be made, or another part of the cluster. */
export function desiredDigest(desired: DesiredFiles): string | undefined {
  if (!isWhole(desired)) return undefined;
  const manifests = desiredManifests(desired);
  if (!hasKeys(desired)) return archiveDigest(manifests);
  return desired.kid === undefined ? undefined : archiveDigest(manifests, desired.kid);
}
