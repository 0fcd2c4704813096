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
import { appliedTo, unusedRoles } from '../../domain/release-change.ts';
import { uniteWithLive } from '../../domain/union.ts';
import { diffProvider } from '../../resources/identity-provider/diff.ts';
import { observeProvider } from '../../resources/identity-provider/observe.ts';
import { desiredManifests, newSecrets, releaseSecrets } from '../../resources/install-files/desired.ts';
import { diffFiles, diffInstallFiles } from '../../resources/install-files/diff.ts';
import { observeInstallFiles } from '../../resources/install-files/observe.ts';
import { observeUnusedManifests } from '../../resources/install-files/remove.ts';
import { diffIssuer } from '../../resources/issuer/diff.ts';
import { observeIssuer } from '../../resources/issuer/observe.ts';
import { diffRole } from '../../resources/role/diff.ts';
import { observeRole } from '../../resources/role/observe.ts';
import { observeUnusedRole } from '../../resources/role/remove.ts';
import { diffSigningKey } from '../../resources/signing-key/diff.ts';
import { observeSigningKey } from '../../resources/signing-key/observe.ts';

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
  { store, issuerBucket, providers, roles }: PlanCollaborators,
): Promise<Planned> {
  const { cluster, issuer, tags } = wanted;
  const manifests = desiredManifests(wanted);
  const conflicts = new Conflicts();
  const [key, bucket, provider, files, observedRoles, removals] = await Promise.all([
    conflicts.collect(observeSigningKey(cluster.name, store)),
    conflicts.collect(observeIssuer(issuer, cluster.name, issuerBucket)),
    conflicts.collect(observeProvider(wanted.providerArn, cluster.name, providers)),
    observeInstallFiles(cluster.name, [...manifests, ...releaseSecrets(wanted)], store),
    pMap(wanted.roles, (role) => conflicts.collect(observeWanted(role, wanted, roles)), {
      concurrency: READS_AT_ONCE,
    }),
    planRemovals(unused, wanted, store, roles),
  ]);
  conflicts.throwIfAny();

  const keyChanges = diffSigningKey(wanted.publicKeyPem, key ?? {});
  const kid = key?.pair?.kid ?? key?.publicFile?.kid;
  // A key of the bundle is known before it is stored, and may be published already.
  const signingKid = kid ?? (wanted.publicKeyPem && keyId(readPublicKey(wanted.publicKeyPem)));
  const observed = observedRoles.filter((each) => each !== undefined);
  const desired = { ...wanted, roles: observed.map(({ role }) => role) };
  const installFiles = diffInstallFiles(manifests, signingKid, files);
  return {
    desired,
    plan: {
      version: 1,
      run: desired.run,
      signingKey: { changes: keyChanges, ...(kid === undefined ? {} : { kid }) },
      issuer: {
        changes: diffIssuer(
          {
            clusterName: cluster.name,
            issuer,
            tags,
            ...(signingKid === undefined ? {} : { kid: signingKid }),
          },
          bucket,
        ),
        ...(bucket === undefined ? {} : { before: bucket }),
      },
      provider: {
        changes: diffProvider(desired.providerArn, tags, provider),
        ...(provider === undefined ? {} : { before: provider }),
      },
      roles: observed
        .map(({ role, before }, index) => ({
          index,
          changes: diffRole(role, tags, before),
          ...(before === undefined ? {} : { before }),
        }))
        .filter(({ changes }) => changes.length > 0),
      files: { changes: [...installFiles, ...diffFiles(newSecrets(desired, installFiles), files)] },
      ...(removals === undefined ? {} : { removals }),
    },
  };
}

interface ObservedRole {
  readonly role: DesiredRole;
  /** Absent when the role is not there. */
  readonly before?: RoleState;
}

/** Looks at a role; to an upgrade, what it has is wanted too. Throws ResourceConflict when both together are over IAM's limits. */
async function observeWanted(role: DesiredRole, desired: DesiredState, roles: Roles): Promise<ObservedRole> {
  const before = await observeRole(role, desired.cluster.name, roles);
  if (before === undefined) return { role };
  if (runOf(desired).roles === 'those-of-the-bundle') return { role, before };
  const united = uniteWithLive(role, before);
  const [over] = oversizes(united).filter(({ code }) =>
    code === 'PolicyTooLarge'
      ? !samePolicy(united.policy, before.policy)
      : !samePolicy(united.trust, before.trust),
  );
  if (over === undefined) return { role: united, before };
  const live = over.code === 'PolicyTooLarge' ? before.policy : before.trust;
  const has = live === undefined ? 0 : policySize(live);
  throw new ResourceConflict(
    `The ${over.policy} of IAM role ${role.name} would have ${over.size} characters together with the ${has} that it has; IAM allows ${over.limit}. An upgrade removes nothing: take out of it what nobody needs, and upload the bundle again.`,
  );
}

/** What a prune takes away; undefined when there is nothing that could go. */
async function planRemovals(
  unused: readonly DesiredRole[],
  desired: DesiredState,
  store: ObjectStore,
  roles: Roles,
): Promise<Removals | undefined> {
  if (unused.length === 0) return undefined;
  const [manifests, found] = await Promise.all([
    observeUnusedManifests(unused, desired, store),
    pMap(unused, (role) => observeUnusedRole(role, desired.cluster.name, roles), {
      concurrency: READS_AT_ONCE,
    }),
  ]);
  return {
    manifests,
    roles: found.flatMap((each) => (each === undefined || 'kept' in each ? [] : each)),
    kept: found.flatMap((each) => (each !== undefined && 'kept' in each ? each.kept : [])),
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
