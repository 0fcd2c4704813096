import { describe, expect, it } from 'vitest';
import { ChangedSincePlan, NotYetConsistent } from '../../../../core/domain/errors.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { checkUnusedRole, observeUnusedRole, removeRole } from '../../../../core/resources/role/remove.ts';
import { createCommands, undoRoleRemoval } from '../../../../core/resources/role/undo-removal.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { NAME, OTHER_POLICY, RUN_TAGS, roleState, SPEC } from './role.ts';

const OTHER_OWNER = { 'openshift.io/cloud-credential-operator/other': 'owned' };
const before = roleState({
  tags: { ...RUN_TAGS, team: 'web' },
  maxSessionDuration: 7_200,
  description: "it's",
});
const unused = { name: NAME, before };
const UNUSED = { cluster: 'demo', desired: { role: SPEC.desired } };
const step = { cluster: 'demo', found: unused };
const there = (state: RoleState = before) => fakeRoles({ [NAME]: state });
const without = (part: keyof RoleState): RoleState =>
  Object.fromEntries(Object.entries(before).filter(([key]) => key !== part)) as unknown as RoleState;

describe('whether a role can go', () => {
  it('it can, when it is the cluster’s alone and has no further policy', async () => {
    await expect(observeUnusedRole(UNUSED, { roles: there() })).resolves.toEqual([unused]);
    await expect(observeUnusedRole(UNUSED, { roles: there(without('policy')) })).resolves.toEqual([
      { name: NAME, before: without('policy') },
    ]);
  });

  it('there may be none', async () => {
    await expect(observeUnusedRole(UNUSED, { roles: fakeRoles() })).resolves.toEqual([]);
  });

  it.each<[string, RoleState, RegExp]>([
    ['has no tags', roleState({ tags: {} }), /stays, though .*: it has no tags\.$/],
    ['is another cluster’s', roleState({ tags: OTHER_OWNER }), /it belongs to cluster other\.$/],
    [
      'is another cluster’s too',
      roleState({ tags: { ...RUN_TAGS, ...OTHER_OWNER } }),
      /cluster demo, other\.$/,
    ],
    [
      'is of a CloudFormation stack, whose tags nobody else can give it again',
      roleState({ tags: { ...RUN_TAGS, 'aws:cloudformation:stack-name': 'demo-roles' } }),
      /by its tags aws:cloudformation:stack-name\. Take it away there/,
    ],
  ])('it stays when it %s', async (_, state, why) => {
    await expect(observeUnusedRole(UNUSED, { roles: there(state) })).resolves.toEqual([
      { kept: expect.stringMatching(why) },
    ]);
  });

  it('it stays when it has further policies, which are named', async () => {
    const roles = there();
    roles.foreignPolicies.set(NAME, ['inline']);
    roles.attachedPolicies.set(NAME, ['arn:aws:iam::aws:policy/A']);
    await expect(observeUnusedRole(UNUSED, { roles })).resolves.toEqual([
      { kept: expect.stringContaining('(inline, arn:aws:iam::aws:policy/A)') },
    ]);
  });
});

describe('a role that IAM shows to be in use', () => {
  const since = (at: string) => ({
    cluster: 'demo',
    desired: { role: SPEC.desired, unlessUsedSince: { at, event: 'the upgrade' } },
  });
  const usedAt = (at: string | undefined, state = before) => {
    const roles = there(state);
    if (at !== undefined) roles.used.set(NAME, at);
    return { roles };
  };

  it.each<[string, string | undefined, 'stays' | 'goes']>([
    ['after the upgrade', '2026-02-01T00:00:01.000Z', 'stays'],
    ['at the very time of the upgrade', '2026-02-01T00:00:00.000Z', 'goes'],
    ['before the upgrade', '2026-01-31T23:59:59.000Z', 'goes'],
    ['never', undefined, 'goes'],
  ])('used %s: %s → %s', async (_, used, outcome) => {
    const found = await observeUnusedRole(since('2026-02-01T00:00:00.000Z'), usedAt(used));
    expect(found).toEqual(
      outcome === 'goes'
        ? [unused]
        : [{ inUse: expect.stringMatching(/used at 2026-02-01T00:00:01.000Z.*the upgrade.*removeRoles/) }],
    );
  });

  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

  it.each<[string, string, string, 'stays' | 'goes']>([
    ['an hour before the upgrade of an hour ago', hours(-2), hours(-1), 'stays'],
    ['an hour before the upgrade of five hours ago', hours(-6), hours(-5), 'goes'],
    ['two days before the upgrade of an hour ago', hours(-49), hours(-1), 'goes'],
  ])('used %s, which IAM may show late: %s, %s → %s', async (_, used, upgraded, outcome) => {
    const found = await observeUnusedRole(since(upgraded), usedAt(used));
    expect(found).toEqual(
      outcome === 'goes'
        ? [unused]
        : [
            {
              inUse: expect.stringMatching(
                /not known whether it was used after the upgrade.* again after 20\d\d-/,
              ),
            },
          ],
    );
  });

  it('goes all the same when it is named, and stays no part of the cluster when it is somebody else’s', async () => {
    const used = '2026-02-01T00:00:01.000Z';
    await expect(observeUnusedRole(UNUSED, usedAt(used))).resolves.toEqual([unused]);
    const foreign = usedAt(used, roleState({ tags: OTHER_OWNER }));
    await expect(observeUnusedRole(since('2026-01-01T00:00:00.000Z'), foreign)).resolves.toEqual([
      { kept: expect.stringContaining('belongs to cluster other') },
    ]);
  });
});

const CHANGES: [string, Partial<RoleState>][] = [
  ['other permissions', { policy: OTHER_POLICY }],
  ['another trust', { trust: OTHER_POLICY }],
  ['another boundary', { permissionsBoundaryArn: 'arn:other' }],
  ['another tag', { tags: { ...before.tags, x: 'y' } }],
  ['another description', { description: 'other' }],
  ['another session duration', { maxSessionDuration: 3_600 }],
];

describe('removing a role', () => {
  it('deletes its policy and then the role, and is done when there is none', async () => {
    const roles = there();
    await checkUnusedRole(step, { roles });
    await removeRole(step, { roles });
    await removeRole(step, { roles });
    expect(roles.writes).toEqual([`deletePolicy ${NAME}`, `delete ${NAME}`]);
  });

  it('goes on where an earlier attempt had deleted the policy', async () => {
    const roles = there(without('policy'));
    await removeRole(step, { roles });
    expect(roles.state.size).toBe(0);
  });

  it('does not mind the order of tags', async () => {
    const tags = Object.fromEntries(Object.entries(before.tags).reverse());
    await expect(checkUnusedRole(step, { roles: there({ ...before, tags }) })).resolves.toBeUndefined();
  });

  it.each(CHANGES)('stops at %s than were planned', async (_, change) => {
    const roles = there({ ...before, ...change });
    await expect(checkUnusedRole(step, { roles })).rejects.toThrow(ChangedSincePlan);
    await expect(removeRole(step, { roles })).rejects.toThrow(ChangedSincePlan);
    expect(roles.writes).toEqual([]);
  });

  it('does not begin when the role, or its policy, is gone', async () => {
    await expect(checkUnusedRole(step, { roles: fakeRoles() })).rejects.toThrow(ChangedSincePlan);
    await expect(checkUnusedRole(step, { roles: there(without('policy')) })).rejects.toThrow(
      ChangedSincePlan,
    );
  });

  it('is tried again while IAM still sees the policy, and not when somebody attached another', async () => {
    const roles = there();
    const conflict = { ...roles, delete: () => Promise.reject(sdkError('DeleteConflictException', 409)) };
    await expect(removeRole(step, { roles: conflict })).rejects.toThrow(NotYetConsistent);
    roles.attachedPolicies.set(NAME, ['arn:aws:iam::aws:policy/A']);
    await expect(removeRole(step, { roles })).rejects.toThrow(ChangedSincePlan);
    const denied = { ...there(), delete: () => Promise.reject(sdkError('AccessDenied', 403)) };
    await expect(removeRole(step, { roles: denied })).rejects.toThrow('AccessDenied');
  });
});

describe('making a removed role again', () => {
  const undo = (roles = fakeRoles(), pauses: number[] = [], found = unused) =>
    undoRoleRemoval(
      { cluster: 'demo', found },
      { roles, beyond: () => [], wait: async (ms) => pauses.push(ms) },
    );

  it('brings back all of it', async () => {
    const roles = there();
    await removeRole(step, { roles });
    await expect(undo(roles)).resolves.toMatchObject({ outcome: 'undone', detail: 'recreated' });
    expect(roles.state.get(NAME)).toEqual(before);
    await expect(undo(roles)).resolves.toMatchObject({ outcome: 'untouched', detail: 'still there' });
    expect(roles.state.get(NAME)).toEqual(before);
  });

  it.each<[string, RoleState]>([
    ['a policy', without('policy')],
    ['a boundary', without('permissionsBoundaryArn')],
    ['a description', without('description')],
  ])('brings it back without %s when it had none', async (_, state) => {
    const roles = fakeRoles();
    await undo(roles, [], { name: NAME, before: state });
    expect(roles.state.get(NAME)).toEqual(state);
  });

  it('puts the policy back when only that was gone, or IAM may still show it', async () => {
    const roles = there(without('policy'));
    await expect(undo(roles)).resolves.toMatchObject({ outcome: 'undone' });
    expect(roles.state.get(NAME)).toEqual(before);
    const stale = there();
    await undo(stale);
    expect(stale.writes).toContain(`putPolicy ${NAME}`);
  });

  it.each(CHANGES.slice(0, 2))('leaves a role with %s alone', async (_, change) => {
    const roles = there({ ...before, ...change });
    await expect(undo(roles)).resolves.toMatchObject({
      outcome: 'left',
      commands: [`aws iam get-role --role-name ${NAME}`],
    });
    expect(roles.writes).toEqual([`create ${NAME}`]);
  });

  it('leaves a role of somebody else alone', async () => {
    const roles = there({ ...before, tags: OTHER_OWNER });
    await expect(undo(roles)).resolves.toMatchObject({ outcome: 'left' });
    expect(roles.state.get(NAME)?.tags).toEqual(OTHER_OWNER);
  });

  it('waits until IAM knows the role that it has just made', async () => {
    const roles = fakeRoles();
    const pauses: number[] = [];
    let refusals = 0;
    const slow = {
      ...roles,
      putPolicy: async (name: string, policy: NonNullable<RoleState['policy']>) => {
        refusals += 1;
        if (refusals <= 3) throw sdkError(refusals === 1 ? 'AccessDenied' : 'NoSuchEntityException', 404);
        return roles.putPolicy(name, policy);
      },
    };
    await expect(undo(slow, pauses)).resolves.toMatchObject({ outcome: 'undone' });
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
    expect(roles.state.get(NAME)).toEqual(before);
  });

  it('says how to make it by hand when it cannot', async () => {
    const pauses: number[] = [];
    const denied = {
      ...fakeRoles(),
      putPolicy: () => Promise.reject(sdkError('NoSuchEntityException', 404)),
    };
    await expect(undo(denied, pauses)).resolves.toMatchObject({
      outcome: 'left',
      detail: expect.stringContaining('NoSuchEntity'),
      commands: createCommands(NAME, before),
    });
    // The function has a minute.
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(30_000);
    const refused = { ...fakeRoles(), create: () => Promise.reject(sdkError('AccessDenied', 403)) };
    await expect(undo(refused)).resolves.toMatchObject({ outcome: 'left' });
  });

  it('by commands that a shell reads as they are meant', () => {
    const [create, put, ...more] = createCommands(NAME, before);
    expect(create).toContain(`--role-name ${NAME} --path / --description 'it'\\''s' --permissions-boundary `);
    expect(create).toContain('--max-session-duration 7200');
    expect(create).toContain(`--assume-role-policy-document '${JSON.stringify(before.trust)}'`);
    expect(create).toContain('{"Key":"team","Value":"web"}');
    expect(put).toContain(`--policy-document '${JSON.stringify(before.policy)}'`);
    expect(more).toEqual([]);
    expect(createCommands(NAME, without('policy'))).toHaveLength(1);
  });
});
