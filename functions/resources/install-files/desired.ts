import { createHash } from 'node:crypto';
import type { DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, type InstallFile, secretManifest } from '../../domain/manifests.ts';

/** Metadata of the archive: what it was made from, so that it can be compared without the private key. */
export const DIGEST_METADATA = 'sts-prep-digest';

/** The manifests of a cluster, in byte order of their paths. */
export function desiredManifests(desired: Pick<DesiredState, 'issuer' | 'roles'>): readonly InstallFile[] {
  const manifests = [
    authenticationManifest(desired.issuer.url),
    ...desired.roles.map((role) => secretManifest(role.secretRef, role.arn)),
  ];
  return manifests.sort((a, b) => (a.path < b.path ? -1 : 1));
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
