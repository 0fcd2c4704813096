import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { issuerBucketName, ownersOf, RETIRED_TAG, RUN_TAG } from './names.ts';
import type { RoleSnapshot } from './observed.ts';
import { describeTrust } from './policy/trust.ts';
import type { Tags } from './tags.ts';

const foundClusterSchema = z.object({
  name: z.string(),
  /** Whether the registry knows it. */
  registered: z.boolean(),
  /** Whether a run of the pipeline, of this deployment or another, made any of it; else ccoctl, Terraform or somebody by hand did. */
  madeHere: z.boolean(),
  region: z.string().exactOptional(),
  /** ARNs of the identity providers that name it, by tag or host, or that its roles trust. */
  providers: z.array(z.string()),
  bucket: z.string().exactOptional(),
  /** Roles with its tag. */
  roles: z.array(z.string()),
  /** Roles without its tag that trust one of those providers. */
  untagged: z.array(z.string()),
});

/** A cluster, or what looks like one or is left of one, by all that names it in an account. */
export type FoundCluster = DeepReadonly<z.infer<typeof foundClusterSchema>>;

export const foundClustersSchema = z.object({
  version: z.literal(1),
  audit: z.string(),
  /** ISO 8601. */
  at: z.string(),
  clusters: z.array(foundClusterSchema),
});

export type FoundClusters = DeepReadonly<z.infer<typeof foundClustersSchema>>;

/** What was listed of an account. */
export interface ListedAccount {
  readonly roles: readonly Pick<RoleSnapshot, 'name' | 'tags' | 'trust'>[];
  readonly providers: readonly { readonly arn: string; readonly host: string; readonly tags: Tags }[];
  readonly buckets: readonly {
    readonly name: string;
    readonly region?: string;
    readonly tags?: Tags;
  }[];
  /** Names of the registry. */
  readonly registered: readonly string[];
}

/** `<name>-oidc.s3.<region>.amazonaws.com`, as ccoctl and this pipeline have it. */
const BUCKET_HOST = /^(.+)-oidc\.s3\.([a-z0-9-]+)\./;

/** The clusters of an account, in the order of their names: every one that a tag, a provider, a bucket or the registry names. */
export function foundClusters(account: ListedAccount): readonly FoundCluster[] {
  const { roles, providers, registered } = account;
  // What was kept for its name alone is no cluster.
  const buckets = account.buckets.filter(({ tags = {} }) => !(RETIRED_TAG in tags));
  const tagged = [...roles, ...providers, ...buckets].flatMap(({ tags = {} }) => ownersOf(tags));
  const hosts = providers.flatMap(({ host }) => BUCKET_HOST.exec(host)?.[1] ?? []);
  const bucketNames = buckets.flatMap(({ name }) => /^(.+)-oidc$/.exec(name)?.[1] ?? []);
  const names = new Set([...tagged, ...hosts, ...bucketNames, ...registered]);
  return [...names].sort().map((name) => foundCluster(name, account));
}

function foundCluster(name: string, { roles, providers, buckets, registered }: ListedAccount): FoundCluster {
  const isOwned = ({ tags = {} }: { readonly tags?: Tags }) => ownersOf(tags).includes(name);
  const own = roles.filter(isOwned);
  const trusted = new Set(own.flatMap(({ trust }) => describeTrust(trust).providers));
  const its = providers.filter(
    (provider) =>
      isOwned(provider) || BUCKET_HOST.exec(provider.host)?.[1] === name || trusted.has(provider.arn),
  );
  const arns = new Set(its.map(({ arn }) => arn));
  const bucket = buckets.find((each) => each.name === issuerBucketName(name));
  const untagged = roles.filter(
    (role) =>
      ownersOf(role.tags).length === 0 && describeTrust(role.trust).providers.some((arn) => arns.has(arn)),
  );
  const region = its.flatMap(({ host }) => BUCKET_HOST.exec(host)?.[2] ?? [])[0] ?? bucket?.region;
  return {
    name,
    registered: registered.includes(name),
    madeHere: [...own, ...its, ...(bucket === undefined ? [] : [bucket])].some(
      ({ tags = {} }) => RUN_TAG in tags,
    ),
    ...defined({ region, bucket: bucket?.name }),
    providers: [...arns].sort(),
    roles: own.map((role) => role.name).sort(),
    untagged: untagged.map((role) => role.name).sort(),
  };
}

/** What is missing of a cluster so that it could be adopted; none when nothing is. */
export function whatLacks({ name, providers, roles }: FoundCluster): readonly string[] {
  return [
    // Whoever may tag can write anything there, and the name becomes part of what people copy.
    ...(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) ? [] : ['a name that a cluster can have']),
    ...(providers.length === 0 ? ['an identity provider'] : []),
    ...(roles.length === 0 ? ['a role with its tag'] : []),
  ];
}

/** Whether an identity provider is that of the cluster's own public bucket, which a bundle need not name. */
export function isOfOwnBucket(providerArn: string, cluster: string): boolean {
  return BUCKET_HOST.exec(providerArn.replace(/^.*:oidc-provider\//, ''))?.[1] === cluster;
}
