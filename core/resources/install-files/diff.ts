import { type Change, created, updated } from '../../domain/change.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkInstallFiles, fileChecks } from './checks.ts';
import { type DesiredFiles, newSecrets } from './desired.ts';
import type { InstallFilesState } from './observe.ts';

/** Which files are missing or differ; of an upgrade, the Secrets for the cluster too. */
export function diffInstallFiles(
  spec: Pick<Spec<DesiredFiles>, 'desired'>,
  state: InstallFilesState,
): readonly Change[] {
  const changes = checkInstallFiles(spec, state).map(changeOf);
  const secrets = newSecrets(spec.desired, changes);
  return [...changes, ...fileChecks(secrets, state).map(changeOf)];
}

/** Each file is a resource of its own. */
function changeOf({ check, subject = '' }: ReturnType<typeof checkInstallFiles>[number]): Change {
  const { change } = CHECK_TABLE.installFiles[check];
  return change === 'all' ? created(subject) : updated(subject, change);
}
