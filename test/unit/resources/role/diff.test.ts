import { describe, expect, it } from 'vitest';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { diffRole } from '../../../../core/resources/role/diff.ts';
import { NAME, OTHER_POLICY, ROLE, RUN_TAGS, roleState, SPEC, TAGS } from './role.ts';

/** Parts that differ. */
function parts(state: RoleState | undefined): string[] {
  return diffRole(SPEC, state).map(({ part }) => part);
}

describe('the changes of a role', () => {
  it('are none when it is converged', () => {
    expect(parts(roleState())).toEqual([]);
  });

  it('are one, all of it, when it is not there', () => {
    expect(diffRole(SPEC, undefined)).toEqual([{ action: 'create', resource: `role ${NAME}`, part: 'all' }]);
  });

  it.each<[string, Parameters<typeof roleState>[0], string[]]>([
    ['another trust', { trust: OTHER_POLICY }, ['trust policy']],
    ['no readable trust', { trust: undefined }, ['trust policy']],
    ['other permissions', { policy: OTHER_POLICY }, ['permissions']],
    ['no permissions', { policy: undefined }, ['permissions']],
    ['another boundary', { permissionsBoundaryArn: 'arn:other' }, ['permissions boundary']],
    ['no boundary', { permissionsBoundaryArn: undefined }, ['permissions boundary']],
    ['another description', { description: 'x' }, ['description']],
    ['no description', { description: undefined }, ['description']],
    ['a tag with another value', { tags: { ...TAGS, Name: 'x' } }, ['tags']],
    ['no tags', { tags: {} }, ['tags']],
    ['two parts that differ', { policy: undefined, tags: {} }, ['permissions', 'tags']],
    ['further tags', { tags: RUN_TAGS }, []],
    ['a longer session', { maxSessionDuration: 43_200 }, []],
    [
      'a policy of the same meaning',
      { policy: { ...ROLE.policy, Statement: [{ ...ROLE.policy.Statement[0], Resource: ['*'] }] } },
      [],
    ],
  ])('with %s are exactly these: %j', (_, state, expected) => {
    expect(parts(roleState(state))).toEqual(expected);
  });

  it('leave a boundary that the bundle does not ask for', () => {
    const { permissionsBoundaryArn: _, ...unbounded } = ROLE;
    expect(diffRole({ ...SPEC, desired: unbounded }, roleState())).toEqual([]);
  });
});
