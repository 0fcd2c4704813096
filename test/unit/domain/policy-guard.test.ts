import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, guardStatement, rulesFrom, widenRules } from '../../../core/domain/policy-guard.ts';
import {
  BROAD_PATTERNS,
  ESCALATIONS,
  guard,
  isAllowed,
  LATER_RELEASES,
  NOT_ACTIONS,
  RELEASES,
  WILD_SERVICES,
} from './guarded-actions.ts';

describe('what the default rules let through', () => {
  for (const [component, actions] of Object.entries(RELEASES)) {
    it.each(actions)(`lets ${component} ask for %s`, (action) => {
      expect(guard(action)).toEqual([]);
    });
  }

  it.each(LATER_RELEASES)('lets a later release ask for %s', (action) => {
    expect(guard(action)).toEqual([]);
  });

  it.each([
    'arn:aws:s3:::my-bucket',
    'arn:*:s3:::my-bucket',
    'arn:aws:s3:::my-bucket/*',
    'arn:aws-us-gov:s3:::b/some/prefix*',
  ])('lets NooBaa ask for s3:* on %s', (resource) => {
    expect(guard('s3:*', resource)).toEqual([]);
    expect(guard('s3:PutBucketPolicy', resource)).toEqual([]);
  });

  it.each([
    '*',
    '',
    'arn:aws:s3:::*',
    'arn:aws:s3:::*/*',
    'arn:aws:s3:::my-*',
    'arn:aws:s3:::my-bucket*',
    'arn:aws:s3:::my?bucket/*',
    'arn:aws:s3:::/*',
    'arn:aws:s3:::${aws:username}/*',
    'arn:aws:s3:eu-west-1:123456789012:accesspoint/my-point',
    'arn:aws:iam::123456789012:role/my-bucket',
    'my-bucket',
  ])('refuses s3:* on "%s"', (resource) => {
    expect(guard('s3:*', resource)).toEqual([
      {
        action: 's3:*',
        reason: '"s3:*" is allowed on one named bucket only, and the resource does not name one.',
        remedy: expect.stringContaining('arn:aws:s3:::name/*'),
        addition: 's3:*',
      },
    ]);
    expect(isAllowed('s3:PutBucketPolicy', resource)).toBe(false);
  });

  it('does not take a bucket for a licence in other services', () => {
    expect(isAllowed('iam:*', 'arn:aws:s3:::my-bucket')).toBe(false);
  });
});

describe('what the default rules refuse', () => {
  it.each([...ESCALATIONS, ...BROAD_PATTERNS, ...WILD_SERVICES, ...NOT_ACTIONS])('refuses "%s"', (action) => {
    expect(guard(action)).toHaveLength(1);
  });

  it.each([
    ['a condition', { policyCondition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }],
    ['a narrow resource', { resource: 'arn:aws:iam::123456789012:role/one' }],
    ['an effect that is not exactly Deny', { effect: 'deny' }],
    ['no effect', { effect: '' }],
  ])('is not appeased by %s', (_, part) => {
    const statement = { effect: 'Allow', action: ['iam:CreateRole'], resource: '*', ...part };
    expect(guardStatement(statement, DEFAULT_RULES)).toHaveLength(1);
  });

  it('lets a statement that denies pass, whatever it denies', () => {
    const action = ['*', 'iam:*', 'not an action'];
    expect(guardStatement({ effect: 'Deny', action, resource: '*' }, DEFAULT_RULES)).toEqual([]);
  });

  it('takes no service from the prototype of an object', () => {
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      expect(guard(`${name}:name`)[0]?.reason).toContain('IAM had no service');
    }
  });

  it('covers no more by a pattern than a person has decided', () => {
    const patterns = Object.entries(DEFAULT_RULES.services).flatMap(([service, rules]) =>
      [...rules.actions, ...(rules.onNamedBucket ?? []).map((name) => `${name} on a named bucket`)]
        .filter((name) => /[*?]/.test(name))
        .map((name) => `${service}:${name}`),
    );
    expect(patterns).toEqual([
      'elasticfilesystem:*',
      'kms:ReEncrypt*',
      's3:GetBucket*',
      's3:ListBucket*',
      's3:* on a named bucket',
    ]);
  });

  it.each(['iam', 'sts', 'kms', 's3', 'ssm', 'logs', 'cognito-idp'])(
    'never takes %s as read-only',
    (service) => {
      expect(DEFAULT_RULES.services[service]?.readOnly ?? false).toBe(false);
    },
  );
});

describe('what a refusal says', () => {
  it('names every offending action once, in order, and only those', () => {
    const action = ['iam:CreateRole', 'ec2:RunInstances', '*', 'iam:CreateRole'];
    const refusals = guardStatement({ effect: 'Allow', action, resource: '*' }, DEFAULT_RULES);
    expect(refusals.map((refusal) => refusal.action)).toEqual(['iam:CreateRole', '*']);
  });

  it.each([
    ['iam:CreateRole', '"iam:CreateRole" is not allowed unasked: it makes a role that trusts whom it likes.'],
    [
      'iam:UntagRole',
      '"iam:UntagRole" is not among the iam actions that OpenShift releases are known to ask for.',
    ],
    ['sqs:SendMessage', '"sqs:SendMessage" is of a service that no OpenShift release is known to use.'],
    [
      'iam:*',
      '"iam:*" can match iam actions that the guard does not allow, such as iam:AddUserToGroup, iam:AttachGroupPolicy, iam:AttachRolePolicy.',
    ],
    ['ssm:Put*', '"ssm:Put*" can match ssm actions that the guard does not allow.'],
    ['s*:*', '"s*:*" has a wildcard in place of the service, which reaches every service, IAM included.'],
    [
      'ec2:GetPasswordData',
      '"ec2:GetPasswordData" is not allowed unasked: it hands out the encrypted password of the administrator of a Windows instance.',
    ],
    ['S3:headobject', '"S3:headobject" is no IAM action: HeadObject is an operation of the API.'],
    [
      'ec2:StartInstnces',
      '"ec2:StartInstnces" is no IAM action: IAM had no such action of ec2 on 2026-09-26.',
    ],
    ['ec2', '"ec2" is not an action of the form service:Name in ASCII letters and digits.'],
  ])('gives the reason for %s', (action, reason) => {
    expect(guard(action)[0]?.reason).toBe(reason);
  });

  it.each([
    ['sqs:SendMessage', 'sqs:SendMessage'],
    ['SQS:SendMessage', 'sqs:SendMessage'],
    ['s3:Put*', 's3:Put*'],
    ['sqs:*', 'sqs:*'],
    ['iam:CreateRole', 'iam:CreateRole'],
  ])('offers %s as the addition %s, which allows it', (action, addition) => {
    expect(guard(action)[0]).toMatchObject({ addition, remedy: expect.stringContaining('allow') });
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(true);
  });

  it.each([
    ['iam:*', 'by name'],
    ['iam:Create*', 'by name'],
    ['sts:Assume*', 'by name'],
    ['s3:*Object', 'by name'],
    ['ec2:?tartInstances', 'by name'],
    ['*', 'by name'],
    ['s*:*', 'by name'],
    ['ec2', 'Correct the spelling'],
    ['s3:HeadObject', 'Ask for s3:GetObject in its place.'],
    ['efs:CreateAccessPoint', 'Ask for elasticfilesystem:CreateAccessPoint in its place.'],
  ])('offers no addition for %s, but says what can be done: %s', (action, remedy) => {
    const [refusal] = guard(action);
    expect(refusal?.remedy).toContain(remedy);
    expect(refusal).not.toHaveProperty('addition');
  });

  it('makes look-alikes and control characters visible, and keeps long text short', () => {
    expect(guard('іam:Get\u001B[2J')[0]?.action).toBe('\\u{456}am:Get\\u{1b}[2J');
    const [refusal] = guard('a'.repeat(100_000));
    expect(JSON.stringify(refusal).length).toBeLessThan(1_000);
  });

  it('judges a hostile pattern, over which backtracking would never end', () => {
    expect(guard(`ec2:Get${'*?a'.repeat(40)}`)).toHaveLength(1);
  });
});

describe('widening', () => {
  it.each([
    ['ec2:ModifyInstanceAttribute', 'EC2:modifyInstanceAttribute'],
    ['sqs:*', 'sqs:SendMessage'],
    ['sqs:*', 'sqs:*'],
    ['SQS:Send*', 'sqs:SendMessageBatch'],
    ['iam:Create*', 'iam:CreateRole'],
    ['constructor:Name', 'constructor:Name'],
    [' sqs:SendMessage ', 'sqs:SendMessage'],
    ['ec2:GetPasswordData', 'ec2:GetPassword*'],
  ])('by %s allows %s', (addition, action) => {
    expect(isAllowed(action)).toBe(false);
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(true);
  });

  it.each([
    ['sqs:Send*', 'sqs:*'],
    ['sqs:SendMessage', 'sqs:SendMessageBatch'],
    ['sqs:*', 'sns:Publish'],
    ['iam:Create*', '*'],
    ['iam:CreateRole', 'ia?:CreateRole'],
    ['ec2:GetPasswordData', 'ec2:Get*'],
  ])('by %s does not allow %s', (addition, action) => {
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(false);
  });

  it.each([
    '',
    '*',
    '*:*',
    's*:*',
    'iam:*',
    'STS:*',
    'sqs',
    'sqs:',
    ':SendMessage',
    'sqs:*Message',
    'sqs:Send?essage',
    'sqs:Send**',
    'sqs:a b',
    'ѕqs:*',
  ])('throws for "%s"', (addition) => {
    expect(() => widenRules(DEFAULT_RULES, ['ec2:CreateRoute', addition])).toThrow(RangeError);
  });

  it('names the bad entry', () => {
    expect(() => widenRules(DEFAULT_RULES, ['sqs:*Message'])).toThrow('"sqs:*Message" is neither');
  });

  it('leaves the rules it was given as they were', () => {
    const before = structuredClone(DEFAULT_RULES);
    widenRules(DEFAULT_RULES, ['iam:Create*', 'sqs:*']);
    expect(DEFAULT_RULES).toEqual(before);
  });

  it('is known afterwards, and before it is not', () => {
    expect(DEFAULT_RULES.additions).toBeUndefined();
    expect(widenRules(widenRules(DEFAULT_RULES, []), [' sqs:*']).additions).toEqual(['sqs:*']);
  });
});

it('puts what was decided and what was asked together', () => {
  const decided = { ec2: { why: 'metadata', readOnly: true, actions: ['CopyVolumes'] } };
  const sensitive = { ec2: { GetPasswordData: 'hands out a password.' } };
  expect(rulesFrom({ decided, sensitive, asked: { ec2: ['RunInstances'], sqs: ['SendMessage'] } })).toEqual({
    version: 1,
    nobodysBuckets: DEFAULT_RULES.nobodysBuckets,
    sensitive,
    services: {
      ec2: { readOnly: true, actions: ['CopyVolumes', 'RunInstances'] },
      sqs: { actions: ['SendMessage'] },
    },
  });
});
