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

  it.each(['arn:aws:s3:::my-bucket', 'arn:aws:s3:::my-bucket/*', 'arn:aws-us-gov:s3:::b/some/prefix*'])(
    'lets NooBaa ask for s3:* on %s',
    (resource) => {
      expect(guard('s3:*', resource)).toEqual([]);
      expect(guard('s3:PutBucketPolicy', resource)).toEqual([]);
    },
  );

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
    'arn:*:s3:::my-bucket',
    'arn:aws:s3:eu-west-1:123456789012:accesspoint/my-point',
    'arn:aws:iam::123456789012:role/my-bucket',
    'my-bucket',
  ])('refuses s3:* on "%s"', (resource) => {
    expect(guard('s3:*', resource)).toEqual([
      {
        action: 's3:*',
        reason: '"s3:*" is allowed on one named bucket only, and the resource does not name one.',
        remedy: expect.stringContaining('arn:aws:s3:::name/*'),
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
      expect(guard(`${name}:name`)[0]?.reason).toContain('no OpenShift release is known to use');
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
    [
      'iam:CreateRole',
      '"iam:CreateRole" is not among the iam actions that OpenShift releases are known to ask for.',
    ],
    ['sqs:SendMessage', '"sqs:SendMessage" is of a service that no OpenShift release is known to use.'],
    ['iam:*', '"iam:*" can match iam actions that the guard does not allow.'],
    ['s*:*', '"s*:*" has a wildcard in place of the service, which reaches every service, IAM included.'],
    ['ec2:GetPasswordData', '"ec2:GetPasswordData" reads secrets or contents, not just metadata.'],
    ['ec2', '"ec2" is not an action of the form service:Name in ASCII letters and digits.'],
  ])('gives the reason for %s', (action, reason) => {
    expect(guard(action)[0]?.reason).toBe(reason);
  });

  it('offers the very action as an addition', () => {
    expect(guard('sqs:SendMessage')[0]?.remedy).toMatch(
      /npm run deploy -- -c policyGuardAdditions=sqs:SendMessage$/,
    );
  });

  it.each(['iam:*', 'iam:Create*', '*', 's*:*', 'ec2'])(
    'offers no pattern as an addition for %s',
    (action) => {
      const remedy = guard(action)[0]?.remedy;
      expect(remedy).toMatch(/npm run deploy -- -c policyGuardAdditions=[a-z0-9]+:Action$/);
    },
  );

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
    ['iam:*', 'iam:CreateRole'],
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
    ['iam:*', '*'],
    ['iam:*', 'ia?:CreateRole'],
    ['ec2:GetPasswordData', 'ec2:Get*'],
  ])('by %s does not allow %s', (addition, action) => {
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(false);
  });

  it.each([
    '',
    '*',
    '*:*',
    's*:*',
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
    widenRules(DEFAULT_RULES, ['iam:*', 'sqs:*']);
    expect(DEFAULT_RULES).toEqual(before);
  });
});

it('puts what was decided and what was asked together', () => {
  const decided = { ec2: { why: 'metadata', readOnly: true, actions: ['CopyVolumes'] } };
  expect(rulesFrom({ decided, asked: { ec2: ['RunInstances'], sqs: ['SendMessage'] } })).toEqual({
    version: 1,
    nobodysBuckets: DEFAULT_RULES.nobodysBuckets,
    services: {
      ec2: { readOnly: true, actions: ['CopyVolumes', 'RunInstances'] },
      sqs: { actions: ['SendMessage'] },
    },
  });
});
