import type { AccountLimits } from '../../aws/account-limits.ts';
import { isAwsError } from '../../aws/errors.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Change } from '../../domain/change.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import {
  AccountBlocksPublicAccess,
  EarlierStepMissing,
  GrantRefused,
  OtherDeployment,
  QuotaReached,
  ResourceConflict,
  RightsMissing,
  RoleLacksName,
} from '../../domain/errors.ts';
import { RUN_TAG } from '../../domain/names.ts';
import type { ProviderState, RoleState } from '../../domain/observed.ts';
import { partsMadeBy, stepOf } from '../../domain/parts.ts';
import type { Plan, PlannedRole } from '../../domain/plan.ts';
import type { GuardRules } from '../../domain/policy-guard.ts';
import { grantsBeyond, ofCluster } from '../../domain/role-grants.ts';
import { Obstacle } from '../../domain/task-error.ts';
import { findRun } from '../../storage/run-index.ts';

/*
 * What can be known to stand against a plan before anything is made. Each throws the error of its name. What AWS does not
 * tell is no obstacle: then the call itself will show.
 */

/** Parts of an issuer bucket that account-level settings can forbid. */
const OPENING = ['all', 'public access block', 'policy'];

/** Throws AccountBlocksPublicAccess when the plan opens a bucket to the public and the account as a whole forbids it. */
export async function checkPublicAccess(
  { issuer, providerArn }: Pick<DesiredState, 'issuer' | 'providerArn'>,
  changes: readonly Change[],
  limits: AccountLimits,
): Promise<void> {
  if (issuer.type === 'existing' || !changes.some(({ part }) => OPENING.includes(part))) return;
  const settings = (await limits.publicAccessBlock()) ?? [];
  if (settings.length === 0) return;
  const [, , , , account = ''] = providerArn.split(':');
  throw new AccountBlocksPublicAccess(
    `Account ${account} blocks public access to all of its buckets (${settings.join(', ')}), and STS has to read the documents in bucket ${issuer.bucket} without credentials. Allow public bucket policies (aws s3control put-public-access-block --account-id ${account} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false), or have the issuer served by CloudFront and name its provider in cluster.yaml (issuer: {type: existing, providerArn: …}).`,
  );
}

/** Throws QuotaReached when the account would have more roles than it may. */
export async function checkRoleQuota(planned: readonly PlannedRole[], limits: AccountLimits): Promise<void> {
  const made = planned.filter(({ before }) => before === undefined).length;
  if (made === 0) return;
  const found = await limits.roleQuota();
  if (found === undefined || found.roles + made <= found.quota) return;
  throw new QuotaReached(
    `The account has ${found.roles} of the ${found.quota} IAM roles that it may have, and this run makes ${made}. Delete roles that nobody needs, or have the quota raised (Service Quotas, in the partition's IAM region: "Roles per account"), and upload the bundle again.`,
  );
}

/** Throws QuotaReached when the provider of a new cluster would be more than the account may have. */
export async function checkProviderQuota(
  changes: Plan['provider']['changes'],
  limits: AccountLimits,
): Promise<void> {
  if (!changes.some(({ action }) => action === 'create')) return;
  const found = await limits.providerQuota();
  if (found === undefined || found.providers < found.quota) return;
  throw new QuotaReached(
    `The account has ${found.providers} of the ${found.quota} IAM OIDC providers that it may have, and this run makes one. Delete providers that nobody needs (discover/ lists the clusters of the account), or have the quota raised (Service Quotas, in the partition's IAM region: "OpenId connect providers per account"), and upload the bundle again.`,
  );
}

/**
 * Throws RoleLacksName when a role that changes has no tag `Name`: the functions' own policies allow changes to roles
 * that have one, since IAM cannot compare the keys of owner tags (docs/permissions.md).
 */
export async function checkNamed(
  cluster: string,
  changing: readonly { readonly name: string; readonly before?: RoleState }[],
): Promise<void> {
  const nameless = changing.filter(({ before }) => before !== undefined && !('Name' in before.tags));
  if (nameless.length === 0) return;
  throw new RoleLacksName(
    nameless
      .map(
        ({ name }) =>
          `IAM role ${name} has the owner tag of cluster ${cluster} and no tag Name, so the pipeline may not change it. Give it one, and upload the bundle again: aws iam tag-role --role-name ${name} --tags Key=Name,Value=${cluster}`,
      )
      .join('\n'),
  );
}

/**
 * Throws EarlierStepMissing when a single step lacks what it builds on: an issuer is made for a key whose public half is
 * stored, and roles trust a provider that is there.
 */
export async function checkGround(
  desired: DesiredState,
  found: {
    /** Key id of the public file that is stored. */
    readonly publicKid: string | undefined;
    /** Of the key that the cluster signs with. */
    readonly kid: string | undefined;
    readonly provider: ProviderState | undefined;
  },
): Promise<void> {
  const made = partsMadeBy(desired);
  const [stepForKey, stepForIssuer] = [stepOf('key'), stepOf('issuer')];
  const { name } = desired.cluster;
  const hasKey = found.kid !== undefined && found.kid === found.publicKid;
  if (made.has('issuer') && !made.has('key') && !hasKey)
    throw new EarlierStepMissing(
      `Cluster ${name} has no signing key here that its issuer could publish. Upload the bundle below ${stepForKey}/ first; or, if the private key is kept elsewhere, put its public half into the bundle and name it in cluster.yaml as publicKeyFile.`,
    );
  if (made.has('roles') && !made.has('issuer') && found.provider === undefined)
    throw new EarlierStepMissing(
      `IAM OIDC provider ${desired.providerArn}, which the roles of cluster ${name} are to trust, does not exist. Upload the bundle below ${stepForIssuer}/ first; or, if the cluster has another provider, name it in cluster.yaml: issuer: {type: existing, providerArn: …}.`,
    );
}

/** Throws GrantRefused when a role would be given what no request may ask for. */
export async function checkGrants(
  { roles, ...desired }: Pick<DesiredState, 'roles' | 'providerArn' | 'issuer'>,
  planned: readonly PlannedRole[],
  guard: GuardRules,
): Promise<void> {
  const refusals = planned.flatMap(({ index, before }) => {
    const role = roles[index];
    return role === undefined ? [] : grantsBeyond(role, ofCluster(desired), before, guard);
  });
  if (refusals.length > 0) throw new GrantRefused(refusals.join('\n'));
}

/**
 * Throws OtherDeployment when a run made the cluster's identity provider that this deployment knows nothing of. Two
 * deployments, as in two regions, have a lock and a registry each, and would undo each other's work.
 */
export async function checkDeployment(
  { cluster, providerArn }: Pick<DesiredState, 'cluster' | 'providerArn'>,
  provider: ProviderState | undefined,
  store: ObjectStore,
): Promise<void> {
  const run = provider?.tags[RUN_TAG];
  if (run === undefined || (await findRun(run, store)) !== undefined) return;
  throw new OtherDeployment(
    `IAM OIDC provider ${providerArn} was made by run ${run}, which this deployment does not know: another one, perhaps in another region, looks after cluster ${cluster.name}. Upload the bundle there. If that deployment is gone, take its mark off, and upload the bundle here again: aws iam untag-open-id-connect-provider --open-id-connect-provider-arn ${providerArn} --tag-keys ${RUN_TAG}`,
  );
}

/** Collects obstacles, so that an operator sees all of them and not the first. */
export class Obstacles {
  readonly #found: Obstacle[] = [];

  /** The answer, or undefined when there is an obstacle. */
  async collect<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await asking;
    } catch (error) {
      this.#found.push(obstacleOf(error));
      return undefined;
    }
  }

  async collectAll(asking: readonly Promise<unknown>[]): Promise<void> {
    await Promise.all(asking.map((each) => this.collect(each)));
  }

  /** Throws all of them as one, under the name of the first; a conflict, which concerns somebody else, comes before the others. */
  throwIfAny(): void {
    const sorted = this.#found.toSorted((a, b) => Number(isConflict(b)) - Number(isConflict(a)));
    const [first] = sorted;
    if (first === undefined) return;
    const kinds = new Set(sorted.map(({ name }) => name));
    const texts = new Set(sorted.map((each) => textOf(each, kinds.size > 1)));
    const kind = first.constructor as new (message: string, options?: ErrorOptions) => Obstacle;
    throw new kind([...texts].join('\n'), { cause: first });
  }
}

function isConflict(obstacle: Obstacle): boolean {
  return obstacle instanceof ResourceConflict;
}

/** Where there are several kinds, each line names its own: the runbook has a section for it. */
function textOf({ name, message }: Obstacle, isNamed: boolean): string {
  return isNamed ? `${name}: ${message}` : message;
}

/** Throws again what is none. */
function obstacleOf(error: unknown): Obstacle {
  if (error instanceof Obstacle) return error;
  if (isAwsError(error, 'AccessDenied'))
    return new RightsMissing(`AWS refuses what the plan has to read: ${error.message}`, { cause: error });
  throw error;
}
