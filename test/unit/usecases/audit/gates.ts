import type { Finding } from '../../../../core/domain/audit/report.ts';
import type { ComparedRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { approveUpgrades } from '../../../../core/usecases/audit/upgrade-acknowledgement.ts';
import { sampleRelease } from '../../../support/audit-report.ts';

export const OBJECT = 'cloudcredential.operator.openshift.io/cluster';

export const ANNOTATION = 'cloudcredential.openshift.io/upgradeable-to';

export const annotate = (release: string) => `oc annotate --overwrite ${OBJECT} ${ANNOTATION}=${release}`;

export function compared(release: string, more: Partial<ComparedRelease> = {}): ComparedRelease {
  return { ...sampleRelease({ release }), added: [], ...more };
}

/** What becomes of releases that are ready by themselves, of a cluster that was prepared for one. */
export const open = (
  from: string | undefined,
  releases: readonly (string | ComparedRelease)[],
  drift: readonly Finding[] = [],
) =>
  approveUpgrades(
    releases.map((release) => (typeof release === 'string' ? compared(release) : release)),
    { name: 'demo', release: from },
    drift,
    'output',
  );
