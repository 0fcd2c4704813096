import { defined } from '../util/defined.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import {
  type DesiredRole,
  type DesiredState,
  MAX_CREDENTIALS_REQUESTS,
  policySizeViolations,
  runOf,
} from './desired-state.ts';
import { mergeRoles } from './merge.ts';
import { clusterRun, type ReleaseOperation } from './operations.ts';
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

/**
 * What a run brings about, now that it is known what there is: an upgrade adds to the roles of the cluster, and
 * leaves it at the release it was prepared for. Undefined when the cluster is another one than the bundle was
 * read for.
 */
export function appliedTo(desired: DesiredState, current: DesiredState): DesiredState | undefined {
  const { releaseChange: change } = desired;
  if (change === undefined) return desired;
  if (!sameSpec(desired.cluster, current.cluster) || checkRelease(change, current.cluster.release).length > 0)
    return undefined;
  if (runOf(desired).roles === 'those-of-the-bundle') return desired;
  const { release: _, ...facts } = desired.cluster;
  const { release } = current.cluster;
  return {
    ...desired,
    cluster: { ...facts, ...defined({ release }) },
    roles: mergeRoles(current.roles, desired.roles, change.release),
  };
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
