import { describe, expect, it } from 'vitest';
import { ResourceConflict } from '../../../../core/domain/errors.ts';
import { observeRole } from '../../../../core/resources/role/observe.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { NAME, roleState, SPEC } from './role.ts';

describe('observing a role', () => {
  it('gives nothing when there is none', async () => {
    await expect(observeRole(SPEC, { roles: fakeRoles() })).resolves.toBeUndefined();
  });

  it("gives it when it is this cluster's, and writes nothing", async () => {
    const roles = fakeRoles({ [NAME]: roleState() });
    await expect(observeRole(SPEC, { roles })).resolves.toEqual(roleState());
    expect(roles.writes).toEqual([]);
  });

  it.each([
    ['without tags', {}, 'it has no tags'],
    [
      'of another cluster',
      { 'openshift.io/cloud-credential-operator/other': 'owned' },
      'belongs to cluster other',
    ],
    ['of somebody else', { team: 'x' }, 'has team'],
  ])('refuses one %s', async (_, tags, reason) => {
    const observing = observeRole(SPEC, { roles: fakeRoles({ [NAME]: roleState({ tags }) }) });
    await expect(observing).rejects.toThrow(ResourceConflict);
    await expect(observing).rejects.toThrow(reason);
  });

  it('refuses one with another path, which IAM cannot change', async () => {
    const observing = observeRole(SPEC, { roles: fakeRoles({ [NAME]: roleState({ path: '/ocp/' }) }) });
    await expect(observing).rejects.toThrow(/path \/ocp\//);
  });
});
