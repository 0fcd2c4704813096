import pMap from 'p-map';
import type { AccountReader, AccountRoles } from '../../aws/account-roles.ts';
import { isAwsError } from '../../aws/errors.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import { ownerTagKey } from '../../domain/names.ts';
import type { RoleSnapshot } from '../../domain/observed.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import type { StoredEntry } from '../../domain/registry.ts';
import type { AuditRequest } from '../../storage/audit.ts';
import type { Stored } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';

/**
 * A Map inside one execution shares its state, of which there are 256 KiB, and its history of 25,000 events;
 * an iteration takes about a dozen of them.
 */
export const MAX_CLUSTERS_IN_ONE_EXECUTION = 300;

const CONCURRENCY = 40;

export interface ListedClusters {
  /** Empty when the fleet is large; the list is read from the bucket then. */
  readonly names: readonly string[];
  readonly count: number;
  readonly large: boolean;
}

/**
 * Lists the registered clusters, or those of them that the request names, and writes for each the roles of the
 * account that are the cluster's. A name that is not registered is listed too: its audit says so.
 */
export async function listClusters(
  auditId: string,
  request: AuditRequest,
  store: ObjectStore,
  account: AccountReader,
): Promise<ListedClusters> {
  const [listed, all] = await Promise.all([
    request.clusters === undefined ? registered(store) : named(request.clusters, store),
    account.read(),
  ]);
  const names = [...listed.keys()];
  const known: KnownPolicies = new Map(Object.entries(all.policies));
  await pMap(
    listed,
    async ([name, entry]) => {
      const roles = rolesOf(name, entry, all);
      const policies = await policiesOf(roles, known, account);
      await documents.auditRoles.write({ audit: auditId, cluster: name }, { roles, policies }, store);
    },
    { concurrency: CONCURRENCY },
  );
  await documents.auditClusters.write({ audit: auditId }, names, store);
  const large = request.distributed === true || names.length > MAX_CLUSTERS_IN_ONE_EXECUTION;
  return { names: large ? [] : names, count: names.length, large };
}

/** By ARN; of a policy that is being read, the promise of it, so that no second cluster reads it too. */
type KnownPolicies = Map<string, PolicyDocument | null | Promise<PolicyDocument | null>>;

/** Registry entries by cluster; undefined where there is none, or it is malformed: the cluster's own audit says so. */
type Listed = ReadonlyMap<string, StoredEntry | undefined>;

async function registered(store: ObjectStore): Promise<Listed> {
  const folders = await store.folders(layout.clusters.of());
  const found = await readEntries(folders, store);
  // A folder without a registry entry is of a cluster whose first run did not succeed.
  return new Map(found.flatMap(([name, entry]) => (entry === undefined ? [] : [[name, entry.value]])));
}

/** Names of all registered clusters. */
export async function registeredNames(store: ObjectStore): Promise<readonly string[]> {
  return [...(await registered(store)).keys()];
}

async function named(names: readonly string[], store: ObjectStore): Promise<Listed> {
  const found = await readEntries([...new Set(names)].sort(), store);
  return new Map(found.map(([name, entry]) => [name, entry?.value]));
}

function readEntries(
  names: readonly string[],
  store: ObjectStore,
): Promise<[name: string, entry: Stored<StoredEntry | undefined> | undefined][]> {
  const read = (cluster: string) => documents.registryEntry.read({ cluster }, store, () => undefined);
  return pMap(names, async (name) => [name, await read(name)], { concurrency: CONCURRENCY });
}

function rolesOf(name: string, entry: StoredEntry | undefined, { roles }: AccountRoles): RoleSnapshot[] {
  const own = new Set(entry?.roles.map((role) => role.name));
  const ownerTag = ownerTagKey(name);
  return roles.filter((role) => own.has(role.name) || ownerTag in role.tags);
}

async function policiesOf(
  roles: readonly RoleSnapshot[],
  known: KnownPolicies,
  account: AccountReader,
): Promise<Record<string, PolicyDocument | null>> {
  const arns = new Set(
    roles.flatMap(({ attached, permissionsBoundaryArn }) =>
      [...attached, permissionsBoundaryArn ?? []].flat(),
    ),
  );
  for (const arn of arns) {
    if (known.has(arn)) continue;
    known.set(arn, isOfAws(arn) ? readAwsPolicy(arn, account) : null);
  }
  const policies = [...arns].map(async (arn) => [arn, (await known.get(arn)) ?? null] as const);
  return Object.fromEntries(await Promise.all(policies));
}

/** AWS's own policies are no part of the account's details: there are over a thousand. */
function isOfAws(arn: string): boolean {
  return /^arn:[^:]+:iam::aws:policy\//.test(arn);
}

/** A policy that cannot be read is a fact the audit reports, not an end of it. */
async function readAwsPolicy(arn: string, account: AccountReader): Promise<PolicyDocument | null> {
  try {
    return (await account.awsPolicy(arn)) ?? null;
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied', 'NoSuchEntity')) throw error;
    return null;
  }
}
