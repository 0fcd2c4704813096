import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import type { RegistryEntry } from '../../../domain/registry.ts';
import { archiveDigest, desiredManifests } from '../../../resources/install-files/desired.ts';
import * as layout from '../../../storage/layout.ts';
import type { ObservedCluster } from '../observe.ts';
import { PREPARE_AGAIN } from './remedies.ts';

/** What differs between the results in the output bucket as they were written and as they are. */
export function filesDrift(
  desired: DesiredState,
  { keyId }: RegistryEntry,
  { files, signingKey, signingKeyConflict }: ObservedCluster,
): Finding[] {
  const { name } = desired.cluster;
  const manifests = desiredManifests(desired);
  return [
    ...manifests.flatMap(({ path, content }) => {
      const live = files.manifests[path];
      const resource = layout.installFile.of({ cluster: name, path });
      if (live === undefined)
        return [
          finding('ManifestMissing', { resource, message: 'The manifest is gone.', remedy: PREPARE_AGAIN }),
        ];
      if (live === content) return [];
      return [
        finding('ManifestChanged', {
          resource,
          message: 'The manifest says something else. Do not apply it.',
          live: roleOf(live),
          wanted: content,
          remedy: PREPARE_AGAIN,
        }),
      ];
    }),
    ...archiveDrift(
      layout.archive.of({ cluster: name }),
      archiveDigest(manifests, keyId),
      files.archiveDigest,
    ),
    ...keyDrift(name, keyId, signingKey, signingKeyConflict),
  ];
}

function archiveDrift(resource: string, wanted: string, live: string | undefined): Finding[] {
  if (live === wanted) return [];
  return [
    finding('ArchiveOutdated', {
      resource,
      message: live === undefined ? 'The archive is gone.' : 'The archive was made from other files.',
      remedy: PREPARE_AGAIN,
    }),
  ];
}

function keyDrift(
  name: string,
  keyId: string,
  { pair, publicFile }: ObservedCluster['signingKey'],
  conflict: string | undefined,
): Finding[] {
  if (conflict !== undefined) {
    return [
      finding('KeyFileChanged', {
        resource: layout.installFile.of({ cluster: name, path: 'tls' }),
        message: conflict,
        remedy: 'The output bucket keeps old versions: restore the latest that a run wrote.',
      }),
    ];
  }
  const found: Finding[] = [];
  const missing = (file: string) =>
    found.push(
      finding('KeyFileMissing', {
        resource: layout.installFile.of({ cluster: name, path: file }),
        message: 'The file is gone. The cluster goes on with its own copy.',
        remedy: 'The output bucket keeps old versions: restore the latest.',
      }),
    );
  const other = (file: string, kid: string) =>
    found.push(
      finding('KeyFileChanged', {
        resource: layout.installFile.of({ cluster: name, path: file }),
        message: 'The file holds another key than the cluster signs with.',
        live: kid,
        wanted: keyId,
        remedy: 'The output bucket keeps old versions: restore the latest that a run wrote.',
      }),
    );
  if (publicFile === undefined) missing(layout.PUBLIC_KEY_FILE);
  else if (publicFile.kid !== keyId) other(layout.PUBLIC_KEY_FILE, publicFile.kid);
  // Without a pair from the beginning the private key is kept by somebody else.
  if (pair === undefined && publicFile?.hadPair === true) missing(layout.PRIVATE_KEY_FILE);
  if (pair !== undefined && pair.kid !== keyId) other(layout.PRIVATE_KEY_FILE, pair.kid);
  return found;
}

/** Whatever somebody put into a manifest, it must not get into a report: only which role it names. */
function roleOf(manifest: string): string {
  const [, role] = /^\s*role_arn\s*=\s*(arn:\S+)\s*$/m.exec(manifest) ?? [];
  return role === undefined ? 'it names no role' : `role_arn = ${role}`;
}
