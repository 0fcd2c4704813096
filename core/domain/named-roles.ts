import { quoted } from '../util/visible.ts';
import type { DesiredRole, DesiredState } from './desired-state.ts';
import type { Problem } from './problem.ts';
import { addOnsOf } from './role-sources.ts';

/**
 * What stands against the roles that `removeRoles` names. One that a request asks for is never removed, and a name that
 * the cluster does not have is a mistake, not a wish that is fulfilled already.
 *
 * @param current The cluster that the bundle prunes; undefined when it does something else.
 */
export function checkNamed(
  names: readonly string[],
  asked: readonly DesiredRole[],
  current: Pick<DesiredState, 'cluster' | 'roles'> | undefined,
): Problem[] {
  return names.flatMap((name): Problem[] => {
    const refuse = (message: string, remedy: string): Problem[] => [
      { code: 'RoleNotRemovable', field: 'removeRoles', message, remedy },
    ];
    if (current === undefined)
      return refuse(`It names ${quoted(name)}, but only a prune removes roles.`, LEAVE_OUT);
    const role = current.roles.find((each) => each.name === name);
    if (role === undefined) {
      const { name: cluster } = current.cluster;
      return refuse(
        `Cluster ${cluster} has no role ${quoted(name)}, as far as the registry knows.`,
        LEAVE_OUT,
      );
    }
    if (asked.some((each) => each.name === name))
      return refuse(`The release asks for ${name}.`, 'Leave it out, or leave its request out of the bundle.');
    const [addOn] = addOnsOf(role);
    return addOn === undefined
      ? []
      : refuse(
          `Add-on ${addOn} asks for ${name}.`,
          `Leave it out; to take the add-on away, upload remove/${current.cluster.name}/${addOn}.yaml.`,
        );
  });
}

const LEAVE_OUT = 'Leave it out.';
