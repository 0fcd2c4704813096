import { quoted } from '../util/visible.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { AddOn, DesiredRole } from './desired-state.ts';
import type { AddOnOperation, ReleaseOperation } from './operations.ts';
import type { Problem } from './problem.ts';
import {
  type AddOnTarget,
  type ClusterTarget,
  checkRelease,
  checkUnion,
  type ReleaseTarget,
} from './release-change.ts';
import { FROM_RELEASE, fromAddOn, type RequestSource } from './request-source.ts';
import { isOnlyOf, requestsOf } from './role-sources.ts';

/** What a bundle asks of a cluster that is there. */
export interface Asked {
  readonly roles: readonly DesiredRole[];
  /** Roles that it names to be removed. */
  readonly named: readonly string[];
}

interface Reading<Target> {
  /** What stands against it already when the bundle is read. */
  readonly check: (target: Target, asked: Asked) => Problem[];
  /** What the desired state keeps of it, beside the roles. */
  readonly change: (target: Target, asked: Asked) => ClusterChange;
}

const namesOf = ({ roles }: Asked) => roles.map(({ name }) => name);

const OF_A_RELEASE: Readonly<Record<ReleaseOperation, Reading<ReleaseTarget>>> = {
  upgrade: {
    check: (target, { roles }) => [
      ...checkRelease(target, target.current.cluster.release),
      ...checkUnion(target.current.roles, roles),
    ],
    change: ({ release }, asked) => ({ operation: 'upgrade', release, asked: namesOf(asked) }),
  },
  prune: {
    check: (target, { roles }) => {
      const names = new Set(roles.map(({ name }) => name));
      const shared = [...requestsOf(target.current.addOns).values()].filter(({ name }) => names.has(name));
      return [...checkRelease(target, target.current.cluster.release), ...checkUnion(shared, roles)];
    },
    change: ({ release }, asked) => ({
      operation: 'prune',
      release,
      asked: namesOf(asked),
      named: [...asked.named],
    }),
  },
};

const OF_AN_ADD_ON: Readonly<Record<AddOnOperation, Reading<AddOnTarget>>> = {
  add: {
    check: ({ addOn, current }, { roles }) => [
      ...checkName(addOn),
      // What was the add-on's alone is replaced.
      ...checkUnion(
        current.roles.filter((role) => !isOnlyOf(role, addOn)),
        roles,
      ),
    ],
    change: ({ addOn }) => ({ operation: 'add', addOn }),
  },
  remove: {
    check: ({ addOn, current }) => checkThere(addOn, current.addOns, current.cluster.name),
    change: ({ addOn }) => ({ operation: 'remove', addOn }),
  },
};

/** What stands against doing to a cluster what a bundle asks for, as far as it is known when the bundle is read. */
export function checkTarget(target: ClusterTarget, asked: Asked): Problem[] {
  return 'release' in target
    ? OF_A_RELEASE[target.operation].check(target, asked)
    : OF_AN_ADD_ON[target.operation].check(target, asked);
}

/** What the desired state keeps of it. */
export function changeOf(target: ClusterTarget, asked: Asked): ClusterChange {
  return 'release' in target
    ? OF_A_RELEASE[target.operation].change(target, asked)
    : OF_AN_ADD_ON[target.operation].change(target, asked);
}

/** Who asks for the roles of a bundle. */
export function sourceOf(target: ClusterTarget | undefined): RequestSource {
  return target === undefined || 'release' in target ? FROM_RELEASE : fromAddOn(target.addOn);
}

/** RFC 1123: the name is part of object keys and of commands that people type. */
function checkName(name: string): Problem[] {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return [];
  return [
    {
      code: 'AddOnNameInvalid',
      message: `${quoted(name)} cannot be the name of an add-on.`,
      remedy:
        'Name the file by up to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit, such as efs.tgz.',
    },
  ];
}

function checkThere(name: string, addOns: readonly AddOn[], cluster: string): Problem[] {
  if (addOns.some((addOn) => addOn.name === name)) return [];
  const names = addOns.map((addOn) => addOn.name);
  return [
    {
      code: 'AddOnUnknown',
      message: `Cluster ${cluster} has no add-on ${quoted(name)}.`,
      remedy:
        names.length === 0
          ? 'It has none, so there is nothing to remove.'
          : `It has ${names.join(', ')}: upload the file by that name.`,
    },
  ];
}
