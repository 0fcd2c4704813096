import type { ClusterRoles } from '../../domain/audit/cluster-roles.ts';
import type { RoleSnapshot } from '../../domain/observed.ts';
import type { LivePermissions } from '../../domain/policy/coverage.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';

/** All that decides what a role may do, as the comparison takes it. */
export function livePermissions(role: RoleSnapshot, { policies }: ClusterRoles): LivePermissions {
  const inline = Object.entries(role.inline);
  const attached = role.attached.map((arn) => [arn, policies[arn] ?? null] as const);
  const all = [...inline, ...attached];
  const unreadable = all.filter(([, policy]) => policy === null).map(([name]) => name);
  const { permissionsBoundaryArn: boundary } = role;
  return {
    policies: all.flatMap(([, policy]): PolicyDocument[] => (policy === null ? [] : [policy])),
    ...(boundary === undefined ? {} : { boundary: policies[boundary] ?? ('unreadable' as const) }),
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}
