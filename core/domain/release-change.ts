import type { ClusterFacts } from './cluster-facts.ts';
import {
  type DesiredRole,
  type DesiredState,
  MAX_CREDENTIALS_REQUESTS,
  oversizes,
  runOf,
} from './desired-state.ts';
import type { RoleState } from './observed.ts';
import { type ClusterRun, clusterRun, type ReleaseOperation } from './operations.ts';
import { policySize } from './policy-document.ts';
import type { Problem } from './problem.ts';
import { compareReleases, parseRelease } from './release.ts';
import { uniteRoles, uniteWithLive } from './union.ts';

/** What a bundle is to do to a cluster that is there already. */
export interface Target {
  readonly operation: ReleaseOperation;
  readonly release: string;
  /** What the cluster's last run brought about. */
  readonly last: DesiredState;
}

const NOT_NEWER_REMEDIES: Readonly<Record<ReleaseOperation, string>> = {
  upgrade: 'Upload the bundle of a newer release below upgrade/, or this one below prepare/.',
  prune: 'Upload the bundle of the release that the cluster runs.',
};

/** Whether the release may follow the one that the cluster was prepared for, as far as that is known. */
export function checkRelease(
  { operation, release }: Pick<Target, 'operation' | 'release'>,
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
  known: readonly DesiredRole[],
  asked: readonly DesiredRole[],
  release: string,
): Problem[] {
  const union = uniteRoles(known, asked, release);
  const before = new Map(known.map((role) => [role.name, role]));
  const after = new Map(union.map((role) => [role.name, role]));
  return [
    ...(union.length > MAX_CREDENTIALS_REQUESTS ? [tooMany(union.length)] : []),
    ...asked.flatMap((role) => {
      const [first, united] = [before.get(role.name), after.get(role.name)];
      if (first === undefined || united === undefined) return [];
      return sameSecret(first, role) ? unionSizes(first, role, united) : [collision(first, role)];
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
  'those-of-before-too': { check: checkUnion, desired: uniteRoles, withLive: uniteWithLive },
};

/** How the roles of a cluster come about in a run. */
export function roleRule({ roles }: ClusterRun): RoleRule {
  return ROLE_RULES[roles];
}

/**
 * What a run brings about, now that it is known what there is. Undefined when the cluster is another one than the
 * bundle was read for.
 */
export function appliedTo(desired: DesiredState, last: DesiredState): DesiredState | undefined {
  const { releaseChange: change } = desired;
  if (change === undefined) return desired;
  if (!sameFacts(desired.cluster, last.cluster) || checkRelease(change, last.cluster.release).length > 0)
    return undefined;
  const run = runOf(desired);
  return {
    ...desired,
    cluster: run.movesRelease ? desired.cluster : atReleaseOf(last.cluster, desired.cluster),
    roles: roleRule(run).desired(last.roles, desired.roles, change.release),
  };
}

function atReleaseOf({ release }: ClusterFacts, { release: _, ...facts }: ClusterFacts): ClusterFacts {
  return { ...facts, ...(release === undefined ? {} : { release }) };
}

/** Roles of the last run that nothing asks for any more, and that the run therefore removes. */
export function unusedRoles(desired: DesiredState, last: DesiredState): readonly DesiredRole[] {
  if (!runOf(desired).removesUnused) return [];
  const asked = new Set(desired.roles.map(({ name }) => name));
  return last.roles.filter(({ name }) => !asked.has(name));
}

/** Everything but the release; a boundary may have come to be demanded since. */
function sameFacts(left: ClusterFacts, right: ClusterFacts): boolean {
  const comparable = ({ release: _, permissionsBoundaryArn, ...facts }: ClusterFacts) =>
    JSON.stringify([
      permissionsBoundaryArn ?? left.permissionsBoundaryArn,
      Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  return comparable(left) === comparable(right);
}

function sameSecret({ secretRef: left }: DesiredRole, { secretRef: right }: DesiredRole): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}

function unionSizes(known: DesiredRole, asked: DesiredRole, united: DesiredRole): Problem[] {
  // What is too large by itself has a problem of its own.
  const alone = new Set(oversizes(asked).map(({ code }) => code));
  return oversizes(united)
    .filter(({ code }) => !alone.has(code))
    .map(({ code, field, policy, size, limit }) => {
      const [had, wants] = [known, asked].map((role) =>
        policySize(code === 'PolicyTooLarge' ? role.policy : role.trust),
      );
      return {
        code,
        ...asked.source,
        field,
        message: `The ${policy} of role ${asked.name} would have ${size} characters as the union of what the cluster has (${had}) and what the release asks for (${wants}).`,
        remedy: `IAM allows ${limit}. Upload the bundle of the cluster's present release below prepare/, which leaves out what only an earlier one needed; then this one again.`,
      };
    });
}

function collision(known: DesiredRole, asked: DesiredRole): Problem {
  const { namespace, name } = known.secretRef;
  return {
    code: 'RoleNameCollision',
    ...asked.source,
    field: 'spec.secretRef',
    message: `Its role name "${asked.name}" is that of ${namespace}/${name}, which the cluster has.`,
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
