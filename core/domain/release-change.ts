import { defined } from '../util/defined.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import {
  type DesiredRole,
  type DesiredState,
  MAX_CREDENTIALS_REQUESTS,
  policySizeViolations,
  runOf,
} from './desired-state.ts';
import { mergeRoles, mergeWithLive } from './merge.ts';
import type { RoleState } from './observed.ts';
import { type ClusterRun, clusterRun, type ReleaseOperation } from './operations.ts';
import { policySize } from './policy-document.ts';
import type { Problem } from './problem.ts';
import { compareReleases, parseRelease } from './release.ts';

/** What a bundle is to do to a cluster that is there already. */
export interface ReleaseTarget {
  readonly operation: ReleaseOperation;
  readonly release: string;
  /** What the cluster's last run brought about. */
  readonly current: DesiredState;
}

const NOT_NEWER_REMEDIES: Readonly<Record<ReleaseOperation, string>> = {
  upgrade: 'Upload the bundle of a newer release below upgrade/, or this one below prepare/.',
  prune: 'Upload the bundle of the release that the cluster runs.',
};

/** Whether the release may follow the one that the cluster was prepared for, as far as that is known. */
export function checkRelease(
  { operation, release }: Pick<ReleaseTarget, 'operation' | 'release'>,
  current: string | undefined,
): Problem[] {
  const [from, to] = [current, release].map((text) => parseRelease(text ?? ''));
  if (from === undefined || to === undefined) return [];
  const order = compareReleases(to, from);
  if (order > 0 || (order === 0 && clusterRun(operation).acceptsSameRelease)) return [];
  return [
    {
      code: 'ReleaseNotNewer',
      message: `The bundle is of release ${release}, and the cluster was prepared for ${current}.`,
      remedy: NOT_NEWER_REMEDIES[operation],
    },
  ];
}

/**
 * What IAM would refuse about the roles of a cluster together with those that a release asks for, though each
 * by themselves may be all right.
 */
export function checkUnion(
  current: readonly DesiredRole[],
  desired: readonly DesiredRole[],
  release: string,
): Problem[] {
  const union = mergeRoles(current, desired, release);
  const before = new Map(current.map((role) => [role.name, role]));
  const after = new Map(union.map((role) => [role.name, role]));
  return [
    ...(union.length > MAX_CREDENTIALS_REQUESTS ? [tooMany(union.length)] : []),
    ...desired.flatMap((role) => {
      const [first, merged] = [before.get(role.name), after.get(role.name)];
      if (first === undefined || merged === undefined) return [];
      return sameSecret(first, role) ? unionSizes(first, role, merged) : [releaseCollision(first, role)];
    }),
  ];
}

/** How the roles of a cluster come about. */
interface RoleRule {
  /** What stands against it already when the bundle is read. */
  check(known: readonly DesiredRole[], asked: readonly DesiredRole[], release: string): Problem[];
  /** The roles that the cluster shall have. */
  desired(
    known: readonly DesiredRole[],
    asked: readonly DesiredRole[],
    release: string,
  ): readonly DesiredRole[];
  /** One of them, now that it is known what it has in IAM. */
  withLive(role: DesiredRole, live: RoleState): DesiredRole;
}

const ROLE_RULES: Readonly<Record<ClusterRun['roles'], RoleRule>> = {
  'those-of-the-bundle': {
    check: () => [],
    desired: (_, asked) => asked,
    withLive: (role) => role,
  },
  'those-of-before-too': { check: checkUnion, desired: mergeRoles, withLive: mergeWithLive },
};

/** How the roles of a cluster come about in a run. */
export function roleRule({ roles }: ClusterRun): RoleRule {
  return ROLE_RULES[roles];
}

/**
 * What a run brings about, now that it is known what there is. Undefined when the cluster is another one than the
 * bundle was read for.
 */
export function appliedTo(
  desired: DesiredState,
  current: DesiredState | undefined,
): DesiredState | undefined {
  const { releaseChange: change } = desired;
  if (change === undefined) return desired;
  if (current === undefined) return undefined;
  if (!sameSpec(desired.cluster, current.cluster) || checkRelease(change, current.cluster.release).length > 0)
    return undefined;
  const run = runOf(desired);
  return {
    ...desired,
    cluster: run.movesRelease ? desired.cluster : atReleaseOf(current.cluster, desired.cluster),
    roles: roleRule(run).desired(current.roles, desired.roles, change.release),
  };
}

function atReleaseOf({ release }: ClusterSpec, { release: _, ...facts }: ClusterSpec): ClusterSpec {
  return { ...facts, ...defined({ release }) };
}

/** Roles of the last run that nothing asks for any more, and that the run therefore removes. */
export function unusedRoles(desired: DesiredState, current: DesiredState): readonly DesiredRole[] {
  if (!runOf(desired).removesUnused) return [];
  const desiredNames = new Set(desired.roles.map(({ name }) => name));
  return current.roles.filter(({ name }) => !desiredNames.has(name));
}

/** Everything but the release; a boundary may have come to be demanded since. */
function sameSpec(left: ClusterSpec, right: ClusterSpec): boolean {
  const comparable = ({ release: _, permissionsBoundaryArn, ...facts }: ClusterSpec) =>
    JSON.stringify([
      permissionsBoundaryArn ?? left.permissionsBoundaryArn,
      Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  return comparable(left) === comparable(right);
}

function sameSecret({ secretRef: left }: DesiredRole, { secretRef: right }: DesiredRole): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}

function unionSizes(current: DesiredRole, desired: DesiredRole, merged: DesiredRole): Problem[] {
  // What is too large by itself has a problem of its own.
  const alone = new Set(policySizeViolations(desired).map(({ code }) => code));
  return policySizeViolations(merged)
    .filter(({ code }) => !alone.has(code))
    .map(({ code, field, policy, size, limit }) => {
      const [had, wants] = [current, desired].map((role) =>
        policySize(code === 'PolicyTooLarge' ? role.policy : role.trust),
      );
      return {
        code,
        ...desired.source,
        field,
        message: `The ${policy} of role ${desired.name} would have ${size} characters as the union of what the cluster has (${had}) and what the release asks for (${wants}).`,
        remedy: `IAM allows ${limit}. Upload the bundle of the cluster's present release below prepare/, which leaves out what only an earlier one needed; then this one again.`,
      };
    });
}

function releaseCollision(current: DesiredRole, desired: DesiredRole): Problem {
  const { namespace, name } = current.secretRef;
  return {
    code: 'RoleNameCollision',
    ...desired.source,
    field: 'spec.secretRef',
    message: `Its role name "${desired.name}" is that of ${namespace}/${name}, which the cluster has.`,
    remedy: 'Two components cannot share a role; use another name for the Secret.',
  };
}

function tooMany(count: number): Problem {
  return {
    code: 'TooManyRequests',
    message: `The cluster would have ${count} roles, together with those it has.`,
    remedy: `One run handles ${MAX_CREDENTIALS_REQUESTS}; prune what an earlier release needed first.`,
  };
}
