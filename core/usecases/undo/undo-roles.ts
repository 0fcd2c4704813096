import pMap from 'p-map';
import type { Roles } from '../../aws/roles.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { role } from '../../resources/role/resource.ts';
import { stepsOf } from '../../resources/steps.ts';
import type { Run } from '../../storage/run.ts';
import { plannedRole } from '../../storage/run-files.ts';
import type { Ledger } from './undo-step.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const UNDO_CONCURRENCY = 10;

/** Undoes what a run did to roles: those it made or changed, and those it took away. */
export async function undoRoles(
  run: Pick<Run, 'id' | 'cluster'>,
  { desired, plan, removed }: Ledger,
  access: { readonly roles: Roles },
): Promise<readonly UndoOutcome[]> {
  const steps = stepsOf(run.id, { desired, plan });
  const undos = [
    ...plan.roles.map(({ index }) => () => {
      const { wanted, planned } = plannedRole(desired, plan, index);
      return role.undo(steps.role(wanted, planned), access);
    }),
    ...removed.roles.map((found) => async () => [
      await role.remove.undo({ cluster: run.cluster.name, found }, access),
    ]),
  ];
  return (await pMap(undos, (undo) => undo(), { concurrency: UNDO_CONCURRENCY })).flat();
}
