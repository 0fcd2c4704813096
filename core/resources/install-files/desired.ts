import { createHash } from 'node:crypto';
import type { Change } from '../../domain/change.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, type InstallFile, secretManifest } from '../../domain/manifests.ts';
import { installKey } from '../signing-key/paths.ts';

/** What the files for the installer follow from. */
export interface DesiredFiles extends Pick<DesiredState, 'issuer' | 'roles' | 'releaseChange'> {
  /** Id of the signing key; undefined while it is yet to be made, and the archive with it. */
  readonly kid?: string;
}

/** The archive, as changes name it. */
export const ARCHIVE = 'install.tar.gz';

const UPGRADES = 'upgrades/';

/** Metadata of the archive: what it was made from, so that it can be compared without the private key. */
export const DIGEST_METADATA = 'sts-prep-digest';

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
  if (releaseChange?.operation !== 'upgrade') return [];
  const asked = new Set(releaseChange.asked);
  return roles
    .filter(({ name }) => asked.has(name))
    .map((role) => ({ role, ...secretManifest(role.secretRef, role.arn) }))
    .filter(({ role, path }) => isWanted(role, path))
    .map(({ path, content }) => ({ path: `${UPGRADES}${releaseChange.release}/${path}`, content }))
    .sort(byPath);
}

function byPath(a: InstallFile, b: InstallFile): number {
  return a.path < b.path ? -1 : 1;
}

/** Address of a file in the output bucket, by the path that changes name it with. */
export function fileKey(clusterName: string, path: string): string {
  if (path === ARCHIVE) return archiveKey(clusterName);
  return path.startsWith(UPGRADES) ? `clusters/${clusterName}/${path}` : installKey(clusterName, path);
}

/** Names what an archive holds: its manifests and, by key id, its keys. */
export function archiveDigest(manifests: readonly InstallFile[], kid: string): string {
  const hash = createHash('sha256');
  for (const { path, content } of manifests) hash.update(`${path}\0${content}\0`);
  return hash.update(kid).digest('hex');
}

export function archiveKey(clusterName: string): string {
  return `clusters/${clusterName}/install.tar.gz`;
}
