import { describe, expect, it } from 'vitest';
import type { ProviderState } from '../../../../core/domain/observed.ts';
import { undoProvider } from '../../../../core/resources/identity-provider/undo.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { ARN, planned, providerState, RUN_TAGS, TAGS } from './provider.ts';

const of = (state: ProviderState | undefined) => fakeProviders(state === undefined ? {} : { [ARN]: state });

describe('undoing a provider that was made', () => {
  it('deletes it; twice is once', async () => {
    const providers = of(providerState({ tags: RUN_TAGS }));
    await expect(undoProvider(planned(undefined), { providers })).resolves.toMatchObject([
      { outcome: 'undone' },
    ]);
    await expect(undoProvider(planned(undefined), { providers })).resolves.toMatchObject([
      { outcome: 'untouched' },
    ]);
    expect(providers.writes).toEqual(['delete']);
  });

  it.each<[string, ProviderState | undefined]>([
    ['was never made', undefined],
    ["is this cluster's, of another run", providerState({ tags: { ...TAGS, 'sts-prep/run': 'another' } })],
    ['has no tags', providerState({ tags: {} })],
  ])('touches nothing when it %s', async (_, state) => {
    const providers = of(state);
    await expect(undoProvider(planned(undefined), { providers })).resolves.toMatchObject([
      { outcome: 'untouched' },
    ]);
    expect(providers.writes).toEqual([]);
  });

  it('is left when IAM refuses, with the command that deletes it', async () => {
    const providers = failing(of(providerState({ tags: RUN_TAGS })), 'delete', sdkError('AccessDenied', 403));
    await expect(undoProvider(planned(undefined), { providers })).resolves.toMatchObject([
      {
        outcome: 'left',
        detail: expect.stringContaining('AccessDenied'),
        commands: [
          expect.stringContaining('get-open-id-connect-provider'),
          `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${ARN}`,
        ],
      },
    ]);
  });
});

describe('undoing the changes of a provider', () => {
  it.each<[string, Partial<ProviderState>]>([
    ['audiences', { audiences: [] }],
    ['one audience', { audiences: ['sts.amazonaws.com'] }],
    ['tags', { tags: { team: 'theirs', other: 'x' } }],
    ['all of it', { audiences: [], tags: {} }],
  ])('brings back exactly what was there: %s', async (_, parts) => {
    const before = providerState(parts);
    const providers = of(providerState({ tags: { ...before.tags, ...TAGS } }));
    await expect(undoProvider(planned(before), { providers })).resolves.toMatchObject([
      { outcome: 'undone' },
    ]);
    expect(providers.state.get(ARN)).toEqual(before);
  });

  it('has nothing to say when nothing was planned', async () => {
    await expect(undoProvider(planned(providerState()), { providers: of(providerState()) })).resolves.toEqual(
      [],
    );
  });

  it('touches nothing when nothing was changed yet', async () => {
    const before = providerState({ audiences: [], tags: {} });
    const providers = of(before);
    await expect(undoProvider(planned(before), { providers })).resolves.toMatchObject([
      { outcome: 'untouched' },
    ]);
    expect(providers.writes).toEqual([]);
  });

  it('is left when somebody else deleted it', async () => {
    const before = providerState({ audiences: [] });
    await expect(undoProvider(planned(before), { providers: of(undefined) })).resolves.toMatchObject([
      { outcome: 'left' },
    ]);
  });
});
