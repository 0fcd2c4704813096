import { isAwsError } from '../../aws/errors.ts';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { NotYetConsistent, ResourceConflict } from '../../domain/errors.ts';
import { AUDIENCES, RUN_TAG } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { missingTags } from '../../domain/tags.ts';
import { defined } from '../../util/defined.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun } from '../ownership.ts';
import type { Step } from '../resource.ts';
import type { DesiredProvider } from './checks.ts';
import { audiencePart } from './diff.ts';

/** Fingerprint of an issuer's last certificate; undefined when it cannot be reached. */
export type FetchThumbprint = (url: string) => Promise<string | undefined>;

type ProviderStep = Step<DesiredProvider, ProviderState>;

interface Access {
  readonly providers: IdentityProviders;
  readonly fetchThumbprint: FetchThumbprint;
}

/**
 * Makes the planned changes to a provider. Safe to run again after any stop. Throws ResourceConflict when a
 * provider appeared since the plan, and NotYetConsistent when IAM cannot reach the fresh issuer, or
 * does not show the fresh provider, yet.
 */
export async function applyProvider(step: ProviderStep, access: Access): Promise<void> {
  const { desired, tags, changes, before } = step;
  if (changes.length === 0) return;
  if (before === undefined) return createProvider(step, access);
  const { providers } = access;
  const { arn } = desired;
  for (const audience of AUDIENCES) {
    if (changing(step, audiencePart(audience))) await providers.addAudience(arn, audience);
  }
  if (changing(step, CHECK_TABLE.identityProvider.tags.change))
    await providers.tag(arn, missingTags(tags, before.tags));
}

async function createProvider(
  { run, desired: { arn, url }, tags }: ProviderStep,
  { providers, fetchThumbprint }: Access,
): Promise<void> {
  const thumbprint = await fetchThumbprint(url);
  try {
    await providers.create({
      url,
      audiences: AUDIENCES,
      tags: { ...tags, [RUN_TAG]: run },
      ...defined({ thumbprint }),
    });
  } catch (error) {
    // Without a thumbprint IAM asks the issuer itself, whose bucket may be seconds old.
    if (isAwsError(error, 'OpenIdIdpCommunicationError'))
      throw new NotYetConsistent(`IAM cannot reach ${url} yet.`, { cause: error });
    if (!isAwsError(error, 'EntityAlreadyExists')) throw error;
    // An earlier attempt of this run, or somebody else since the plan.
    const state = await providers.get(arn);
    if (state === undefined)
      throw new NotYetConsistent(`IAM does not show the provider ${arn} yet.`, { cause: error });
    if (!isOfRun(state.tags, run)) {
      throw new ResourceConflict(
        `IAM OIDC provider ${arn} appeared while this run was at work; it was not touched.`,
      );
    }
  }
}
