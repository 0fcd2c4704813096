import { describe, expect, it } from 'vitest';
import type { Roles } from '../../../../core/aws/roles.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { type GivingBack, undoRole } from '../../../../core/resources/role/undo.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { NAME, OTHER_POLICY, planned, RUN_TAGS, roleState, TAGS } from './role.ts';

/** Undoes what a plan made from `before` says. */
async function undo(before: RoleState | undefined, roles: Roles) {
  const [outcome] = await undoRole(planned(before), { roles, beyond: () => [] });
  return outcome;
}

describe('undoing a role that was made', () => {
  it('deletes it with its policy', async () => {
    const roles = fakeRoles({ [NAME]: roleState({ tags: RUN_TAGS }) });
    await expect(undo(undefined, roles)).resolves.toMatchObject({ outcome: 'undone', detail: 'deleted' });
    expect(roles.state.size).toBe(0);
  });

  it.each<[string, RoleState | undefined]>([
    ['was never made', undefined],
    ['was made by another run', roleState({ tags: { ...TAGS, 'sts-prep/run': 'another' } })],
    ['was made by nobody we know', roleState({ tags: {} })],
  ])('touches nothing when it %s', async (_, state) => {
    const roles = fakeRoles(state === undefined ? {} : { [NAME]: state });
    await expect(undo(undefined, roles)).resolves.toMatchObject({ outcome: 'untouched' });
    expect(roles.writes).toEqual([]);
  });

  it('leaves it when it has policies of somebody else, and says how to delete it', async () => {
    const roles = fakeRoles({ [NAME]: roleState({ tags: RUN_TAGS }) });
    roles.foreignPolicies.set(NAME, ['added']);
    await expect(undo(undefined, roles)).resolves.toMatchObject({
      outcome: 'left',
      detail: expect.stringContaining('DeleteConflict'),
      commands: [
        `aws iam delete-role-policy --role-name ${NAME} --policy-name ${NAME}`,
        `aws iam delete-role --role-name ${NAME}`,
      ],
    });
    expect(roles.state.has(NAME)).toBe(true);
  });

  it('twice is once', async () => {
    const roles = fakeRoles({ [NAME]: roleState({ tags: RUN_TAGS }) });
    await undo(undefined, roles);
    await expect(undo(undefined, roles)).resolves.toMatchObject({ outcome: 'untouched' });
  });
});

describe('undoing the changes of a role', () => {
  it.each<[string, Parameters<typeof roleState>[0]]>([
    ['trust', { trust: OTHER_POLICY }],
    ['permissions', { policy: OTHER_POLICY }],
    ['permissions that were not there', { policy: undefined }],
    ['boundary', { permissionsBoundaryArn: 'arn:x' }],
    ['boundary that was not there', { permissionsBoundaryArn: undefined }],
    ['description', { description: 'x', maxSessionDuration: 43_200 }],
    ['description that was not there', { description: undefined }],
    ['tags', { tags: { Name: 'x', other: 'y' } }],
  ])('brings back exactly what was there: %s', async (_, parts) => {
    const before = roleState(parts);
    const roles = fakeRoles({
      [NAME]: roleState({ maxSessionDuration: before.maxSessionDuration, tags: { ...before.tags, ...TAGS } }),
    });
    await expect(undo(before, roles)).resolves.toMatchObject({ outcome: 'undone' });
    expect(roles.state.get(NAME)).toEqual(before);
  });

  it('withholds the part that no request can ask for, and restores the rest', async () => {
    const before = roleState({ trust: OTHER_POLICY, policy: OTHER_POLICY, description: 'x', tags: {} });
    const roles = fakeRoles({ [NAME]: roleState({ maxSessionDuration: before.maxSessionDuration }) });
    const beyond: GivingBack['beyond'] = (_, { trust }) => (trust === undefined ? [] : ['It would trust.']);
    const [outcome] = await undoRole(planned(before), { roles, beyond });
    expect(outcome).toMatchObject({
      outcome: 'left',
      detail: expect.stringContaining('It would trust.'),
      commands: [expect.stringContaining('update-assume-role-policy')],
    });
    expect(roles.state.get(NAME)).toEqual({ ...before, trust: roleState().trust });
  });

  it('touches nothing when nothing was changed yet', async () => {
    const before = roleState({ trust: OTHER_POLICY, policy: undefined, tags: {} });
    const roles = fakeRoles({ [NAME]: before });
    await expect(undo(before, roles)).resolves.toMatchObject({ outcome: 'untouched' });
    expect(roles.writes).toEqual([]);
  });

  it('leaves alone what somebody else changed since, restores the rest and says so', async () => {
    const before = roleState({ trust: OTHER_POLICY, policy: OTHER_POLICY });
    const third = { ...OTHER_POLICY, Statement: [] };
    const roles = fakeRoles({ [NAME]: roleState({ policy: third }) });
    await expect(undo(before, roles)).resolves.toMatchObject({
      outcome: 'left',
      detail: expect.stringContaining('permissions'),
    });
    expect(roles.state.get(NAME)).toEqual(roleState({ trust: OTHER_POLICY, policy: third }));
  });

  it('leaves the duration of sessions that somebody set since, which IAM sets along with the description', async () => {
    const before = roleState({ description: 'x', maxSessionDuration: 3_600 });
    const roles = fakeRoles({ [NAME]: roleState({ maxSessionDuration: 43_200 }) });
    await expect(undo(before, roles)).resolves.toMatchObject({ outcome: 'undone' });
    expect(roles.state.get(NAME)).toEqual({ ...before, maxSessionDuration: 43_200 });
  });

  it('does not touch parts that were not planned', async () => {
    const before = roleState({ trust: OTHER_POLICY });
    const roles = fakeRoles({ [NAME]: roleState({ description: 'by somebody else' }) });
    await undo(before, roles);
    expect(roles.writes).toEqual([`putTrust ${NAME}`]);
  });

  it('is left when the role is gone, or IAM refuses', async () => {
    const before = roleState({ trust: OTHER_POLICY });
    await expect(undo(before, fakeRoles())).resolves.toMatchObject({ outcome: 'left' });
    const denied = failing(fakeRoles({ [NAME]: roleState() }), 'putTrust', sdkError('AccessDenied', 403));
    await expect(undo(before, denied)).resolves.toMatchObject({
      outcome: 'left',
      detail: expect.stringContaining('AccessDenied'),
    });
  });
});
