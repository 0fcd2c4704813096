import {
  GetAccountAuthorizationDetailsCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { accountReader } from '../../../core/aws/account-roles.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const iam = mockClient(IAMClient);
// Files share a process, and others ask a server.
afterAll(() => iam.restore());
const reader = accountReader(iam as unknown as IAMClient, true);
/** A reader of an emulator, whose list of roles lacks half of what IAM has. */
const patientReader = accountReader(iam as unknown as IAMClient, false);

const TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*' }] };
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: '*' }] };
const MANAGED = 'arn:aws:iam::123456789012:policy/Managed';

/** As IAM returns documents: percent-encoded, the asterisk too. */
const encoded = (document: unknown) => encodeURIComponent(JSON.stringify(document)).replaceAll('*', '%2A');

/** Names and parameters of every call, in order. */
const sent = () => iam.calls().map(({ args }) => [args[0].constructor.name, args[0].input]);

const bare = (name: string): RoleDetail => ({ RoleName: name, Arn: `arn:${name}`, Path: '/' });

beforeEach(() => {
  iam.reset();
  iam.on(GetAccountAuthorizationDetailsCommand).resolves({});
});

describe('the roles of an account', () => {
  const detail: RoleDetail = {
    ...bare('r'),
    Path: '/ocp/',
    Tags: [{ Key: 'a', Value: 'b' }],
    AssumeRolePolicyDocument: encoded(TRUST),
    RolePolicyList: [
      { PolicyName: 'r', PolicyDocument: encoded(POLICY) },
      { PolicyName: 'more', PolicyDocument: JSON.stringify(TRUST) },
    ],
    AttachedManagedPolicies: [{ PolicyName: 'Managed', PolicyArn: MANAGED }],
    PermissionsBoundary: { PermissionsBoundaryArn: 'boundary' },
    CreateDate: new Date('2025-01-01T00:00:00Z'),
    RoleLastUsed: { LastUsedDate: new Date('2026-03-01T10:00:00Z'), Region: 'us-east-2' },
  };

  it('come with all that decides what they may do, decoded, and with their last use', async () => {
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({ RoleDetailList: [detail] });
    const { roles } = await reader.read();
    expect(roles).toEqual([
      {
        name: 'r',
        arn: 'arn:r',
        path: '/ocp/',
        tags: { a: 'b' },
        trust: TRUST,
        inline: { r: POLICY, more: TRUST },
        attached: [MANAGED],
        permissionsBoundaryArn: 'boundary',
        createdAt: '2025-01-01T00:00:00.000Z',
        lastUsed: '2026-03-01T10:00:00.000Z',
        lastUsedRegion: 'us-east-2',
      },
    ]);
  });

  it('come without what they do not have', async () => {
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({ RoleDetailList: [bare('r')] });
    const { roles } = await reader.read();
    expect(roles).toEqual([{ name: 'r', arn: 'arn:r', path: '/', tags: {}, inline: {}, attached: [] }]);
  });

  it.each([
    ['is no JSON', '%7Bnot json'],
    ['is percent-encoded wrongly', '%7B%'],
    ['is JSON and no object', '[]'],
    ['is missing', undefined],
  ])('have null for an inline policy that %s, and keep the others', async (_, text) => {
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({
      RoleDetailList: [
        {
          ...bare('r'),
          RolePolicyList: [
            { PolicyName: 'bad', ...(text === undefined ? {} : { PolicyDocument: text }) },
            { PolicyName: 'good', PolicyDocument: encoded(POLICY) },
          ],
        },
      ],
    });
    const { roles } = await reader.read();
    expect(roles[0]?.inline).toEqual({ bad: null, good: POLICY });
  });

  it('have no trust when theirs cannot be read', async () => {
    iam
      .on(GetAccountAuthorizationDetailsCommand)
      .resolves({ RoleDetailList: [{ ...bare('r'), AssumeRolePolicyDocument: 'hello' }] });
    const { roles } = await reader.read();
    expect(roles[0]).not.toHaveProperty('trust');
  });

  it('are read to the last page, and nothing else is asked for', async () => {
    const query = { Filter: ['Role', 'LocalManagedPolicy'] as const, MaxItems: 1_000 };
    const page = (name: string, marker?: string) => ({
      RoleDetailList: [bare(name)],
      Policies: [
        {
          Arn: `arn:policy-${name}`,
          PolicyVersionList: [{ IsDefaultVersion: true, Document: encoded(POLICY) }],
        },
      ],
      ...(marker === undefined ? {} : { IsTruncated: true, Marker: marker }),
    });
    iam
      .on(GetAccountAuthorizationDetailsCommand)
      .resolvesOnce(page('a', 'one'))
      .resolvesOnce(page('b', 'two'))
      .resolvesOnce({ ...page('c'), IsTruncated: false, Marker: 'left over' });
    const { roles, policies } = await reader.read();
    expect(roles.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(Object.keys(policies)).toEqual(['arn:policy-a', 'arn:policy-b', 'arn:policy-c']);
    expect(sent()).toEqual([
      ['GetAccountAuthorizationDetailsCommand', query],
      ['GetAccountAuthorizationDetailsCommand', { ...query, Marker: 'one' }],
      ['GetAccountAuthorizationDetailsCommand', { ...query, Marker: 'two' }],
    ]);
  });

  it('are none in an empty account', async () => {
    await expect(reader.read()).resolves.toEqual({ roles: [], policies: {} });
  });

  it('are not given in part when a page is refused', async () => {
    iam
      .on(GetAccountAuthorizationDetailsCommand)
      .resolvesOnce({ RoleDetailList: [bare('a')], IsTruncated: true, Marker: 'one' })
      .rejectsOnce(sdkError('Throttling'));
    await expect(reader.read()).rejects.toThrow('Throttling');
  });
});

describe('the managed policies of an account', () => {
  it.each([
    [
      'are given in their default version',
      [
        { VersionId: 'v3', IsDefaultVersion: false, Document: encoded(TRUST) },
        { VersionId: 'v2', IsDefaultVersion: true, Document: encoded(POLICY) },
        { VersionId: 'v1', IsDefaultVersion: false, Document: encoded(TRUST) },
      ],
      { [MANAGED]: POLICY },
    ],
    ['are left out without a default version', [{ IsDefaultVersion: false, Document: encoded(POLICY) }], {}],
    ['are left out when it is no policy', [{ IsDefaultVersion: true, Document: 'hello' }], {}],
    ['are left out when it has no document', [{ IsDefaultVersion: true }], {}],
    ['are left out without versions', undefined, {}],
  ])('%s', async (_, versions, expected) => {
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({
      Policies: [{ Arn: MANAGED, ...(versions === undefined ? {} : { PolicyVersionList: versions }) }],
    });
    const { policies } = await reader.read();
    expect(policies).toEqual(expected);
  });
});

describe('where the list of roles is not complete', () => {
  it('each role is asked for by itself, and has boundary and last use from there', async () => {
    iam
      .on(GetAccountAuthorizationDetailsCommand)
      .resolves({ RoleDetailList: [{ ...bare('a'), Tags: [{ Key: 'k', Value: 'v' }] }, bare('b')] });
    const whole = { RoleId: 'id', CreateDate: new Date(0), Path: '/' };
    iam.on(GetRoleCommand, { RoleName: 'a' }).resolves({
      Role: {
        ...whole,
        RoleName: 'a',
        Arn: 'arn:a',
        PermissionsBoundary: { PermissionsBoundaryArn: 'boundary' },
        RoleLastUsed: { LastUsedDate: new Date('2026-03-01T10:00:00Z') },
      },
    });
    iam.on(GetRoleCommand, { RoleName: 'b' }).resolves({ Role: { ...whole, RoleName: 'b', Arn: 'arn:b' } });
    const { roles } = await patientReader.read();
    expect(roles).toEqual([
      {
        ...{ name: 'a', arn: 'arn:a', path: '/', tags: { k: 'v' }, inline: {}, attached: [] },
        permissionsBoundaryArn: 'boundary',
        lastUsed: '2026-03-01T10:00:00.000Z',
      },
      { name: 'b', arn: 'arn:b', path: '/', tags: {}, inline: {}, attached: [] },
    ]);
  });

  it('nothing of the list is lost by it', async () => {
    const detail = {
      ...bare('a'),
      PermissionsBoundary: { PermissionsBoundaryArn: 'of the list' },
      RolePolicyList: [{ PolicyName: 'a', PolicyDocument: encoded(POLICY) }],
    };
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({ RoleDetailList: [detail] });
    iam.on(GetRoleCommand).resolves({});
    const { roles } = await patientReader.read();
    expect(roles[0]).toMatchObject({ permissionsBoundaryArn: 'of the list', inline: { a: POLICY } });
  });

  it('and where it is, no role is', async () => {
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({ RoleDetailList: [bare('a'), bare('b')] });
    await reader.read();
    expect(iam.commandCalls(GetRoleCommand)).toEqual([]);
  });
});

describe("one of AWS's own policies", () => {
  const ARN = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

  it('is read in its default version', async () => {
    iam.on(GetPolicyCommand, { PolicyArn: ARN }).resolves({ Policy: { DefaultVersionId: 'v7' } });
    iam
      .on(GetPolicyVersionCommand, { PolicyArn: ARN, VersionId: 'v7' })
      .resolves({ PolicyVersion: { Document: encoded(POLICY) } });
    await expect(reader.awsPolicy(ARN)).resolves.toEqual(POLICY);
  });

  it.each([
    ['its default version is not known', { Policy: {} }, {}],
    ['that version has no document', { Policy: { DefaultVersionId: 'v1' } }, { PolicyVersion: {} }],
    ['it is no JSON', { Policy: { DefaultVersionId: 'v1' } }, { PolicyVersion: { Document: 'hello' } }],
  ])('is not known when %s', async (_, policy, version) => {
    iam.on(GetPolicyCommand).resolves(policy);
    iam.on(GetPolicyVersionCommand).resolves(version);
    await expect(reader.awsPolicy(ARN)).resolves.toBeUndefined();
  });

  it.each(['AccessDenied', 'NoSuchEntityException', 'Throttling'])(
    'throws what AWS says: %s',
    async (name) => {
      iam.on(GetPolicyCommand).rejects(sdkError(name));
      await expect(reader.awsPolicy(ARN)).rejects.toThrow(name);
    },
  );
});
