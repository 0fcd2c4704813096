import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { observeProvider } from '../../../../core/resources/identity-provider/observe.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { ARN, providerState, SPEC } from './provider.ts';

describe('observing a provider', () => {
  it('gives nothing when there is none', async () => {
    await expect(observeProvider(SPEC, { providers: fakeProviders() })).resolves.toBeUndefined();
  });

  it.each([
    ["this cluster's", providerState()],
    ['without tags, as ccoctl leaves it between two calls', providerState({ tags: {} })],
  ])('gives one that is %s', async (_, state) => {
    const providers = fakeProviders({ [ARN]: state });
    await expect(observeProvider(SPEC, { providers })).resolves.toEqual(state);
    expect(providers.writes).toEqual([]);
  });

  it.each([
    [{ 'openshift.io/cloud-credential-operator/other': 'owned' }, 'belongs to cluster other'],
    [{ team: 'x' }, 'has team'],
  ])('refuses one with tags %j', async (tags, reason) => {
    const observing = observeProvider(SPEC, {
      providers: fakeProviders({ [ARN]: providerState({ tags }) }),
    });
    await expect(observing).rejects.toThrow(ResourceConflict);
    await expect(observing).rejects.toThrow(reason);
  });
});
