import { describe, expect, it } from 'vitest';
import type { ActualRole } from '../../../../core/resources/role/checks.ts';
import { role } from '../../../../core/resources/role/resource.ts';
import { OTHER_POLICY, ROLE, roleState, SPEC, TAGS } from './role.ts';

const names = (actual: ActualRole, spec: typeof SPEC = SPEC) =>
  role.checks(spec, actual).map(({ check, subject = '' }) => `${check} ${subject}`.trim());

describe('a role is not as it should be', () => {
  it('when it is missing, and nothing else is said', () => {
    expect(role.checks(SPEC, undefined)).toEqual([{ check: 'missing' }]);
  });

  it.each<[string, Parameters<typeof roleState>[0], string[]]>([
    ['nothing is amiss', {}, []],
    ['it is at another path', { path: '/x/' }, ['path']],
    ['it trusts others', { trust: OTHER_POLICY }, ['trust']],
    ['it has other permissions', { policy: OTHER_POLICY }, ['permissions']],
    ['it has none', { policy: undefined }, ['permissions']],
    ['its boundary is gone', { permissionsBoundaryArn: undefined }, ['boundary-missing']],
    ['its boundary is another one', { permissionsBoundaryArn: 'arn:x' }, ['boundary-other']],
    ['its description is another one', { description: 'x' }, ['description']],
    ['a tag has another value', { tags: { ...TAGS, team: 'x' } }, ['tags']],
    ['its sessions are longer', { maxSessionDuration: 43_200 }, []],
  ])('when %s: %j', (_, parts, expected) => {
    expect(names(roleState(parts))).toEqual(expected);
  });

  it('when it has a boundary that nobody asked for', () => {
    const { permissionsBoundaryArn: _, ...unbounded } = ROLE;
    expect(names(roleState(), { ...SPEC, desired: unbounded })).toEqual(['boundary-added']);
  });

  it('with what is and what should be', () => {
    expect(role.checks(SPEC, roleState({ policy: undefined }))).toEqual([
      { check: 'permissions', actual: undefined, expected: ROLE.policy },
    ]);
  });
});

describe('where everything that a role has is known', () => {
  const with_ = (further: Partial<NonNullable<ActualRole['further']>>): ActualRole => ({
    ...roleState(),
    further: { inline: {}, attached: [], effect: 'covered', ...further },
  });

  it.each<[string, Partial<NonNullable<ActualRole['further']>>, string[]]>([
    [
      'what it has besides counts',
      { inline: { a: null, b: OTHER_POLICY }, attached: ['arn:x'] },
      ['inline-extra a', 'inline-extra b', 'attached-extra arn:x'],
    ],
    ['permissions must have an effect', { effect: 'missing' }, ['permissions']],
    ['permissions must be known to have one', { effect: 'unknown' }, ['permissions']],
    ['nothing is amiss when they have, and there is nothing besides', {}, []],
  ])('%s', (_, further, expected) => {
    expect(names(with_(further))).toEqual(expected);
  });
});
