import { describe, expect, test } from 'vitest';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { ACCOUNT } from './iam-policy.ts';
import { issuer, may, ours, provider, role, TAGGED, TAGS, whoMay } from './may.ts';
import { FUNCTION_NAMES } from './synthesise.ts';

describe('issuer buckets', () => {
  test.each<[action: string, resource: string, functions: FunctionName[]]>([
    ['s3:CreateBucket', issuer, ['publish-oidc-documents']],
    ['s3:PutBucketPolicy', issuer, ['publish-oidc-documents', 'undo-documents']],
    ['s3:PutObject', `${issuer}/keys.json`, ['publish-oidc-documents', 'undo-documents']],
    [
      's3:PutObject',
      `${issuer}/.well-known/openid-configuration`,
      ['publish-oidc-documents', 'undo-documents'],
    ],
    ['s3:PutObject', `${issuer}/anything-else`, []],
    ['s3:DeleteBucket', issuer, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObject', `${issuer}/keys.json`, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObjectVersion', `${issuer}/keys.json`, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObject', `${issuer}/anything-else`, []],
    ['s3:DeleteBucketPolicy', issuer, ['undo-documents', 'delete-issuer']],
    ['s3:PutObjectAcl', `${issuer}/keys.json`, ['undo-documents']],
    ['s3:DeleteBucket', 'arn:aws:s3:::somebody-elses', []],
  ])('%s on %s is for %j', (action, resource, functions) => {
    expect(whoMay(action, resource, ours)).toEqual(functions);
  });

  test('those of other accounts are left alone', () => {
    for (const action of [
      's3:PutBucketPolicy',
      's3:DeleteBucket',
      's3:GetBucketPolicy',
      's3:GetBucketTagging',
    ])
      expect(whoMay(action, issuer, { 'aws:ResourceAccount': '444455556666' })).toEqual([]);
  });

  // S3 answers HEAD of a bucket that is not there with 403 instead of 404 to whoever may not list it, and no account owns it.
  test('one that is not there is known to be none', () => {
    const lookAtOne = FUNCTION_NAMES.filter(
      (name) => name !== 'discover-clusters' && may(name, 's3:GetBucketTagging', issuer, ours),
    );
    expect(whoMay('s3:ListBucket', issuer)).toEqual(lookAtOne);
  });
});

describe('identity providers', () => {
  test.each<[action: string, functions: FunctionName[]]>([
    ['CreateOpenIDConnectProvider', ['register-provider']],
    ['TagOpenIDConnectProvider', ['register-provider', 'undo-provider']],
    ['DeleteOpenIDConnectProvider', ['undo-provider', 'delete-provider']],
    ['UpdateOpenIDConnectProviderThumbprint', []],
  ])('%s is for %j', (action, functions) => {
    expect(whoMay(`iam:${action}`, provider)).toEqual(functions);
  });

  test('those of others are looked at, by whom an existing issuer concerns, and never written', () => {
    const eks = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1`;
    expect(whoMay('iam:GetOpenIDConnectProvider', eks)).toEqual([
      'plan-changes',
      'verify',
      'plan-deletion',
      'discover-clusters',
      'audit-cluster',
    ]);
    for (const action of ['Create', 'Delete', 'Tag', 'Untag', 'AddClientIDTo', 'RemoveClientIDFrom']) {
      expect(whoMay(`iam:${action}OpenIDConnectProvider`, eks)).toEqual([]);
    }
  });
});

describe('roles', () => {
  test('CreateRole makes them, with the tags of a cluster; UndoRoles makes removed ones again', () => {
    expect(whoMay('iam:CreateRole', role, TAGS)).toEqual(['create-role', 'undo-roles']);
    expect(whoMay('iam:TagRole', role, TAGS)).toEqual(['create-role', 'undo-roles']);
  });

  test('which other policies they have is seen by those who plan and those who delete', () => {
    for (const action of ['iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'])
      expect(whoMay(action, role)).toEqual([
        'plan-changes',
        'prune-resources',
        'plan-deletion',
        'delete-roles',
      ]);
  });

  test('none is made without the tags', () => {
    expect(whoMay('iam:CreateRole', role)).toEqual([]);
    expect(
      whoMay('iam:CreateRole', role, { 'aws:RequestTag/Name': 'prod', 'aws:TagKeys': ['Name'] }),
    ).toEqual([]);
  });

  test.each([
    'PutRolePolicy',
    'UpdateAssumeRolePolicy',
    'UpdateRole',
    'PutRolePermissionsBoundary',
    'TagRole',
  ])('%s mends and restores roles that are tagged, ours and ccoctl’s alike, and no others', (action) => {
    expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual(['create-role', 'undo-roles']);
    expect(whoMay(`iam:${action}`, role)).toEqual([]);
  });

  test.each(['DeleteRolePermissionsBoundary', 'UntagRole'])('%s is for rollback', (action) => {
    expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual(['undo-roles']);
    expect(whoMay(`iam:${action}`, role)).toEqual([]);
  });

  test.each(['DeleteRole', 'DeleteRolePolicy'])(
    '%s is for rollback, for what is unused and for deletions, of roles that are tagged',
    (action) => {
      expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual([
        'prune-resources',
        'undo-roles',
        'delete-roles',
      ]);
      expect(whoMay(`iam:${action}`, role)).toEqual([]);
    },
  );

  test('a deletion takes managed policies off the roles that are tagged, and nobody deletes one', () => {
    expect(whoMay('iam:DetachRolePolicy', role, TAGGED)).toEqual(['delete-roles']);
    expect(whoMay('iam:DetachRolePolicy', role)).toEqual([]);
    const policy = `arn:aws:iam::${ACCOUNT}:policy/any`;
    expect(whoMay('iam:DeletePolicy', policy, TAGGED)).toEqual([]);
  });

  test('nobody attaches managed policies, passes roles or takes them on', () => {
    for (const action of ['iam:AttachRolePolicy', 'iam:PassRole', 'sts:AssumeRole']) {
      expect(whoMay(action, role, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });

  test("the pipeline's own roles are out of reach, however they are tagged", () => {
    const own = `arn:aws:iam::${ACCOUNT}:role/sts-prep/StsPrep-FunctionsCreateRoleRole`;
    for (const action of [
      'CreateRole',
      'TagRole',
      'PutRolePolicy',
      'UpdateAssumeRolePolicy',
      'DeleteRole',
      'DetachRolePolicy',
    ]) {
      expect(whoMay(`iam:${action}`, own, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });
});
