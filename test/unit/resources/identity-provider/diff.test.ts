import { describe, expect, it } from 'vitest';
import type { ProviderState } from '../../../../core/domain/observed.ts';
import { diffProvider } from '../../../../core/resources/identity-provider/diff.ts';
import { ARN, providerState, SPEC, TAGS } from './provider.ts';

describe('the changes of a provider', () => {
  it('are one, all of it, when it is not there', () => {
    expect(diffProvider(SPEC, undefined)).toEqual([
      { action: 'create', resource: `identity provider ${ARN}`, part: 'all' },
    ]);
  });

  it.each<[string, Partial<ProviderState>, string[]]>([
    ['nothing amiss', {}, []],
    ['one audience missing', { audiences: ['openshift'] }, ['audience sts.amazonaws.com']],
    ['no audience', { audiences: [] }, ['audience openshift', 'audience sts.amazonaws.com']],
    ['its audiences in another order', { audiences: ['sts.amazonaws.com', 'openshift'] }, []],
    ['a further audience', { audiences: ['openshift', 'sts.amazonaws.com', 'mine'] }, []],
    ['another thumbprint', { thumbprints: ['CD'] }, []],
    ['no tags', { tags: {} }, ['tags']],
    ['a tag with another value', { tags: { ...TAGS, team: 'x' } }, ['tags']],
    ['further tags', { tags: { ...TAGS, other: 'x' } }, []],
  ])('with %s are exactly these: %j', (_, parts, expected) => {
    expect(diffProvider(SPEC, providerState(parts)).map(({ part }) => part)).toEqual(expected);
  });
});
