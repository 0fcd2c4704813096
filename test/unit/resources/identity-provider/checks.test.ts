import { describe, expect, it } from 'vitest';
import type { ProviderState } from '../../../../core/domain/observed.ts';
import { identityProvider } from '../../../../core/resources/identity-provider/resource.ts';
import { providerState, SPEC, TAGS } from './provider.ts';

const recorded = { ...SPEC, desired: { ...SPEC.desired, thumbprints: ['AB'] } };
const checks = (parts: Partial<ProviderState>, spec: typeof SPEC = recorded) =>
  identityProvider.checks(spec, providerState(parts));

describe('a provider is not as it should be', () => {
  it('when it is missing, and nothing else is said', () => {
    expect(identityProvider.checks(SPEC, undefined)).toEqual([{ check: 'missing' }]);
  });

  it.each<[string, Partial<ProviderState>, string[]]>([
    ['nothing is amiss', {}, []],
    ['it is for another issuer', { host: 'other' }, ['host']],
    [
      'audiences are missing',
      { audiences: [] },
      ['audience-missing openshift', 'audience-missing sts.amazonaws.com'],
    ],
    ['audiences are in another order', { audiences: ['sts.amazonaws.com', 'openshift'] }, []],
    ['there are further ones', { audiences: ['openshift', 'sts.amazonaws.com', 'x'] }, ['audience-extra x']],
    ['thumbprints are others', { thumbprints: ['CD'] }, ['thumbprints']],
    ['thumbprints are in another case', { thumbprints: ['ab'] }, []],
    ['a tag is missing', { tags: { team: TAGS['team'] ?? '' } }, ['tags']],
    ['there are further tags', { tags: { ...TAGS, other: 'x' } }, []],
  ])('when %s: %j', (_, parts, expected) => {
    expect(checks(parts).map(({ check, subject = '' }) => `${check} ${subject}`.trim())).toEqual(expected);
  });

  it('with what is and what should be', () => {
    expect(checks({ host: 'other', tags: { ...TAGS, team: 'x' } })).toEqual([
      { check: 'host', actual: 'other', expected: SPEC.desired.host },
      { check: 'tags', actual: { ...TAGS, team: 'x' }, expected: { team: TAGS['team'] } },
    ]);
  });

  it('by its thumbprints only where there are some on record', () => {
    expect(checks({ thumbprints: ['CD'] }, SPEC)).toEqual([]);
  });
});
