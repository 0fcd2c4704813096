import pMap from 'p-map';
import type { Roles } from '../../aws/roles.ts';
import type { DeletionPlan } from '../../domain/deletion/plan.ts';
import type { RemovalAttempt } from '../../resources/removing.ts';
import { deleteRole } from '../../resources/role/delete.ts';

/** As many as a run makes at once. */
const CONCURRENCY = 40;

/** Deletes the roles of a plan, a few at a time; what becomes of one keeps no other from being tried. */
export function deleteRoles(
  { roles: names }: Pick<DeletionPlan, 'roles'>,
  roles: Roles,
): Promise<readonly RemovalAttempt[]> {
  return pMap(names, (name) => deleteRole(name, { roles }), { concurrency: CONCURRENCY });
}
