import { describe, expect, it } from 'vitest';
import type { Roles } from '../../../../core/aws/roles.ts';
import { ChangedSincePlan, NotYetConsistent, ResourceConflict } from '../../../../core/domain/errors.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { applyRole } from '../../../../core/resources/role/apply.ts';
import { failing, losingAnswerOf } from '../../../support/fakes/faults.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { NAME, OTHER_POLICY, planned, RUN_TAGS, roleState, TAGS } from './role.ts';

/** Applies what a plan made from `before` says. */
function apply(before: RoleState | undefined, roles: Roles): Promise<void> {
  return applyRole(planned(before), { roles });
}

describe('creating a role', () => {
  it('makes all of it, tagged with the run', async () => {
    const roles = fakeRoles();
    await apply(undefined, roles);
    expect(roles.state.get(NAME)).toEqual(roleState({ tags: RUN_TAGS }));
    expect(roles.writes).toEqual([`create ${NAME}`, `putPolicy ${NAME}`]);
  });

  it('twice is once', async () => {
    const roles = fakeRoles();
    await apply(undefined, roles);
    const once = structuredClone(roles.state);
    await apply(undefined, roles);
    expect(roles.state).toEqual(once);
  });

  it.each(['create', 'putPolicy'] as const)('goes on after the answer of %s was lost', async (method) => {
    const roles = fakeRoles();
    const unreliable = losingAnswerOf(roles, method);
    await expect(apply(undefined, unreliable)).rejects.toThrow();
    await apply(undefined, unreliable);
    expect(roles.state.get(NAME)).toEqual(roleState({ tags: RUN_TAGS }));
  });

  it("leaves alone one of another run that appeared meanwhile, though it is this cluster's", async () => {
    const roles = fakeRoles({ [NAME]: roleState({ policy: undefined }) });
    await expect(apply(undefined, roles)).rejects.toThrow(ResourceConflict);
    expect(roles.state.get(NAME)).toEqual(roleState({ policy: undefined }));
  });

  it.each([
    [
      'the provider',
      'create',
      sdkError('MalformedPolicyDocumentException', 400, 'Invalid principal in policy: "Federated"'),
    ],
    ['the role', 'putPolicy', sdkError('NoSuchEntityException', 404)],
    ['the tags of the role', 'putPolicy', sdkError('AccessDenied', 403)],
  ] as const)('is tried again while IAM does not know %s yet', async (_, method, error) => {
    await expect(apply(undefined, failing(fakeRoles(), method, error))).rejects.toThrow(NotYetConsistent);
  });

  it('is tried again while IAM refuses the name but does not show the role', async () => {
    const roles = failing(fakeRoles(), 'create', sdkError('EntityAlreadyExistsException', 409));
    await expect(apply(undefined, roles)).rejects.toThrow(NotYetConsistent);
  });

  it('fails for good when the policy itself is malformed', async () => {
    const error = sdkError('MalformedPolicyDocumentException', 400, 'Syntax errors in policy.');
    await expect(apply(undefined, failing(fakeRoles(), 'create', error))).rejects.toBe(error);
    await expect(apply(undefined, failing(fakeRoles(), 'putPolicy', error))).rejects.toBe(error);
  });
});

describe('changing a role', () => {
  it.each<[string, Parameters<typeof roleState>[0], string[]]>([
    ['nothing', {}, []],
    ['trust', { trust: OTHER_POLICY }, ['putTrust']],
    ['permissions', { policy: undefined }, ['putPolicy']],
    ['boundary', { permissionsBoundaryArn: undefined }, ['putBoundary']],
    ['description', { description: 'x' }, ['putDescription']],
    ['tags', { tags: { ...TAGS, Name: 'x' } }, ['tag']],
    [
      'all parts, the boundary first, as IAM may demand one for all else',
      {
        trust: OTHER_POLICY,
        policy: OTHER_POLICY,
        permissionsBoundaryArn: 'arn:x',
        description: 'x',
        tags: {},
      },
      ['putBoundary', 'putTrust', 'putPolicy', 'putDescription', 'tag'],
    ],
  ])('makes exactly the planned writes: %s', async (_, parts, writes) => {
    const before = roleState(parts);
    const roles = fakeRoles({ [NAME]: before });
    await apply(before, roles);
    expect(roles.state.get(NAME)).toEqual(roleState());
    expect(roles.writes).toEqual(writes.map((write) => `${write} ${NAME}`));
  });

  it.each([
    [
      'its new boundary',
      { permissionsBoundaryArn: 'arn:x', policy: OTHER_POLICY },
      'putPolicy',
      sdkError('AccessDenied', 403),
    ],
    [
      'the provider',
      { trust: OTHER_POLICY },
      'putTrust',
      sdkError('MalformedPolicyDocumentException', 400, 'Invalid principal in policy: "Federated"'),
    ],
  ] as const)('is tried again while IAM does not know %s yet', async (_, parts, method, error) => {
    const before = roleState(parts);
    const roles = failing(fakeRoles({ [NAME]: before }), method, error);
    await expect(apply(before, roles)).rejects.toThrow(NotYetConsistent);
  });

  it('fails for good when IAM denies a change and no boundary was written', async () => {
    const before = roleState({ policy: OTHER_POLICY });
    const denied = sdkError('AccessDenied', 403);
    await expect(apply(before, failing(fakeRoles({ [NAME]: before }), 'putPolicy', denied))).rejects.toBe(
      denied,
    );
  });

  it('does not tag it with the run, which did not make it', async () => {
    const before = roleState({ tags: {} });
    const roles = fakeRoles({ [NAME]: before });
    await apply(before, roles);
    expect(roles.state.get(NAME)?.tags).toEqual(TAGS);
  });

  it('keeps its session duration when the description is set', async () => {
    const before = roleState({ description: 'x', maxSessionDuration: 43_200 });
    const roles = fakeRoles({ [NAME]: before });
    await apply(before, roles);
    expect(roles.state.get(NAME)).toEqual(roleState({ maxSessionDuration: 43_200 }));
  });

  it('does not write again what an earlier attempt wrote', async () => {
    const before = roleState({ trust: OTHER_POLICY, policy: OTHER_POLICY });
    const roles = fakeRoles({ [NAME]: before });
    await apply(before, roles);
    roles.writes.length = 0;
    await apply(before, roles);
    expect(roles.writes).toEqual([]);
  });

  const third = { ...OTHER_POLICY, Statement: [{ Effect: 'Deny', Action: ['*'], Resource: '*' }] };
  it.each<[string, Parameters<typeof roleState>[0], Parameters<typeof roleState>[0]]>([
    ['trust policy', { trust: OTHER_POLICY }, { trust: third }],
    ['permissions', { policy: OTHER_POLICY }, { policy: third }],
    ['permissions boundary', { permissionsBoundaryArn: 'arn:a' }, { permissionsBoundaryArn: 'arn:b' }],
    ['description', { description: 'a' }, { description: 'b' }],
  ])('stops when somebody else changed the %s since the plan', async (part, before, current) => {
    const roles = fakeRoles({ [NAME]: roleState(current) });
    const applying = apply(roleState(before), roles);
    await expect(applying).rejects.toThrow(ChangedSincePlan);
    await expect(applying).rejects.toThrow(part);
    expect(roles.writes).toEqual([]);
  });

  it('stops when somebody else deleted it since the plan', async () => {
    const roles = fakeRoles();
    await expect(apply(roleState({ policy: undefined }), roles)).rejects.toThrow(ChangedSincePlan);
    expect(roles.writes).toEqual([]);
  });
});
