import { describe, expect, it } from 'vitest';
import type { IdentityProviders } from '../../../../core/aws/identity-providers.ts';
import { NotYetConsistent, ResourceConflict } from '../../../../core/domain/errors.ts';
import type { ProviderState } from '../../../../core/domain/observed.ts';
import { applyProvider } from '../../../../core/resources/identity-provider/apply.ts';
import { failing, losingAnswerOf } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { ARN, planned, providerState, RUN_TAGS, TAGS, URL_ } from './provider.ts';

function apply(
  before: ProviderState | undefined,
  providers: IdentityProviders,
  fetchThumbprint: (url: string) => Promise<string | undefined> = async () => 'AB',
): Promise<void> {
  return applyProvider(planned(before), { providers, fetchThumbprint });
}

describe('creating a provider', () => {
  it('makes it with both audiences, a thumbprint, and tagged with the run, in one call', async () => {
    const providers = fakeProviders();
    const asked: string[] = [];
    await apply(undefined, providers, async (url) => {
      asked.push(url);
      return 'AB';
    });
    expect(providers.state.get(ARN)).toEqual(providerState({ tags: RUN_TAGS }));
    expect(providers.writes).toEqual(['create']);
    expect(asked).toEqual([URL_]);
  });

  it('makes it without a thumbprint when the issuer cannot be reached from here', async () => {
    const providers = fakeProviders();
    await apply(undefined, providers, async () => undefined);
    expect(providers.state.get(ARN)).toEqual(providerState({ tags: RUN_TAGS, thumbprints: [] }));
  });

  it('goes on after the answer was lost, and twice is once', async () => {
    const providers = fakeProviders();
    const unreliable = losingAnswerOf(providers, 'create');
    await expect(apply(undefined, unreliable)).rejects.toThrow();
    await apply(undefined, unreliable);
    await apply(undefined, unreliable);
    expect(providers.state.get(ARN)).toEqual(providerState({ tags: RUN_TAGS }));
  });

  it('leaves alone one of another run that appeared meanwhile', async () => {
    const providers = fakeProviders({ [ARN]: providerState({ audiences: [] }) });
    await expect(apply(undefined, providers)).rejects.toThrow(ResourceConflict);
    expect(providers.state.get(ARN)).toEqual(providerState({ audiences: [] }));
  });

  it('is tried again while IAM cannot reach the issuer yet', async () => {
    const error = sdkError('OpenIdIdpCommunicationErrorException');
    await expect(apply(undefined, failing(fakeProviders(), 'create', error))).rejects.toThrow(
      NotYetConsistent,
    );
  });

  it('fails for good with anything else', async () => {
    const error = sdkError('LimitExceededException', 409);
    await expect(apply(undefined, failing(fakeProviders(), 'create', error))).rejects.toBe(error);
  });
});

describe('changing a provider', () => {
  it.each<[string, Partial<ProviderState>, string[]]>([
    ['nothing', {}, []],
    ['one audience', { audiences: ['openshift'] }, ['addAudience sts.amazonaws.com']],
    ['both audiences', { audiences: [] }, ['addAudience openshift', 'addAudience sts.amazonaws.com']],
    [
      'the tags that are missing',
      { tags: { team: 'platform' } },
      [`tag ${Object.keys(TAGS).slice(1).join()}`],
    ],
  ])('makes exactly the planned writes: %s', async (_, parts, writes) => {
    const before = providerState(parts);
    const providers = fakeProviders({ [ARN]: before });
    await apply(before, providers);
    expect(providers.state.get(ARN)).toEqual(providerState());
    expect(providers.writes).toEqual(writes);
  });
});
