import pMap from 'p-map';
import type { AccountReader } from '../../aws/account-roles.ts';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { Roles, RoleUsage } from '../../aws/roles.ts';
import type { DeletionOptions } from '../../domain/deletion/order.ts';
import type { DeletionItem } from '../../domain/deletion/plan.ts';
import { ownersOf, ownerTags } from '../../domain/names.ts';
import { describeTrust } from '../../domain/policy/trust.ts';
import type { StoredEntry } from '../../domain/registry.ts';
import { missingTags } from '../../domain/tags.ts';
import { deleteProviderCommand } from '../../resources/identity-provider/commands.ts';
import { describeOwner, isOwned } from '../../resources/ownership.ts';
import { roleResource } from '../../resources/role/delete.ts';
import { tagRoleCommand } from '../../resources/role/remedies.ts';
import { defined } from '../../util/defined.ts';
import { type OtherProvider, otherProviders } from '../other-providers.ts';
import type { Observed, Refusal } from './observed.ts';

/** IAM answers some fifteen a second and more for a while; a hundred roles are asked for in a second by so many. */
const CONCURRENCY = 40;

const HOUR_MS = 3_600_000;

interface About {
  readonly cluster: string;
  readonly options: DeletionOptions;
  readonly now: Date;
  readonly inDetail: boolean;
  /** ARN of the cluster's provider. */
  readonly arn: string;
}

interface Access {
  readonly roles: Roles;
  readonly providers: Pick<IdentityProviders, 'get'>;
  readonly account: Pick<AccountReader, 'trusts'>;
}

/**
 * Looks at the roles of a cluster: those of the registry and those that are tagged as the cluster's, as a prune may have kept
 * some; where the registry knows nothing, those of nobody that trust its provider too.
 */
export async function observeRoles(
  about: About,
  entry: StoredEntry | undefined,
  access: Access,
): Promise<Observed & { readonly names: readonly string[] }> {
  const known = [
    ...(entry?.roles.map(({ name }) => name) ?? []),
    ...(await rolesOfAccount(about, entry !== undefined, access.account)),
  ];
  const found = await pMap([...new Set(known)].sort(), (name) => observeRole(name, about, access.roles), {
    concurrency: CONCURRENCY,
  });
  const there = found.filter((each) => each !== undefined);
  const going = there.flatMap(({ name, trust }) => (name === undefined ? [] : { name, trust }));
  const others = await otherProviders(going, about.arn, access.providers);
  return {
    names: going.map(({ name }) => name),
    items: there.flatMap(({ item }) => item ?? []),
    refusals: [
      ...there.flatMap(({ refusal }) => refusal ?? []),
      ...others.map((each) => trustsOther(each, about)),
    ],
  };
}

/** Names and tags say which cluster a role was made for; whose tokens it takes says which one uses it. */
function trustsOther({ arn, roles }: OtherProvider, { arn: ours }: About): Refusal {
  return {
    message: `IAM role ${roles.join(', ')} trusts the identity provider ${arn}, which exists and is not the cluster's (${ours}): a cluster whose tokens are of it may be alive.`,
    remedy: `If the cluster was installed again elsewhere, its roles are to stay. If nobody uses that provider, delete it: ${deleteProviderCommand(arn)}`,
  };
}

/** Roles that are tagged as the cluster's, and those of nobody that trust the provider of one that is not registered. */
async function rolesOfAccount(
  { cluster, arn }: About,
  isRegistered: boolean,
  account: Pick<AccountReader, 'trusts'>,
): Promise<readonly string[]> {
  const roles = await account.trusts();
  return roles
    .filter(
      ({ tags, trust }) =>
        isOwned(tags, cluster) ||
        (!isRegistered && ownersOf(tags).length === 0 && describeTrust(trust).providers.includes(arn)),
    )
    .map(({ name }) => name);
}

interface Found {
  /** Of a role that goes. */
  readonly name?: string;
  readonly trust?: RoleUsage['trust'];
  readonly item?: DeletionItem;
  readonly refusal?: Refusal;
}

async function observeRole(name: string, about: About, roles: Roles): Promise<Found | undefined> {
  const { cluster } = about;
  const usage = await roles.usage(name);
  if (usage === undefined) return undefined;
  const resource = roleResource(name);
  const { tags } = usage;
  const others = ownersOf(tags).filter((owner) => owner !== cluster);
  if (others.length > 0)
    return { item: { resource, outcome: 'stays', detail: `it belongs to cluster ${others.join(', ')}` } };
  // IAM is asked to delete nothing that lacks this tag.
  if (!isOwned(tags, cluster) || !('Name' in tags)) {
    const why = isOwned(tags, cluster) ? 'it lacks the tag Name' : describeOwner(tags);
    const lacking = missingTags(ownerTags(cluster), tags);
    return {
      refusal: {
        message: `IAM role ${name} is on record for the cluster or trusts its provider, and is not tagged as its own: ${why}.`,
        remedy: `If it is the cluster's, tag it: ${tagRoleCommand(name, lacking)}`,
      },
    };
  }
  const refusal = inUse(name, usage, about);
  if (refusal !== undefined) return { refusal };
  return {
    name,
    ...defined({ trust: usage.trust }),
    item: { resource, outcome: 'goes', detail: await describe(name, usage, about, roles) },
  };
}

function inUse(name: string, { lastUsed }: RoleUsage, { cluster, options, now }: About): Refusal | undefined {
  const { unusedForHours: hours } = options;
  if (lastUsed === undefined || !(now.getTime() - Date.parse(lastUsed) < hours * HOUR_MS)) return undefined;
  return {
    message: `IAM role ${name} was used at ${lastUsed}, which is less than ${hours} hours ago: the cluster may be alive.`,
    remedy: `Take the cluster down first and wait; IAM shows a use up to four hours late. If it is to go although it is in use, write unused-for-hours: 0 into delete/${cluster}.yaml.`,
  };
}

/** What goes with a role, and what stays of what is on it. */
async function describe(
  name: string,
  { lastUsed, permissionsBoundaryArn }: RoleUsage,
  { inDetail }: About,
  roles: Roles,
): Promise<string> {
  const [inline, attached] = inDetail
    ? await Promise.all([roles.inlinePolicyNames(name), roles.attachedPolicyArns(name)])
    : [[], []];
  const further = inline.filter((policy) => policy !== name);
  return [
    lastUsed === undefined ? 'IAM shows no use of it' : `last used at ${lastUsed}`,
    ...(further.length === 0 ? [] : [`its inline policies ${further.join(', ')} go with it`]),
    ...(attached.length === 0 ? [] : [`${attached.join(', ')} will be detached, and stays`]),
    ...(permissionsBoundaryArn === undefined ? [] : [`its boundary ${permissionsBoundaryArn} stays`]),
  ].join('; ');
}
