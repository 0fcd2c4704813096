import type { Change } from '../../domain/change.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkRole } from './checks.ts';

/** What is missing of a role. */
export function diffRole(spec: Spec<DesiredRole>, state: RoleState | undefined): readonly Change[] {
  return changesOf(`role ${spec.desired.name}`, CHECK_TABLE.role, checkRole(spec, state));
}
