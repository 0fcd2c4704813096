import { defined } from '../util/defined.ts';
import { addOnOf, releaseOf, runOf, saysAll } from './cluster-change.ts';
import type { ClusterRun } from './cluster-run.ts';
import type { ClusterSpec } from './cluster-spec.ts';
import type { AddOn, DesiredRole, DesiredState } from './desired-state.ts';
import { keepFound } from './found-besides.ts';
import { mergeRole, mergeRoles } from './merge.ts';
import { hasPart, partsAfter } from './parts.ts';
import type { StoredEntry } from './registry.ts';
import { checkRelease } from './release-change.ts';
import { FROM_RELEASE, fromAddOn } from './request-source.ts';
import {
  describeSources,
  isAskedBy,
  isOfAddOnsOnly,
  isOfRelease,
  isOnlyOf,
  requestsOf,
  withoutSource,
} from './role-sources.ts';
import { sortUnasked, type UnusedRole } from './unused-roles.ts';

/** A cluster as the registry knows it. */
export interface KnownCluster {
  readonly entry: StoredEntry;
  /** What the cluster's last run brought about. */
  readonly current: DesiredState;
}

/** What becomes of the roles and add-ons of a cluster that is there. */
interface AppliedRequests extends Pick<DesiredState, 'roles' | 'addOns'> {
  /** Names of the roles that become just what is asked for. Of what the others have in IAM nothing is taken away. */
  readonly exact: ReadonlySet<string>;
  /** Roles that go, unless IAM shows that they are in use. They are not among the others. */
  readonly unused: readonly UnusedRole[];
  /** Why a role stays although a request for it is gone, one sentence each. */
  readonly kept: readonly string[];
}

/** What a run brings about, now that it is known what there is. */
export interface Applied extends Omit<AppliedRequests, 'roles' | 'addOns'> {
  readonly desired: DesiredState;
}

/**
 * What a run brings about, now that it is known what there is: its bundle's requests, and of the cluster's other
 * requests all that the bundle does not speak for. To apply it to its own result changes nothing. Undefined when the
 * cluster is another one than the bundle was read for.
 */
export function appliedTo(desired: DesiredState, known: KnownCluster | undefined): Applied | undefined {
  const { clusterChange: change } = desired;
  if (known === undefined) {
    return saysAll(desired)
      ? { desired: withParts(desired), exact: namesOf(desired.roles), unused: [], kept: [] }
      : undefined;
  }
  const { current } = known;
  if (!saysAll(desired) && !sameSpec(desired.cluster, current.cluster)) return undefined;
  const isOfRun = change === undefined || !('release' in change);
  if (!isOfRun && checkRelease(change, current.cluster.release).length > 0) return undefined;
  const run = runOf(desired);
  const applied = RULES[run.requests](desired, known);
  if (applied === undefined) return undefined;
  const { roles, addOns, ...rest } = applied;
  const { permissionsBoundaryArn } = desired.cluster;
  // A boundary that came to be demanded is demanded of every role.
  const bounded = (all: readonly DesiredRole[]) =>
    run.makes.includes('roles')
      ? all.map((role) => ({ ...role, ...defined({ permissionsBoundaryArn }) }))
      : all;
  return {
    ...rest,
    desired: {
      ...withParts(desired, current),
      ...defined({ approval: desired.approval ?? current.approval }),
      cluster: atItsRelease(desired.cluster, current, run),
      roles: bounded(roles),
      addOns: addOns.map((addOn) => ({ ...addOn, roles: bounded(addOn.roles) })),
    },
  };
}

/** With the parts that the cluster has afterwards: those that it had, and those of the run. */
function withParts({ parts: _, ...desired }: DesiredState, current?: DesiredState): DesiredState {
  return { ...desired, ...partsAfter(desired, current) };
}

type Rule = (desired: DesiredState, known: KnownCluster) => AppliedRequests | undefined;

const RULES: Readonly<Record<ClusterRun['requests'], Rule>> = {
  'of-the-release-exactly': (desired, known) => {
    const { current } = known;
    const ofAddOns = requestsOf(current.addOns);
    const asked = askedByRelease(desired).map((role) => {
      const more = ofAddOns.get(role.name);
      return keepFound(more === undefined ? role : mergeRole(role, more), current.roles);
    });
    const names = namesOf(asked);
    const others = current.roles.filter(({ name }) => !names.has(name));
    const ofAddOnsToo = others.filter((role) => role.requestedBy.some(({ type }) => type === 'add-on'));
    // The release asks for them no more; what the add-on asks for by itself stays.
    const handedOver = ofAddOnsToo.filter(isOfRelease).map((role) => {
      return keepFound(ofAddOns.get(role.name) ?? withoutSource(role, FROM_RELEASE), current.roles);
    });
    const { unused, kept } = sortUnasked(
      others.filter((role) => !ofAddOnsToo.includes(role)),
      desired,
      known.entry,
    );
    return {
      roles: [
        ...asked,
        ...handedOver,
        ...ofAddOnsToo.filter(isOfAddOnsOnly),
        ...kept.map(({ role }) => role),
      ],
      addOns: current.addOns,
      exact: new Set([...names, ...namesOf(handedOver)]),
      unused,
      kept: kept.map(({ why }) => why),
    };
  },

  'of-the-release-too': (desired, { current }) => ({
    roles: mergeRoles(current.roles, desired.roles, releaseOf(desired)),
    addOns: current.addOns,
    exact: new Set(),
    unused: [],
    kept: [],
  }),

  'of-an-add-on-exactly': (desired, { current }) => {
    const [addOn] = desired.addOns.filter(({ name }) => name === addOnOf(desired));
    if (addOn === undefined) return undefined;
    const addOns = [...current.addOns.filter(({ name }) => name !== addOn.name), addOn].sort(byName);
    const own = new Map(addOn.roles.map((role) => [role.name, role]));
    const together = requestsOf(addOns);
    const isReplaced = (role: DesiredRole) =>
      own.has(role.name) && isAskedBy(role, fromAddOn(addOn.name)) && isOfAddOnsOnly(role);
    const kept = current.roles.filter(
      (role) => isAskedBy(role, fromAddOn(addOn.name)) && !own.has(role.name),
    );
    return {
      roles: mergeRoles(
        current.roles.map((role) =>
          isReplaced(role) ? keepFound(together.get(role.name) ?? role, current.roles) : role,
        ),
        addOn.roles,
      ),
      addOns,
      exact: namesOf(current.roles.filter(isReplaced)),
      unused: [],
      kept: kept.map(
        ({ name }) =>
          `IAM role ${name} stays, though add-on ${addOn.name} does not ask for it any more: the cluster may use it. If it does not, upload remove/${desired.cluster.name}/${addOn.name}.yaml, and this bundle again after it.`,
      ),
    };
  },

  'of-nobody': (_, { current }) => ({
    roles: current.roles,
    addOns: current.addOns,
    exact: new Set(),
    unused: [],
    kept: [],
  }),

  'none-of-an-add-on': (desired, { current }) => {
    const name = addOnOf(desired) ?? '';
    if (!current.addOns.some((addOn) => addOn.name === name)) return undefined;
    const source = fromAddOn(name);
    const staying = current.roles.filter((role) => !isOnlyOf(role, name));
    return {
      roles: staying.map((role) => withoutSource(role, source)),
      addOns: current.addOns.filter((addOn) => addOn.name !== name),
      exact: new Set(),
      unused: current.roles.filter((role) => isOnlyOf(role, name)).map((role) => ({ role })),
      kept: staying
        .filter((role) => isAskedBy(role, source))
        .map(
          (role) =>
            `IAM role ${role.name} stays with all that it has: ${describeSources(withoutSource(role, source))} asks for it too.`,
        ),
    };
  },
};

/** What the bundle itself asks for; after a first attempt there is more in the desired state. */
function askedByRelease({ clusterChange, roles }: DesiredState): readonly DesiredRole[] {
  const named = clusterChange !== undefined && 'asked' in clusterChange ? clusterChange.asked : undefined;
  return roles.filter((role) => isOfRelease(role) && (named === undefined || named.includes(role.name)));
}

function namesOf(roles: readonly DesiredRole[]): ReadonlySet<string> {
  return new Set(roles.map(({ name }) => name));
}

function byName(left: AddOn, right: AddOn): number {
  return left.name < right.name ? -1 : 1;
}

/** The facts of a bundle at the release that the cluster is of from now on; a bundle that names none moves nothing. */
function atItsRelease(
  { release, ...facts }: ClusterSpec,
  { cluster: current, ...desired }: DesiredState,
  { movesRelease, makes }: ClusterRun,
): ClusterSpec {
  // The release of a cluster, and what counts for it, is that of its roles.
  if (!makes.includes('roles') && hasPart(desired, 'roles')) return current;
  return { ...facts, ...defined({ release: (movesRelease ? release : undefined) ?? current.release }) };
}

/** Everything but the release; what the cluster's record does not say may have come to be demanded, or known, since. */
function sameSpec(left: ClusterSpec, right: ClusterSpec): boolean {
  const { permissionsBoundaryArn, featureGates, capabilities } = left;
  const late = defined({ permissionsBoundaryArn, featureGates, capabilities });
  const comparable = ({ release: _, ...facts }: ClusterSpec) =>
    JSON.stringify(Object.entries({ ...late, ...facts }).sort(([a], [b]) => (a < b ? -1 : 1)));
  return comparable(left) === comparable(right);
}
