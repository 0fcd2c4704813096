import pMap from 'p-map';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import { type DesiredRole, type DesiredState, oversizes, runOf } from '../../domain/desired-state.ts';
import { ChangedSincePlan, ResourceConflict } from '../../domain/errors.ts';
import type { RoleState } from '../../domain/observed.ts';
import { keyId, readPublicKey } from '../../domain/oidc.ts';
import type { Plan, Removals } from '../../domain/plan.ts';
import { policySize, samePolicy } from '../../domain/policy-document.ts';
import { appliedTo, roleRule, unusedRoles } from '../../domain/release-change.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { issuer } from '../../resources/issuer/resource.ts';
import { role } from '../../resources/role/resource.ts';
import { signingKey } from '../../resources/signing-key/resource.ts';
import { type Specs, specsOf } from '../../resources/specs.ts';

export interface PlanCollaborators {
  readonly store: ObjectStore;
  readonly issuerBucket: IssuerBucket;
  readonly providers: IdentityProviders;
  readonly roles: Roles;
}

/** GetRole is throttled at about fifteen a second on a busy account; the SDK waits when IAM says so. */
const READS_AT_ONCE = 40;

/** A plan, and the desired state that it brings about. */
export interface Planned {
  readonly desired: DesiredState;
  readonly plan: Plan;
}

/**
 * Observes everything that a cluster needs and compares it with what is there. Reads only.
 * Throws ResourceConflict naming every resource that is somebody else's, all at once, and SigningKeyConflict
 * or SigningKeyLost when the signing key does not fit.
 */
export async function planChanges(desired: DesiredState, collaborators: PlanCollaborators): Promise<Plan> {
  return (await plan(desired, [], collaborators)).plan;
}

/**
 * The same for an upgrade or a prune of a cluster that is there. An upgrade's desired state is what the release
 * asks for, what the cluster's last run brought about and what is in IAM, all in one.
 * Throws ChangedSincePlan when another run made the cluster another one after the bundle was read.
 *
 * @param last What the cluster's last run brought about, read under the cluster's lock.
 */
export async function planReleaseChange(
  asked: DesiredState,
  last: DesiredState | undefined,
  collaborators: PlanCollaborators,
): Promise<Planned> {
  const desired = last === undefined ? undefined : appliedTo(asked, last);
  if (desired === undefined || last === undefined) {
    throw new ChangedSincePlan(
      `Cluster ${asked.cluster.name} was prepared anew, or taken out of the registry, after this bundle was read.`,
    );
  }
  return plan(desired, unusedRoles(desired, last), collaborators);
}

async function plan(
  wanted: DesiredState,
  unused: readonly DesiredRole[],
  collaborators: PlanCollaborators,
): Promise<Planned> {
  const wantedSpecs = specsOf(wanted);
  const conflicts = new Conflicts();
  const [key, bucket, provider, files, observedRoles, removals] = await Promise.all([
    conflicts.collect(signingKey.observe(wantedSpecs.signingKey, collaborators)),
    conflicts.collect(issuer.observe(wantedSpecs.issuer, collaborators)),
    conflicts.collect(identityProvider.observe(wantedSpecs.identityProvider, collaborators)),
    installFiles.observe(wantedSpecs.installFiles, collaborators),
    pMap(wanted.roles, (each) => conflicts.collect(observeWanted(each, wanted, collaborators)), {
      concurrency: READS_AT_ONCE,
    }),
    planRemovals(unused, wanted, collaborators),
  ]);
  conflicts.throwIfAny();

  const kid = key?.pair?.kid ?? key?.publicFile?.kid;
  // A key of the bundle is known before it is stored, and may be published already.
  const signingKid = kid ?? (wanted.publicKeyPem && keyId(readPublicKey(wanted.publicKeyPem)));
  const observed = observedRoles.filter((each) => each !== undefined);
  const desired = { ...wanted, roles: observed.map((each) => each.role) };
  const specs = specsOf(desired, signingKid);
  const keyChanges = signingKey.diff(specs.signingKey, key ?? {});
  return {
    desired,
    plan: {
      version: 1,
      run: desired.run,
      signingKey: { changes: keyChanges, ...(kid === undefined ? {} : { kid }) },
      issuer: {
        changes: issuer.diff(specs.issuer, bucket),
        ...(bucket === undefined ? {} : { before: bucket }),
      },
      provider: {
        changes: identityProvider.diff(specs.identityProvider, provider),
        ...(provider === undefined ? {} : { before: provider }),
      },
      roles: plannedRoles(observed, specs),
      files: { changes: installFiles.diff(specs.installFiles, files) },
      ...(removals === undefined ? {} : { removals }),
    },
  };
}

/** The roles that change. */
function plannedRoles(observed: readonly ObservedRole[], specs: Specs): Plan['roles'] {
  return observed
    .map(({ role: desired, before }, index) => ({
      index,
      changes: role.diff(specs.role(desired), before),
      ...(before === undefined ? {} : { before }),
    }))
    .filter(({ changes }) => changes.length > 0);
}

interface ObservedRole {
  readonly role: DesiredRole;
  /** Absent when the role is not there. */
  readonly before?: RoleState;
}

/** Looks at a role; to an upgrade, what it has is wanted too. Throws ResourceConflict when both together are over IAM's limits. */
async function observeWanted(
  desired: DesiredRole,
  wanted: DesiredState,
  collaborators: PlanCollaborators,
): Promise<ObservedRole> {
  const { cluster, tags } = wanted;
  const before = await role.observe({ cluster: cluster.name, tags, desired }, collaborators);
  if (before === undefined) return { role: desired };
  const united = roleRule(runOf(wanted)).withLive(desired, before);
  if (united === desired) return { role: desired, before };
  const [over] = oversizes(united).filter(({ code }) =>
    code === 'PolicyTooLarge'
      ? !samePolicy(united.policy, before.policy)
      : !samePolicy(united.trust, before.trust),
  );
  if (over === undefined) return { role: united, before };
  const live = over.code === 'PolicyTooLarge' ? before.policy : before.trust;
  const has = live === undefined ? 0 : policySize(live);
  throw new ResourceConflict(
    `The ${over.policy} of IAM role ${desired.name} would have ${over.size} characters together with the ${has} that it has; IAM allows ${over.limit}. An upgrade removes nothing: take out of it what nobody needs, and upload the bundle again.`,
  );
}

/** What a prune takes away; undefined when there is nothing that could go. */
async function planRemovals(
  unused: readonly DesiredRole[],
  { cluster, issuer: needed, roles }: DesiredState,
  collaborators: PlanCollaborators,
): Promise<Removals | undefined> {
  if (unused.length === 0) return undefined;
  const [manifests, found] = await Promise.all([
    installFiles.remove.observe(
      { cluster: cluster.name, desired: { unused, issuer: needed, roles } },
      collaborators,
    ),
    pMap(unused, (desired) => role.remove.observe({ cluster: cluster.name, desired }, collaborators), {
      concurrency: READS_AT_ONCE,
    }),
  ]);
  return {
    manifests: manifests.flatMap((each) => ('kept' in each ? [] : each)),
    roles: found.flat().flatMap((each) => ('kept' in each ? [] : each)),
    kept: [...manifests, ...found.flat()].flatMap((each) => ('kept' in each ? each.kept : [])),
  };
}

/** Collects conflicts, so that an operator sees all of them and not the first. */
class Conflicts {
  readonly #found: ResourceConflict[] = [];

  async collect<Observed>(observing: Promise<Observed>): Promise<Observed | undefined> {
    try {
      return await observing;
    } catch (error) {
      if (!(error instanceof ResourceConflict)) throw error;
      this.#found.push(error);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.#found.length > 0)
      throw new ResourceConflict(this.#found.map(({ message }) => message).join('\n'));
  }
}
