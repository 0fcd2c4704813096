import pMap from 'p-map';
import type { Roles } from '../../aws/roles.ts';
import type { GuardRules } from '../../domain/policy-guard.ts';
import { grantsBeyond, ofAccount } from '../../domain/role-grants.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { role } from '../../resources/role/resource.ts';
import type { GivingBack } from '../../resources/role/undo.ts';
import { stepsOf } from '../../resources/steps.ts';
import type { Run } from '../../storage/run.ts';
import { plannedRole } from '../../storage/run-files.ts';
import type { Ledger } from './undo-step.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const UNDO_CONCURRENCY = 10;

/**
 * Undoes what a run did to roles: those it made or changed, and those it took away. What a plan says that a role had is
 * given back as far as a request could ask for it, with the trust in whatever issuer of this account it had; the rest is left for an operator to decide.
 */
export async function undoRoles(
  run: Pick<Run, 'id' | 'cluster'>,
  { desired, plan, removed }: Ledger,
  { roles, guard }: { readonly roles: Roles; readonly guard: GuardRules },
): Promise<readonly UndoOutcome[]> {
  const steps = stepsOf(run.id, { desired, plan });
  const access: { readonly roles: Roles } & GivingBack = {
    roles,
    beyond: (name, given, current) => grantsBeyond({ name, ...given }, ofAccount(desired), current, guard),
  };
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
