import type { Roles } from '../../aws/roles.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import type { UnusedRole } from '../../domain/unused-roles.ts';
import type { Removal, RemovalStep, Resource } from '../resource.ts';
import { applyRole } from './apply.ts';
import { type ActualRole, checkRole } from './checks.ts';
import { diffRole } from './diff.ts';
import { observeRole } from './observe.ts';
import {
  checkUnusedRole,
  observeUnusedRole,
  type RemovableRole,
  type RoleInUse,
  removeRole,
} from './remove.ts';
import { type GivingBack, undoRole } from './undo.ts';
import { undoRoleRemoval } from './undo-removal.ts';

interface Access {
  readonly roles: Roles;
}

interface RoleResource
  extends Resource<{
    name: 'role';
    desired: DesiredRole;
    state: RoleState | undefined;
    actual: ActualRole | undefined;
    before: RoleState;
    access: Access;
    applying: object;
    undoing: GivingBack;
  }> {
  readonly remove: Removal<{
    unused: UnusedRole;
    found: RemovableRole;
    staying: RoleInUse;
    access: Access;
    undoing: GivingBack;
  }> & {
    /** Throws ChangedSincePlan unless it is still as it was planned to be removed. */
    recheck(step: RemovalStep<RemovableRole>, access: Access): Promise<void>;
  };
}

/** The IAM role of one CredentialsRequest. */
export const role: RoleResource = {
  observe: observeRole,
  checks: checkRole,
  diff: diffRole,
  apply: applyRole,
  undo: undoRole,
  remove: {
    observe: observeUnusedRole,
    recheck: checkUnusedRole,
    apply: removeRole,
    undo: undoRoleRemoval,
  },
};
