import type { Finding } from '../../../domain/audit/report.ts';
import { fileKey } from '../../../resources/install-files/desired.ts';
import { installFiles } from '../../../resources/install-files/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import type { ObservedCluster } from '../observe.ts';
import { findingsOf, type Texts } from './findings.ts';

/** What differs between the files for the installer as they were written and as they are. */
export function filesDrift(spec: Specs['installFiles'], files: ObservedCluster['files']): Finding[] {
  const texts: Texts<'installFiles'> = {
    'manifest-missing': () => ({ message: 'The manifest is gone.' }),
    'manifest-other': ({ subject = '', expected }) => ({
      message: 'The manifest says something else. Do not apply it.',
      live: roleOf(files.manifests[subject] ?? ''),
      wanted: expected,
    }),
    'archive-missing': () => ({ message: 'The archive is gone.' }),
    'archive-other': () => ({
      message:
        'The archive was made from other files, or is not the one that a run wrote. Do not install from it.',
    }),
  };
  return installFiles
    .checks(spec, files)
    .flatMap((found) =>
      findingsOf('installFiles', fileKey(spec.cluster, found.subject ?? ''), [found], texts),
    );
}

/** Whatever somebody put into a manifest, it must not get into a report: only which role it names. */
function roleOf(manifest: string): string {
  const [, role] = /^\s*role_arn\s*=\s*(arn:\S+)\s*$/m.exec(manifest) ?? [];
  return role === undefined ? 'it names no role' : `role_arn = ${role}`;
}
