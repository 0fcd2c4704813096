import type { Roles } from '../../aws/roles.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import type { RoleState } from '../../domain/observed.ts';
import { describeOwner, isOwned } from '../ownership.ts';

/** Looks at a role; undefined when it is not there. Throws ResourceConflict when it is not this cluster's. */
export async function observeRole(
  { cluster, desired }: { readonly cluster: string; readonly desired: Pick<DesiredRole, 'name' | 'path'> },
  { roles }: { readonly roles: Roles },
): Promise<RoleState | undefined> {
  const state = await roles.get(desired.name);
  if (state === undefined) return undefined;
  if (!isOwned(state.tags, cluster)) {
    throw new ResourceConflict(
      `IAM role ${desired.name} exists and is not this cluster's: ${describeOwner(state.tags)}. Choose another cluster name, or tag the role as this cluster's.`,
    );
  }
  // IAM cannot move a role, and role names are unique whatever the path.
  if (state.path !== desired.path) {
    throw new ResourceConflict(
      `IAM role ${desired.name} has the path ${state.path}, the bundle wants ${desired.path}. Set rolePath in cluster.yaml to ${state.path}, or delete the role.`,
    );
  }
  return state;
}
