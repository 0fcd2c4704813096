import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdentityProviders } from '../../../../core/aws/identity-providers.ts';
import type { ProviderState } from '../../../../core/domain/observed.ts';
import { applyProvider } from '../../../../core/resources/identity-provider/apply.ts';
import { observeProvider } from '../../../../core/resources/identity-provider/observe.ts';
import { undoProvider } from '../../../../core/resources/identity-provider/undo.ts';
import { stoppingAt } from '../../../support/fakes/faults.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { ARN, planned, providerState, SPEC } from './provider.ts';

const OWNER = { 'openshift.io/cloud-credential-operator/demo': 'owned' };
const fetchThumbprint = async () => 'AB';

/** A provider in any state that is this cluster's, one that ccoctl left without tags, or none. */
const drifted: fc.Arbitrary<ProviderState | undefined> = fc.option(
  fc
    .record({
      audiences: fc.uniqueArray(fc.constantFrom('openshift', 'sts.amazonaws.com', 'mine')),
      tags: fc.oneof(
        fc.constant({}),
        fc
          .dictionary(fc.constantFrom('Name', 'team', 'other'), fc.constantFrom('demo', 'platform', 'x'))
          .map((tags) => ({ ...tags, ...OWNER })),
      ),
    })
    .map((parts) => providerState(parts)),
  { nil: undefined },
);
const stop = fc.tuple(fc.nat(6), fc.constantFrom('before' as const, 'after' as const));

const start = (state: ProviderState | undefined) =>
  fakeProviders(state === undefined ? {} : { [ARN]: state });
const plan = async (providers: IdentityProviders) => planned(await observeProvider(SPEC, { providers }));
const audienceSet = (state: ProviderState | undefined) =>
  state === undefined ? undefined : { ...state, audiences: [...state.audiences].sort() };

describe('a provider in any state', () => {
  it('is converged however often and wherever the application was stopped, and as before after an undo', async () => {
    await fc.assert(
      fc.asyncProperty(drifted, fc.array(stop, { maxLength: 4 }), async (state, stops) => {
        const providers = start(state);
        const first = await plan(providers);
        for (const [n, when] of stops)
          await applyProvider(first, { providers: stoppingAt(providers, n, when), fetchThumbprint }).catch(
            () => undefined,
          );
        await applyProvider(first, { providers, fetchThumbprint });
        expect((await plan(providers)).changes).toEqual([]);
        await undoProvider(first, { providers });
        expect(audienceSet(providers.state.get(ARN))).toEqual(audienceSet(state));
      }),
    );
  });

  it('is as before, wherever application and undo were stopped, once an undo gets to its end', async () => {
    await fc.assert(
      fc.asyncProperty(drifted, stop, stop, async (state, applied, undone) => {
        const providers = start(state);
        const first = await plan(providers);
        await applyProvider(first, { providers: stoppingAt(providers, ...applied), fetchThumbprint }).catch(
          () => undefined,
        );
        await undoProvider(first, { providers: stoppingAt(providers, ...undone) });
        await undoProvider(first, { providers });
        expect(audienceSet(providers.state.get(ARN))).toEqual(audienceSet(state));
      }),
    );
  });
});
