import { describe, expect, it } from 'vitest';
import { NotYetConsistent } from '../../../../core/domain/errors.ts';
import { deleteRole } from '../../../../core/resources/role/delete.ts';
import { failing } from '../../../support/fakes/faults.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { NAME, RUN_TAGS, roleState } from './role.ts';

const MANAGED = 'arn:aws:iam::123456789012:policy/shared';
const there = () => fakeRoles({ [NAME]: roleState({ tags: RUN_TAGS }) });

describe('a role that is deleted for good', () => {
  it('goes with the policy of its own, in two calls', async () => {
    const roles = there();
    await expect(deleteRole(NAME, { roles })).resolves.toMatchObject({ outcome: 'removed' });
    expect(roles.writes).toEqual([`deletePolicy ${NAME}`, `delete ${NAME}`]);
    expect(roles.state.size).toBe(0);
  });

  it('goes with whatever is on it; what is managed is detached', async () => {
    const roles = there();
    roles.foreignPolicies.set(NAME, ['by-hand', 'by-hand-too']);
    roles.attachedPolicies.set(NAME, [MANAGED]);
    await expect(deleteRole(NAME, { roles })).resolves.toMatchObject({
      outcome: 'removed',
      detail: `deleted; detached from it, and kept: ${MANAGED}`,
    });
    expect(roles.writes).toContain(`detachPolicy ${NAME} ${MANAGED}`);
    expect(roles.state.size).toBe(0);
  });

  it('is gone when it was gone', async () => {
    await expect(deleteRole(NAME, { roles: fakeRoles() })).resolves.toMatchObject({ outcome: 'removed' });
  });

  it('is left in an instance profile, with the commands to look at it', async () => {
    const roles = there();
    roles.inProfile.add(NAME);
    const attempt = await deleteRole(NAME, { roles });
    expect(attempt).toMatchObject({ outcome: 'left', detail: expect.stringContaining('instance profile') });
    expect(attempt.passing).toBeUndefined();
    expect(attempt.commands?.[0]).toBe(`aws iam list-instance-profiles-for-role --role-name ${NAME}`);
    expect(roles.state.has(NAME)).toBe(true);
  });

  it('is tried again where IAM still counts a policy that is gone', async () => {
    const roles = failing(there(), 'delete', sdkError('DeleteConflictException', 409));
    const attempt = await deleteRole(NAME, { roles });
    expect(attempt.outcome).toBe('left');
    expect(attempt.passing).toBeInstanceOf(NotYetConsistent);
  });

  it('is left where AWS refuses, for good', async () => {
    const roles = failing(there(), 'delete', sdkError('AccessDenied', 403));
    const attempt = await deleteRole(NAME, { roles });
    expect(attempt).toMatchObject({ outcome: 'left', detail: expect.stringContaining('AccessDenied') });
    expect(attempt.passing).toBeUndefined();
  });
});
