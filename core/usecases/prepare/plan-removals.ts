import pMap from 'p-map';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { Applied } from '../../domain/apply-change.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import type { Removals } from '../../domain/plan.ts';
import { strangersOf } from '../../domain/policy/wider-trust.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { role } from '../../resources/role/resource.ts';
import { otherProviders } from '../other-providers.ts';

/** GetRole is throttled at about fifteen a second on a busy account; the SDK waits when IAM says so. */
export const READ_CONCURRENCY = 40;

/** Which of the roles that nothing asks for can go. */
export interface ObservedUnused extends Pick<Removals, 'roles' | 'kept'> {
  /** Roles that IAM shows to be in use. They stay what they are. */
  readonly inUse: readonly DesiredRole[];
}

/** Looks at the roles that nothing asks for any more. */
export async function observeUnused(
  { desired, unused, kept }: Applied,
  access: { readonly roles: Roles; readonly providers: Pick<IdentityProviders, 'get'> },
): Promise<ObservedUnused> {
  const { name } = desired.cluster;
  const found = await pMap(
    unused,
    async (each) => ({
      role: each.role,
      answers: await role.remove.observe({ cluster: name, desired: each }, access),
    }),
    { concurrency: READ_CONCURRENCY },
  );
  const answers = found.flatMap((each) => each.answers);
  const leaving = answers.flatMap((each) => ('before' in each ? each : []));
  const admitted = await othersAdmitted(leaving, desired.providerArn, access.providers);
  const sorted = leaving.map((each) => ({ each, others: admitted(each.before.trust) }));
  return {
    roles: sorted.flatMap(({ each, others }) => (others.length === 0 ? each : [])),
    inUse: found.flatMap((each) => (each.answers.some((answer) => 'inUse' in answer) ? each.role : [])),
    kept: [
      ...kept,
      ...sorted.flatMap(({ each, others }) =>
        others.length === 0
          ? []
          : `IAM role ${each.name} stays, though nothing asks for it: its trust policy admits ${others.join(', ')} too, and whoever put that there may use it. If nobody does, delete the role.`,
      ),
      ...answers.flatMap((each) => ('kept' in each ? each.kept : 'inUse' in each ? each.inUse : [])),
    ],
  };
}

/** Who may use roles besides the service accounts of the cluster, by trust policy. A provider that is gone is of nobody's tokens. */
async function othersAdmitted(
  roles: readonly { readonly name: string; readonly before: RoleState }[],
  providerArn: string,
  providers: Pick<IdentityProviders, 'get'>,
): Promise<(trust: RoleState['trust']) => readonly string[]> {
  const trusting = roles.map(({ name, before: { trust } }) => ({ name, trust }));
  const there = new Set((await otherProviders(trusting, providerArn, providers)).map(({ arn }) => arn));
  const isThere = (stranger: string) => {
    const [, arn] = /^Federated (\S+:oidc-provider\/\S+)$/.exec(stranger) ?? [];
    return arn === undefined || there.has(arn);
  };
  return (trust) => strangersOf(trust, providerArn).filter(isThere);
}

/**
 * What a run takes away; undefined when there is nothing to take away, and nothing to say of what stays.
 *
 * @param before What the cluster's last run brought about; undefined when there was none.
 */
export async function planRemovals(
  { roles, kept }: ObservedUnused,
  before: DesiredState | undefined,
  after: DesiredState,
  access: { readonly store: ObjectStore },
): Promise<Removals | undefined> {
  const manifests =
    before === undefined
      ? []
      : await installFiles.remove.observe(
          { cluster: after.cluster.name, desired: { before, after } },
          access,
        );
  const removals = {
    manifests: manifests.flatMap((each) => ('kept' in each ? [] : each)),
    roles,
    kept: [...manifests.flatMap((each) => ('kept' in each ? each.kept : [])), ...kept],
  };
  return Object.values(removals).every(({ length }) => length === 0) ? undefined : removals;
}
