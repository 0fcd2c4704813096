import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import type { ProviderState } from '../domain/observed.ts';
import type { Tags } from '../domain/tags.ts';
import { ignoreNotFound } from './errors.ts';
import { fromTagList, toTagList } from './tags.ts';

export interface NewProvider {
  readonly url: string;
  readonly audiences: readonly string[];
  /** Absent when the endpoint could not be reached; IAM then fetches it by itself. */
  readonly thumbprint?: string;
  readonly tags: Tags;
}

/** What the pipeline does with IAM OIDC providers. */
export interface IdentityProviders {
  get(arn: string): Promise<ProviderState | undefined>;
  create(provider: NewProvider): Promise<void>;
  addAudience(arn: string, audience: string): Promise<void>;
  removeAudience(arn: string, audience: string): Promise<void>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
  delete(arn: string): Promise<void>;
}

/** IAM OIDC providers through the SDK. Throws what the SDK throws, but for what is absent. */
export function iamIdentityProviders(iam: IAMClient): IdentityProviders {
  return {
    async get(arn) {
      const found = await ignoreNotFound(
        iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
        'NoSuchEntity',
      );
      if (found === undefined) return undefined;
      return {
        // IAM gives the URL without its scheme, but not every emulator does.
        host: (found.Url ?? '').replace(/^https:\/\//, ''),
        audiences: found.ClientIDList ?? [],
        thumbprints: found.ThumbprintList ?? [],
        tags: fromTagList(found.Tags),
      };
    },

    async create({ url, audiences, thumbprint, tags }) {
      await iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url: url,
          ClientIDList: [...audiences],
          Tags: toTagList(tags),
          ...(thumbprint === undefined ? {} : { ThumbprintList: [thumbprint] }),
        }),
      );
    },

    async addAudience(arn, audience) {
      await iam.send(
        new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, ClientID: audience }),
      );
    },

    async removeAudience(arn, audience) {
      await iam.send(
        new RemoveClientIDFromOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn: arn,
          ClientID: audience,
        }),
      );
    },

    async tag(arn, tags) {
      await iam.send(
        new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, Tags: toTagList(tags) }),
      );
    },

    async untag(arn, keys) {
      await iam.send(
        new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, TagKeys: [...keys] }),
      );
    },

    async delete(arn) {
      await ignoreNotFound(
        iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
        'NoSuchEntity',
      );
    },
  };
}
