import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { iamRoles } from '../../../core/aws/roles.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const iam = mockClient(IAMClient);
// Files share a process, and others ask a server.
afterAll(() => iam.restore());
const roles = iamRoles(iam as unknown as IAMClient);
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: '*' }] };

/** Names and parameters of every call, in order. */
const sent = () => iam.calls().map(({ args }) => [args[0].constructor.name, args[0].input]);

/** As IAM returns documents: percent-encoded, the asterisk too. */
const encoded = (document: unknown) => encodeURIComponent(JSON.stringify(document)).replaceAll('*', '%2A');

beforeEach(() => {
  iam.reset();
  iam.onAnyCommand().resolves({});
});

describe('reading a role', () => {
  const role: Role = {
    RoleName: 'r',
    RoleId: 'id',
    CreateDate: new Date(0),
    Arn: 'arn',
    Path: '/ocp/',
    Description: 'text',
    MaxSessionDuration: 7_200,
    PermissionsBoundary: { PermissionsBoundaryArn: 'boundary' },
    Tags: [{ Key: 'a', Value: 'b' }],
    AssumeRolePolicyDocument: encoded(POLICY),
  };

  it.each<[string, Role | undefined, string | undefined]>([
    ['was used', { ...role, RoleLastUsed: { LastUsedDate: new Date(0) } }, '1970-01-01T00:00:00.000Z'],
    ['was never used', { ...role, RoleLastUsed: {} }, undefined],
    ['is one of which nothing is said', role, undefined],
    ['is not there', undefined, undefined],
  ])('tells its last use when it %s', async (_, Role, lastUsed) => {
    if (Role === undefined) iam.on(GetRoleCommand).rejects(sdkError('NoSuchEntityException', 404));
    else iam.on(GetRoleCommand, { RoleName: 'r' }).resolves({ Role });
    await expect(roles.lastUsed('r')).resolves.toBe(lastUsed);
  });

  it.each<[string, () => void, unknown]>([
    [
      'is read by its name',
      () => iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: '%7B%22Version%22%3A%22v%22%7D' }),
      { Version: 'v' },
    ],
    [
      'is missing where IAM has none',
      () => iam.on(GetRolePolicyCommand).rejects(sdkError('NoSuchEntityException', 404)),
      'missing',
    ],
    [
      'is not known where it is no JSON',
      () => iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: 'x' }),
      undefined,
    ],
  ])('an inline policy of somebody else %s', async (_, answers, found) => {
    answers();
    await expect(roles.inlinePolicy('role', 'theirs')).resolves.toEqual(found);
  });

  it('decodes its policies', async () => {
    iam.on(GetRoleCommand, { RoleName: 'r' }).resolves({ Role: role });
    iam
      .on(GetRolePolicyCommand, { RoleName: 'r', PolicyName: 'r' })
      .resolves({ RoleName: 'r', PolicyName: 'r', PolicyDocument: encoded(POLICY) });
    await expect(roles.get('r')).resolves.toEqual({
      arn: 'arn',
      path: '/ocp/',
      description: 'text',
      permissionsBoundaryArn: 'boundary',
      maxSessionDuration: 7_200,
      tags: { a: 'b' },
      trust: POLICY,
      policy: POLICY,
    });
  });

  it('leaves out what it does not have', async () => {
    iam
      .on(GetRoleCommand)
      .resolves({ Role: { RoleName: 'r', RoleId: 'id', Path: '/', Arn: 'arn', CreateDate: new Date(0) } });
    iam.on(GetRolePolicyCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(roles.get('r')).resolves.toEqual({ arn: 'arn', path: '/', tags: {} });
  });

  it('gives nothing for one that is not there, and asks no more', async () => {
    iam.on(GetRoleCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(roles.get('r')).resolves.toBeUndefined();
    expect(sent()).toEqual([['GetRoleCommand', { RoleName: 'r' }]]);
  });

  it('asks for both at once when the role is expected', async () => {
    iam.on(GetRoleCommand).rejects(sdkError('NoSuchEntityException', 404));
    iam.on(GetRolePolicyCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(roles.get('r', 'present')).resolves.toBeUndefined();
    expect(sent()).toHaveLength(2);
  });

  it('throws what else AWS says, of either call', async () => {
    iam.on(GetRoleCommand).resolves({ Role: role });
    iam.on(GetRolePolicyCommand).rejects(sdkError('AccessDenied', 403));
    await expect(roles.get('r')).rejects.toThrow('AccessDenied');
    await expect(roles.get('r', 'present')).rejects.toThrow('AccessDenied');
  });
});

describe('creating a role', () => {
  const role = { name: 'r', path: '/', description: 'text', trust: POLICY, tags: { a: 'b' } };
  const input = {
    RoleName: 'r',
    Path: '/',
    Description: 'text',
    AssumeRolePolicyDocument: JSON.stringify(POLICY),
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  it('sends trust, path and tags with the one call', async () => {
    await roles.create(role);
    expect(sent()).toEqual([['CreateRoleCommand', input]]);
  });

  it('sends the boundary with it, so that no role is ever without', async () => {
    await roles.create({ ...role, permissionsBoundaryArn: 'boundary' });
    expect(sent()).toEqual([['CreateRoleCommand', { ...input, PermissionsBoundary: 'boundary' }]]);
  });

  it('throws when there is one', async () => {
    iam.on(CreateRoleCommand).rejects(sdkError('EntityAlreadyExistsException', 409));
    await expect(roles.create(role)).rejects.toThrow('EntityAlreadyExists');
  });
});

describe('changing a role', () => {
  const text = JSON.stringify(POLICY);
  it.each<[string, () => Promise<void>, string, object]>([
    [
      'its policy',
      () => roles.putPolicy('r', POLICY),
      'PutRolePolicyCommand',
      { PolicyName: 'r', PolicyDocument: text },
    ],
    ['no policy', () => roles.deletePolicy('r'), 'DeleteRolePolicyCommand', { PolicyName: 'r' }],
    [
      'its trust',
      () => roles.putTrust('r', POLICY),
      'UpdateAssumeRolePolicyCommand',
      { PolicyDocument: text },
    ],
    [
      'its boundary',
      () => roles.putBoundary('r', 'boundary'),
      'PutRolePermissionsBoundaryCommand',
      { PermissionsBoundary: 'boundary' },
    ],
    ['no boundary', () => roles.putBoundary('r', undefined), 'DeleteRolePermissionsBoundaryCommand', {}],
    [
      'its description, with the session duration it has',
      () => roles.putDescription('r', 'text', 7_200),
      'UpdateRoleCommand',
      { Description: 'text', MaxSessionDuration: 7_200 },
    ],
    [
      'its description alone',
      () => roles.putDescription('r', 'text', undefined),
      'UpdateRoleCommand',
      { Description: 'text' },
    ],
    ['tags', () => roles.tag('r', { a: 'b' }), 'TagRoleCommand', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['fewer tags', () => roles.untag('r', ['a']), 'UntagRoleCommand', { TagKeys: ['a'] }],
    ['no role', () => roles.delete('r'), 'DeleteRoleCommand', {}],
  ])('%s', async (_, change, command, input) => {
    await change();
    expect(sent()).toEqual([[command, { RoleName: 'r', ...input }]]);
  });

  it('lists its inline policies', async () => {
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['r', 'other'] });
    await expect(roles.inlinePolicyNames('r')).resolves.toEqual(['r', 'other']);
  });

  it('lists the policies attached to it', async () => {
    iam
      .on(ListAttachedRolePoliciesCommand)
      .resolves({ AttachedPolicies: [{ PolicyName: 'A', PolicyArn: 'arn:a' }, { PolicyName: 'none' }] });
    await expect(roles.attachedPolicyArns('r')).resolves.toEqual(['arn:a']);
  });

  it('taking away what is gone is done', async () => {
    for (const command of [DeleteRoleCommand, DeleteRolePolicyCommand, DeleteRolePermissionsBoundaryCommand])
      iam.on(command as typeof DeleteRoleCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(roles.deletePolicy('r')).resolves.toBeUndefined();
    await expect(roles.putBoundary('r', undefined)).resolves.toBeUndefined();
    await expect(roles.delete('r')).resolves.toBeUndefined();
  });

  it('deleting one that has policies of others is refused', async () => {
    iam.on(DeleteRoleCommand).rejects(sdkError('DeleteConflictException', 409));
    await expect(roles.delete('r')).rejects.toThrow('DeleteConflict');
  });
});
