import {
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { GetBucketTaggingCommand, paginateListBuckets, type S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import type { Tags } from '../domain/tags.ts';
import { defined } from '../util/defined.ts';
import { ignoreNotFound, isAwsError } from './errors.ts';
import { fromTagList } from './tags.ts';

/** An IAM OIDC provider of the account. */
export interface ListedProvider {
  readonly arn: string;
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  readonly tags: Tags;
}

/** A bucket of the account. */
export interface ListedBucket {
  readonly name: string;
  readonly region?: string;
  /** Absent where they could not be read. */
  readonly tags?: Tags;
}

/** What of an account may be the issuer of a cluster. */
export interface AccountIssuers {
  providers(): Promise<readonly ListedProvider[]>;
  /** The buckets whose name ends like this. */
  buckets(suffix: string): Promise<readonly ListedBucket[]>;
}

/** IAM answers some fifteen a second, and an account has a hundred providers at most unless more were asked for. */
const CONCURRENCY = 10;

/** S3 tells the region of each bucket only to who asks for pages. */
const PAGE = 1_000;

/** Lists them through the SDK. Throws what the SDK throws, but for a bucket whose tags AWS does not show. */
export function accountIssuers(iam: IAMClient, s3OfRegion: (region: string) => S3Client): AccountIssuers {
  return {
    async providers() {
      const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
      const found = await pMap(
        OpenIDConnectProviderList.flatMap(({ Arn }) => Arn ?? []),
        async (arn) => {
          const provider = await ignoreNotFound(
            iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
            'NoSuchEntity',
          );
          if (provider === undefined) return [];
          return [
            { arn, host: (provider.Url ?? '').replace(/^https:\/\//, ''), tags: fromTagList(provider.Tags) },
          ];
        },
        { concurrency: CONCURRENCY },
      );
      return found.flat();
    },

    async buckets(suffix) {
      const listed: { readonly name: string; readonly region?: string }[] = [];
      for await (const { Buckets = [] } of paginateListBuckets(
        { client: s3OfRegion(''), pageSize: PAGE },
        {},
      ))
        for (const { Name = '', BucketRegion } of Buckets)
          if (Name.endsWith(suffix)) listed.push({ name: Name, ...defined({ region: BucketRegion }) });
      return pMap(listed, async (bucket) => ({ ...bucket, ...defined({ tags: await tagsOf(bucket) }) }), {
        concurrency: CONCURRENCY,
      });
    },
  };

  /** A bucket that says no, or is gone, is listed all the same: its name tells enough to be looked at. */
  async function tagsOf({ name, region = '' }: Omit<ListedBucket, 'tags'>): Promise<Tags | undefined> {
    try {
      const { TagSet } = await s3OfRegion(region).send(new GetBucketTaggingCommand({ Bucket: name }));
      return fromTagList(TagSet);
    } catch (error) {
      if (isAwsError(error, 'NoSuchTagSet')) return {};
      if (isAwsError(error, 'AccessDenied', 'NoSuchBucket', 'PermanentRedirect')) return undefined;
      throw error;
    }
  }
}
