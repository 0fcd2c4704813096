import { hasCode } from '../../aws/errors.ts';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { Change } from '../../domain/change.ts';
import { NotYetConsistent, ResourceConflict } from '../../domain/errors.ts';
import { AUDIENCES, RUN_TAG } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { isOfRun } from '../ownership.ts';
import { audiencePart, TAGS_PART } from './diff.ts';

export interface ProviderInput {
  readonly run: string;
  readonly arn: string;
  readonly url: string;
  readonly tags: Tags;
  readonly changes: readonly Change[];
  readonly before: ProviderState | undefined;
}

/**
 * Makes the planned changes to a provider. Safe to run again after any stop. Throws ResourceConflict when a
 * provider appeared since the plan, and NotYetConsistent when IAM cannot reach the fresh issuer yet.
 */
export async function applyProvider(
  input: ProviderInput,
  providers: IdentityProviders,
  fetchThumbprint: (url: string) => Promise<string | undefined>,
): Promise<void> {
  const { arn, tags, changes, before } = input;
  if (before === undefined) return createProvider(input, providers, fetchThumbprint);
  const changing = (part: string) => changes.some((change) => change.part === part);
  for (const audience of AUDIENCES) {
    if (changing(audiencePart(audience))) await providers.addAudience(arn, audience);
  }
  if (changing(TAGS_PART)) await providers.tag(arn, missingTags(tags, before.tags));
}

async function createProvider(
  { run, arn, url, tags }: ProviderInput,
  providers: IdentityProviders,
  fetchThumbprint: (url: string) => Promise<string | undefined>,
): Promise<void> {
  const thumbprint = await fetchThumbprint(url);
  try {
    await providers.create({
      url,
      audiences: AUDIENCES,
      tags: { ...tags, [RUN_TAG]: run },
      ...(thumbprint === undefined ? {} : { thumbprint }),
    });
  } catch (error) {
    // Without a thumbprint IAM asks the issuer itself, whose bucket may be seconds old.
    if (hasCode(error, 'OpenIdIdpCommunicationError'))
      throw new NotYetConsistent(`IAM cannot reach ${url} yet.`, { cause: error });
    if (!hasCode(error, 'EntityAlreadyExists')) throw error;
    // An earlier attempt of this run, or somebody else since the plan.
    const state = await providers.get(arn);
    if (state === undefined || !isOfRun(state.tags, run)) {
      throw new ResourceConflict(
        `IAM OIDC provider ${arn} appeared while this run was at work; it was not touched.`,
      );
    }
  }
}
