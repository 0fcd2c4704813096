import pMap from 'p-map';
import type { AccountLimits } from '../../aws/account-limits.ts';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { Applied } from '../../domain/apply-change.ts';
import type { Part } from '../../domain/cluster-run.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { mergeWithLive } from '../../domain/merge.ts';
import { hasPart, partsMadeBy } from '../../domain/parts.ts';
import type { Plan, PlannedChanges } from '../../domain/plan.ts';
import { policySize, samePolicy } from '../../domain/policy-document.ts';
import type { GuardRules } from '../../domain/policy-guard.ts';
import { restrictedRole } from '../../domain/restrictions.ts';
import { policySizeViolations } from '../../domain/role-checks.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { hasKeys, partOfFile } from '../../resources/install-files/desired.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { type IssuerAccess, issuer } from '../../resources/issuer/resource.ts';
import { role } from '../../resources/role/resource.ts';
import type { SigningKeyState } from '../../resources/signing-key/observe.ts';
import { signingKey } from '../../resources/signing-key/resource.ts';
import { type ClusterKeys, recordedFiles, type Specs, specsOf } from '../../resources/specs.ts';
import type { RegisteredCluster } from '../../storage/registered-cluster.ts';
import { begun } from '../../util/begun.ts';
import { defined } from '../../util/defined.ts';
import { appliedToKnown } from './applied-to-known.ts';
import { readFurther } from './further-policies.ts';
import { type LeftRole, leftAsIs, readBoundaries } from './left-as-is.ts';
import { refuseOtherIssuer } from './other-issuer.ts';
import { planKeys } from './plan-keys.ts';
import { observeUnused, planRemovals, READ_CONCURRENCY } from './plan-removals.ts';
import {
  checkDeployment,
  checkGrants,
  checkGround,
  checkNamed,
  checkProviderQuota,
  checkPublicAccess,
  checkRoleQuota,
  Obstacles,
} from './preflight.ts';
import { checkTagRoom } from './tag-room.ts';
import { takenBack, takenFromDiscovery } from './taken-back.ts';

export interface PlanCollaborators extends IssuerAccess {
  readonly store: ObjectStore;
  readonly providers: IdentityProviders;
  readonly roles: Roles;
  readonly limits: AccountLimits;
  /** What a role may be granted. */
  readonly guard: GuardRules;
  /** Whether a bundle may bring the signing key of a new cluster. */
  readonly ownSigningKeys: boolean;
}

/**
 * Observes everything that a cluster needs and compares it with what is there. Reads only. What a run brings about
 * follows from its bundle and from what the cluster has: an upgrade's desired state is what the release asks for, what
 * the last run brought about and what is in IAM, all in one.
 * Throws RolesWouldBeForgotten when the bundle of an operation that keeps nothing else says less than the cluster has,
 * an `Obstacle` with everything that stands against the plan, all at once (ResourceConflict, RightsMissing, RegionNotEnabled
 * and what `preflight.ts` throws), what `decideKeys` throws when the keys do not fit, SigningKeyLost when the private key is gone, and ChangedSincePlan when another run made the cluster another
 * one after the bundle was read.
 *
 * @param known The cluster as the registry knows it, read under its lock; undefined when it does not.
 */
export async function planChanges(
  desired: DesiredState,
  known: RegisteredCluster | undefined,
  collaborators: PlanCollaborators,
): Promise<PlannedChanges> {
  return plan(appliedToKnown(desired, known), known, collaborators);
}

async function plan(
  applied: Applied,
  known: RegisteredCluster | undefined,
  collaborators: PlanCollaborators,
): Promise<PlannedChanges> {
  const unused = await observeUnused(applied, collaborators);
  const desired = { ...applied.desired, roles: [...applied.desired.roles, ...unused.inUse] };
  const made = partsMadeBy(desired);
  const desiredSpecs = specsOf(desired);
  const recorded = new Set(known?.current.roles.map(({ name }) => name));
  const obstacles = new Obstacles();
  const observedProvider = obstacles.collect(
    identityProvider.observe(desiredSpecs.identityProvider, collaborators),
  );
  // Beside all that is read of the cluster. What it says is told with the other obstacles.
  const ofThisDeployment = begun(
    observedProvider.then((provider) => checkDeployment(desired, provider, collaborators.store)),
  );
  const [key, bucket, provider, files, observedRoles, removals] = await Promise.all([
    obstacles.collect(signingKey.observe(desiredSpecs.signingKey, collaborators)),
    obstacles.collect(issuer.observe(desiredSpecs.issuer, collaborators)),
    observedProvider,
    installFiles.observe(recordedFiles(desiredSpecs.installFiles, known?.entry), collaborators),
    made.has('roles')
      ? pMap(
          desired.roles,
          (each) =>
            obstacles.collect(
              observeDesired(
                each,
                desired,
                { isExact: applied.exact.has(each.name), isRecorded: recorded.has(each.name) },
                collaborators,
              ),
            ),
          { concurrency: READ_CONCURRENCY },
        )
      : desired.roles.map((each): LeftRole | undefined => ({ role: each })),
    planRemovals(unused, known?.current, desired, collaborators),
  ]);
  await obstacles.collect(
    refuseOtherIssuer(
      observedRoles.flatMap((each) =>
        each?.before === undefined
          ? []
          : {
              name: each.role.name,
              trust: each.before.trust,
              becomes: made.has('roles') ? each.role.trust : each.before.trust,
            },
      ),
      desired.providerArn,
      collaborators.providers,
    ),
  );
  const exists = provider !== undefined || observedRoles.some((each) => each?.before !== undefined);
  const hasResults = files.archiveEtag !== undefined || Object.keys(files.manifests).length > 0;
  const observedKeys = { signingKey: key ?? {}, jwks: bucket?.jwks?.body, exists, hasResults };
  // Whose the bucket is comes before which keys it has.
  let keyProblem: unknown;
  const signing = await obstacles
    .collect(Promise.resolve().then(() => planKeys(desired, known?.entry, observedKeys, collaborators)))
    .catch((error) => {
      keyProblem = error;
      return undefined;
    });
  const isLive = (known !== undefined && hasPart(known.current, 'issuer')) || exists;
  const issuerDiff = await obstacles.collect(planIssuer(desired, { isLive, signing }, bucket));
  // What stands against a part stands against the others too, but only the run's own are changed.
  const of = <Made>(part: Part, changes: readonly Made[]) => (made.has(part) ? changes : []);
  const issuerChanges = of('issuer', issuerDiff ?? []);
  const observed = observedRoles.filter((each) => each !== undefined);
  const merged = { ...desired, roles: observed.map((each) => each.role) };
  const roles = made.has('roles') ? plannedRoles(observed, specsOf(merged)) : [];
  const providerChanges = of('issuer', identityProvider.diff(desiredSpecs.identityProvider, provider));
  const left = made.has('roles') ? observed : [];
  const [boundaries = new Map()] = await Promise.all([
    obstacles.collect(readBoundaries(left, collaborators.limits)),
    obstacles.collectAll([
      checkGround(desired, { publicKid: key?.publicFile?.kid, kid: signing?.kid, provider }),
      checkPublicAccess(desired, issuerChanges, collaborators.limits),
      checkRoleQuota(roles, collaborators.limits),
      checkProviderQuota(providerChanges, collaborators.limits),
      checkNamed(desired.cluster.name, changingRoles(merged, roles, removals)),
      checkGrants(merged, roles, collaborators.guard),
      checkTagRoom(merged, {
        roles,
        provider: { changes: providerChanges, ...defined({ before: provider }) },
        issuer: { changes: issuerChanges, ...defined({ before: bucket }) },
      }),
      ofThisDeployment,
    ]),
  ]);
  obstacles.throwIfAny();
  if (signing === undefined) throw keyProblem;

  const specs = specsOf(merged, signing);
  return {
    desired: merged,
    plan: {
      version: 1,
      run: merged.run,
      signingKey: {
        changes: made.has('key') ? signingKey.diff(specs.signingKey, key ?? {}) : [],
        ...signing,
      },
      issuer: {
        changes: issuerChanges,
        // Of an issuer that somebody else keeps nothing is changed.
        ...defined({ before: bucket !== undefined && 'tags' in bucket ? bucket : undefined }),
      },
      provider: {
        changes: providerChanges,
        ...defined({ before: provider }),
      },
      roles,
      files: {
        changes: installFiles
          .diff(recordedFiles(specs.installFiles, known?.entry), files)
          .filter(({ resource }) => isWritten(resource, { desired: merged, made, key })),
      },
      ...defined({ removals }),
      ...leftAsIs(merged, {
        roles: left,
        boundaries,
        provider,
        bucketPolicy: bucket !== undefined && 'policy' in bucket ? bucket.policy : undefined,
        takenBack: [
          ...takenBack(merged, left, known?.current.roles),
          ...takenFromDiscovery(merged, issuerChanges, bucket?.discovery?.body),
        ],
      }),
    },
  };
}

/** Whether a run writes a file: one of its own parts, or the archive of all, where there is a key to pack or none is packed. */
function isWritten(
  path: string,
  {
    desired,
    made,
    key,
  }: { desired: DesiredState; made: ReadonlySet<Part>; key: SigningKeyState | undefined },
): boolean {
  const part = partOfFile(path, desired);
  if (part !== undefined) return made.has(part);
  return made.has('key') || !hasKeys(desired) || key?.publicFile !== undefined;
}

/** What changes of the issuer. Throws ResourceConflict where a run could harm whoever uses it. */
async function planIssuer(
  desired: DesiredState,
  { isLive, signing }: { readonly isLive: boolean; readonly signing: ClusterKeys | undefined },
  state: Awaited<ReturnType<typeof issuer.observe>>,
): Promise<Plan['issuer']['changes']> {
  const spec = specsOf(desired, signing).issuer;
  return issuer.diff({ ...spec, desired: { ...spec.desired, isLive } }, state);
}

/** The roles that change. */
function plannedRoles(observed: readonly LeftRole[], specs: Specs): Plan['roles'] {
  return observed
    .map(({ role: desired, before }, index) => ({
      index,
      changes: role.diff(specs.role(desired), before),
      ...defined({ before }),
    }))
    .filter(({ changes }) => changes.length > 0);
}

/** The roles that a run changes or removes, with what they are. */
function changingRoles(desired: DesiredState, planned: Plan['roles'], removals: Plan['removals']) {
  return [
    ...planned.map(({ index, before }) => ({
      name: desired.roles[index]?.name ?? '',
      ...defined({ before }),
    })),
    ...(removals?.roles ?? []),
  ];
}

/**
 * Looks at a role. Unless it is to be exactly what is asked for, what it has is desired too. Throws ResourceConflict
 * when both together are over IAM's limits.
 */
async function observeDesired(
  desired: DesiredRole,
  state: DesiredState,
  { isExact, isRecorded }: { readonly isExact: boolean; readonly isRecorded: boolean },
  collaborators: PlanCollaborators,
): Promise<LeftRole> {
  const { cluster, tags } = state;
  // IAM's call rates are low, and at first no role of a cluster is there.
  const beside = isRecorded ? begun(readFurther(desired.name, collaborators)) : undefined;
  const before = await role.observe({ cluster: cluster.name, tags, desired }, collaborators);
  if (before === undefined) return { role: desired };
  const restricted = restrictedRole(desired, state, before.trust);
  const merged = isExact ? restricted : mergeWithLive(restricted, before);
  const [over] = policySizeViolations(merged).filter(({ code }) =>
    code === 'PolicyTooLarge'
      ? !samePolicy(merged.policy, before.policy)
      : !samePolicy(merged.trust, before.trust),
  );
  if (over === undefined)
    return { role: merged, before, further: await (beside ?? readFurther(desired.name, collaborators)) };
  const live = over.code === 'PolicyTooLarge' ? before.policy : before.trust;
  const has = live === undefined ? 0 : policySize(live);
  throw new ResourceConflict(
    `The ${over.policy} of IAM role ${desired.name} would have ${over.size} characters together with the ${has} that it has; IAM allows ${over.limit}. The run removes nothing of it: take out what nobody needs, and upload the bundle again.`,
  );
}
