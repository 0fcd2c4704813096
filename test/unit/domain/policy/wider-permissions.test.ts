import { describe, expect, it } from 'vitest';
import { widerPermissions } from '../../../../core/domain/policy/wider-permissions.ts';
import { type PolicyStatement, permissionPolicy } from '../../../../core/domain/policy-document.ts';
import { sharedRelease } from '../../../support/releases.ts';

const allow = (Action: string | string[], Resource: string | string[] = '*', more: PolicyStatement = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const policy = (...Statement: PolicyStatement[]) => ({ Version: '2012-10-17', Statement });
const BUCKET = 'arn:aws:s3:::registry/*';

describe('what a policy allows beyond what was asked for', () => {
  it.each<[string, PolicyStatement, PolicyStatement, string]>([
    ['everything', allow('s3:GetObject'), allow('*'), '* on *'],
    ['a service', allow('s3:GetObject'), allow('iam:*'), 'iam:* on *'],
    ['reading all data', allow('s3:GetObject'), allow('s3:Get*'), 's3:Get* on *'],
    ['a pattern on one resource', allow('s3:GetObject'), allow('s3:Put*', BUCKET), `s3:Put* on ${BUCKET}`],
    ['the same on everything', allow('s3:GetObject', BUCKET), allow('s3:GetObject'), 's3:GetObject on *'],
    ['the same in other words', allow('s3:GetObject', BUCKET), allow('s3:getobject', '**'), 'on **'],
    [
      'the same on all buckets',
      allow('s3:GetObject', BUCKET),
      allow('s3:GetObject', 'arn:aws:s3:::*'),
      ':::*',
    ],
    [
      'the same on an ARN cut short',
      allow('s3:GetObject', BUCKET),
      allow('s3:GetObject', 'arn:aws:s3'),
      'on arn:aws:s3',
    ],
    [
      'all roles',
      allow('iam:PassRole', 'arn:aws:iam::1:role/a'),
      allow('iam:PassRole', 'arn:aws:iam::1:role/*'),
      'role/*',
    ],
    ['one of a pattern on everything', allow('s3:Put*', BUCKET), allow('s3:PutObject'), 's3:PutObject on *'],
    [
      'all but some',
      allow('s3:GetObject'),
      { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      'everything but iam:* on *',
    ],
    [
      'all but one resource',
      allow('s3:GetObject', BUCKET),
      { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::a' },
      'everything but arn:aws:s3:::a',
    ],
    [
      'a condition less',
      allow('iam:PassRole', '*', { Condition: { StringEquals: { 'iam:PassedToService': 'a' } } }),
      allow('iam:PassRole'),
      'iam:PassRole on *',
    ],
    [
      'everything on a condition',
      allow('s3:GetObject'),
      allow('*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      '* on * if',
    ],
  ])('is wide: %s', (_, asked, live, what) => {
    const { wide } = widerPermissions(policy(asked), policy(asked, live));
    expect(wide).toEqual([expect.stringContaining(what)]);
  });

  it.each<[string, PolicyStatement, PolicyStatement]>([
    ['another action', allow('s3:GetObject'), allow('s3:PutObject')],
    ['another action on all buckets', allow('s3:GetObject', BUCKET), allow('s3:PutObject', 'arn:aws:s3:::*')],
    ['the same in another bucket', allow('s3:GetObject', BUCKET), allow('s3:GetObject', 'arn:aws:s3:::b/*')],
    [
      'the same on another role',
      allow('iam:PassRole', 'arn:aws:iam::1:role/a'),
      allow('iam:PassRole', 'arn:aws:iam::1:role/b'),
    ],
    ['metadata by a pattern', allow('s3:GetObject'), allow('ec2:Describe*')],
  ])('is further, since it is named: %s', (_, asked, live) => {
    const { wide, further } = widerPermissions(policy(asked), policy(asked, live));
    expect({ wide, further: further.length }).toEqual({ wide: [], further: 1 });
  });

  it.each<[string, PolicyStatement, PolicyStatement]>([
    ['a service that was asked for', allow('ec2:*'), allow('ec2:RunInstances')],
    ['a pattern within another', allow('ec2:*'), allow('ec2:Create*', 'arn:aws:ec2:*:*:volume/*')],
    ['less by NotResource', allow('s3:*'), { Effect: 'Allow', Action: 's3:Get*', NotResource: BUCKET }],
    ['less by NotAction', allow('*'), { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    ['a Deny', allow('s3:GetObject'), { Effect: 'Deny', Action: '*', Resource: '*' }],
  ])('is nothing: %s', (_, asked, live) => {
    expect(widerPermissions(policy(asked), policy(live))).toEqual({ wide: [], further: [] });
  });

  const FOLDERS = ['4.7', '4.12', '4.14', '4.18', '4.20', 'payload-4.22', 'optional-operators'];

  it.each(FOLDERS.flatMap((folder) => sharedRelease(folder) ?? []).flatMap((release) => [...release]))(
    'is nothing of what a real request asks for: %s',
    (_, { spec }) => {
      const asked = permissionPolicy(
        spec.providerSpec.statementEntries as Parameters<typeof permissionPolicy>[0],
      );
      expect(widerPermissions(asked, asked)).toEqual({ wide: [], further: [] });
    },
  );
});
