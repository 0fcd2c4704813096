import type { DesiredRole, DesiredState } from './desired-state.ts';
import { sameSecret } from './manifests.ts';
import { mergeRoles } from './merge.ts';
import { type AddOnOperation, clusterRun, type ReleaseOperation } from './operations.ts';
import { policySize } from './policy-document.ts';
import { fieldAt, type Problem } from './problem.ts';
import { compareReleases, parseRelease } from './release.ts';
import { MAX_CREDENTIALS_REQUESTS, policySizeViolations } from './role-checks.ts';

interface Target {
  /** What the cluster's last run brought about. */
  readonly current: DesiredState;
}

/** What a bundle is to do to a cluster that is there already, for a release. */
export interface ReleaseTarget extends Target {
  readonly operation: ReleaseOperation;
  readonly release: string;
}

/** What a bundle is to do to a cluster that is there already, for an add-on. */
export interface AddOnTarget extends Target {
  readonly operation: AddOnOperation;
  readonly addOn: string;
}

/** What a bundle is to do to a cluster that is there already. */
export type ClusterTarget = ReleaseTarget | AddOnTarget;

const NOT_NEWER_REMEDIES: Readonly<Record<ReleaseOperation, string>> = {
  upgrade:
    'Upload the bundle of a newer release below upgrade/. The request of an optional operator goes as add/<cluster>/<name>.tgz; to repair the cluster, upload all requests of its release below prepare/.',
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
 * What IAM would refuse about the roles of a cluster together with those that a bundle asks for, though each
 * by themselves may be all right.
 */
export function checkUnion(current: readonly DesiredRole[], desired: readonly DesiredRole[]): Problem[] {
  const union = mergeRoles(current, desired);
  const before = new Map(current.map((role) => [role.name, role]));
  const after = new Map(union.map((role) => [role.name, role]));
  return [
    ...(union.length > MAX_CREDENTIALS_REQUESTS ? [tooMany(union.length)] : []),
    ...desired.flatMap((role) => {
      const [first, merged] = [before.get(role.name), after.get(role.name)];
      if (first === undefined || merged === undefined) return [];
      return sameSecret(first.secretRef, role.secretRef)
        ? unionSizes(first, role, merged)
        : [releaseCollision(first, role)];
    }),
  ];
}

/** Roles that a bundle asks for under the name of one that the cluster has for another Secret. */
export function checkCollisions(
  current: ReadonlyMap<string, DesiredRole>,
  desired: readonly DesiredRole[],
): Problem[] {
  return desired.flatMap((role) => {
    const first = current.get(role.name);
    return first === undefined || sameSecret(first.secretRef, role.secretRef)
      ? []
      : [releaseCollision(first, role)];
  });
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
        ...fieldAt(desired.source, field),
        message: `The ${policy} of role ${desired.name} would have ${size} characters as the union of what the cluster has (${had}) and what the bundle asks for (${wants}).`,
        remedy: `IAM allows ${limit}. Upload the bundle of the release that the cluster runs as prune/<cluster>/<release>.tgz, which takes out what only an earlier one needed; then this one again.`,
      };
    });
}

function releaseCollision(current: DesiredRole, desired: DesiredRole): Problem {
  const { namespace, name } = current.secretRef;
  return {
    code: 'RoleNameCollision',
    ...fieldAt(desired.source, 'spec.secretRef'),
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
