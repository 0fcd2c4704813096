import { createHash } from 'node:crypto';
import type { Change } from '../../domain/change.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, type InstallFile, secretManifest } from '../../domain/manifests.ts';
import * as layout from '../../storage/layout.ts';

/** Metadata of the archive: what it was made from, so that it can be compared without the private key. */
export const DIGEST_METADATA = 'sts-prep-digest';

/** What the files of a cluster are made from. */
export interface DesiredFiles extends Pick<DesiredState, 'issuer' | 'roles' | 'releaseChange'> {
  /** Id of the signing key; undefined while it is yet to be made, and the archive with it. */
  readonly kid?: string;
}

/** The manifests of a cluster, in byte order of their paths. */
export function desiredManifests(desired: Pick<DesiredState, 'issuer' | 'roles'>): readonly InstallFile[] {
  const manifests = [
    authenticationManifest(desired.issuer.url),
    ...desired.roles.map((role) => secretManifest(role.secretRef, role.arn)),
  ];
  return manifests.sort(byPath);
}

/** The Secrets that an upgrade's release asks for, as files for the cluster that is there. */
export function releaseSecrets(
  desired: Pick<DesiredState, 'releaseChange' | 'roles'>,
): readonly InstallFile[] {
  return secretsForCluster(desired, () => true);
}

/**
 * Those of them that the cluster may lack: the Secrets of components that an upgrade brought, this one or one
 * before it, and those whose manifest was not what it should be before the run.
 */
export function newSecrets(
  desired: Pick<DesiredState, 'releaseChange' | 'roles'>,
  changes: readonly Change[],
): readonly InstallFile[] {
  const changed = new Set(changes.map(({ resource }) => resource));
  return secretsForCluster(desired, ({ since }, path) => since !== undefined || changed.has(path));
}

function secretsForCluster(
  { releaseChange, roles }: Pick<DesiredState, 'releaseChange' | 'roles'>,
  isWanted: (role: DesiredRole, path: string) => boolean,
): readonly InstallFile[] {
  if (releaseChange === undefined || !('asked' in releaseChange)) return [];
  const asked = new Set(releaseChange.asked);
  return roles
    .filter(({ name }) => asked.has(name))
    .map((role) => ({ role, ...secretManifest(role.secretRef, role.arn) }))
    .filter(({ role, path }) => isWanted(role, path))
    .map(({ path, content }) => ({
      path: layout.upgradeFileName.of({ release: releaseChange.release, path }),
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
  return upgrade === undefined
    ? layout.installFile.of({ cluster, path })
    : layout.upgradeFile.of({ cluster, ...upgrade });
}

/** Names what an archive holds: its manifests and, by key id, its keys. */
export function archiveDigest(manifests: readonly InstallFile[], kid = ''): string {
  const hash = createHash('sha256');
  for (const { path, content } of manifests) hash.update(`${path}\0${content}\0`);
  return hash.update(kid).digest('hex');
}

/** Whether the files have a key among them: whoever keeps an existing issuer has its keys, too. */
export function hasKeys({ issuer }: Pick<DesiredFiles, 'issuer'>): boolean {
  return issuer.type !== 'existing';
}

/** What the archive is to be made from; undefined while its key is yet to be made. */
export function desiredDigest(desired: DesiredFiles): string | undefined {
  const manifests = desiredManifests(desired);
  if (!hasKeys(desired)) return archiveDigest(manifests);
  return desired.kid === undefined ? undefined : archiveDigest(manifests, desired.kid);
}
