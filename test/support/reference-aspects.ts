import { GetRoleCommand } from '@aws-sdk/client-iam';
import type { Snapshot, TestAccount } from './account.ts';
import { meaning } from './meaning.ts';
import type { AwsState, ReferenceBucket, ReferenceCase, ReferenceRole, Tags } from './reference.ts';

/** The one tag that the pipeline puts on what it makes, beside ccoctl's two. */
const RUN_TAG = 'sts-prep/run';

/** Aspects by name; each is compared as a whole and is one column of the table. */
export type Aspects = Record<
  'manifests' | 'roles' | 'trust' | 'policies' | 'provider' | 'bucket' | 'documents' | 'tags',
  unknown
>;

/** The manifests in the output bucket, by file name. */
export function manifestsOf({ results }: Snapshot, { name }: ReferenceCase): Record<string, string> {
  const folder = `clusters/${name}/install/manifests/`;
  return Object.fromEntries(
    Object.entries(results)
      .filter(([key]) => key.startsWith(folder))
      .map(([key, base64]) => [key.slice(folder.length), Buffer.from(base64, 'base64').toString('utf8')]),
  );
}

/** What an account holds of a case's cluster, for comparison with `aspectsOf` the case. */
export async function aspectsOfAccount(account: TestAccount, wanted: ReferenceCase): Promise<Aspects> {
  const snapshot = await account.snapshot();
  const boundaries = await Promise.all(
    Object.keys(snapshot.roles).map(async (name) => {
      // A list of roles does not tell their boundaries.
      const { Role } = await account.iam.send(new GetRoleCommand({ RoleName: name }));
      return [name, Role?.PermissionsBoundary ?? null] as const;
    }),
  );
  const state = snapshot as unknown as AwsState;
  const roles = mapped(state.roles, (role, name) => ({
    ...role,
    boundary: Object.fromEntries(boundaries)[name] as ReferenceRole['boundary'],
  }));
  return aspectsOf(manifestsOf(snapshot, wanted), { ...state, roles }, wanted.region);
}

/** What is compared of two states. */
export function aspectsOf(
  manifests: unknown,
  { roles, providers, buckets }: AwsState,
  region: string,
): Aspects {
  const documents = Object.assign({}, ...Object.values(buckets).map(({ objects }) => objects)) as Record<
    string,
    ReferenceBucket['objects'][string]
  >;
  return {
    manifests,
    roles: mapped(roles, ({ path, description, boundary }) => ({ path, description, boundary })),
    trust: mapped(roles, ({ trust }) => meaning(trust)),
    policies: mapped(roles, ({ inline }) => mapped(inline, (policy) => meaning(policy))),
    provider: mapped(providers, ({ url, clientIds }) => ({ url, clientIds: [...clientIds].sort() })),
    bucket: mapped(buckets, ({ location, policy, publicAccessBlock }) => ({
      location: location ?? region,
      policy: meaning(policy),
      publicAccessBlock,
    })),
    // To the byte, which is more than STS asks for: then ccoctl and the pipeline take each other's for their own.
    documents: mapped(documents, ({ body }) => body),
    tags: mapped({ ...roles, ...providers, ...buckets, ...documents }, ({ tags }) => ccoctlTags(tags)),
  };
}

function ccoctlTags({ [RUN_TAG]: _, ...tags }: Tags): Tags {
  return tags;
}

export function mapped<Item, Result>(
  items: Readonly<Record<string, Item>>,
  map: (item: Item, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(items).map(([key, item]) => [key, map(item, key)]));
}
