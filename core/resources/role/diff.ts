import { type Change, created, updated } from '../../domain/change.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';

/** Parts of a role, as changes name them. */
export const ROLE_PARTS = {
  trust: 'trust policy',
  policy: 'permissions',
  boundary: 'permissions boundary',
  description: 'description',
  tags: 'tags',
} as const;

export type RolePart = keyof typeof ROLE_PARTS;

/** What is missing of a role. Policies are compared by meaning. */
export function diffRole(desired: DesiredRole, tags: Tags, state: RoleState | undefined): readonly Change[] {
  const resource = `role ${desired.name}`;
  if (state === undefined) return [created(resource)];
  const differs: Record<RolePart, boolean> = {
    trust: !samePolicy(desired.trust, state.trust),
    policy: !samePolicy(desired.policy, state.policy),
    // A boundary that the bundle does not ask for stays: taking it away would widen the role.
    boundary:
      desired.permissionsBoundaryArn !== undefined &&
      desired.permissionsBoundaryArn !== state.permissionsBoundaryArn,
    description: desired.description !== state.description,
    tags: Object.keys(missingTags(tags, state.tags)).length > 0,
  };
  return (Object.keys(ROLE_PARTS) as RolePart[])
    .filter((part) => differs[part])
    .map((part) => updated(resource, ROLE_PARTS[part]));
}
