import { describe, expect, it } from 'vitest';
import { allow, compare, table } from './compared.ts';

describe('actions', () => {
  table([
    ['the same', [allow('ec2:RunInstances')], [allow('ec2:RunInstances')], 'covered'],
    ['in another case', [allow('ec2:RunInstances')], [allow('EC2:runinstances')], 'covered'],
    ['by a pattern', [allow('ec2:RunInstances')], [allow('ec2:Run*')], 'covered'],
    ['by all', [allow('ec2:RunInstances')], [allow('*')], 'covered'],
    ['by *:*', [allow('*')], [allow('*:*')], 'covered'],
    [
      'another',
      [allow('ec2:RunInstances')],
      [allow('ec2:StopInstances')],
      'missing',
      'no statement allows it',
    ],
    ['a pattern by itself', [allow('ec2:Describe*')], [allow('ec2:Describe*')], 'covered'],
    ['a pattern by a wider one', [allow('ec2:Describe*')], [allow('ec2:D*')], 'covered'],
    ['a pattern by one written otherwise', [allow('ec2:D?*')], [allow('ec2:D*?')], 'covered'],
    [
      'a pattern by a narrower one',
      [allow('ec2:Describe*')],
      [allow('ec2:DescribeI*')],
      'missing',
      'allowed only for ec2:DescribeI*',
    ],
    [
      'a pattern by names',
      [allow('ec2:Describe*')],
      [allow(['ec2:DescribeTags', 'ec2:DescribeVpcs'])],
      'missing',
      'allowed only for ec2:DescribeTags, ec2:DescribeVpcs',
    ],
    [
      'a pattern by a union',
      [allow('s3:Get*')],
      [allow(['s3:Get', 's3:GetO*']), allow(['s3:Get?', 's3:Get??*'])],
      'covered',
    ],
    [
      'a pattern by a union with a hole',
      [allow('s3:Get?*')],
      [allow('s3:GetA*'), allow('s3:Get??*')],
      'missing',
      'allowed only for s3:GetA*, s3:Get??*',
    ],
    ['a union over several policies', [allow(['s3:A', 's3:B'])], [allow('s3:A'), allow('s3:B')], 'covered'],
    [
      'all but some',
      [allow('s3:GetObject')],
      [{ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }],
      'covered',
    ],
    [
      'all but this',
      [allow('ec2:RunInstances')],
      [{ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }],
      'missing',
      'no statement allows it',
    ],
    [
      'a pattern cut by all but some',
      [allow('ec2:*')],
      [{ Effect: 'Allow', NotAction: 'ec2:Run*', Resource: '*' }],
      'missing',
      'allowed only for everything but ec2:Run*',
    ],
    [
      'what is left by more exceptions',
      [{ Effect: 'Allow', NotAction: ['ec2:*', 's3:*'], Resource: '*' }],
      [{ Effect: 'Allow', NotAction: 'ec2:Run*', Resource: '*' }],
      'covered',
    ],
    [
      'what is left by fewer exceptions',
      [{ Effect: 'Allow', NotAction: 'ec2:Run*', Resource: '*' }],
      [{ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }],
      'missing',
      'allowed only for everything but ec2:*',
    ],
    ['none', [allow([])], [], 'covered'],
    [
      'what is left by an exception nobody understands',
      [{ Effect: 'Allow', NotAction: ['ec2:*', 5], Resource: '*' }],
      [],
      'unknown',
      'no statement allows it, unless the target leaves it out',
      "the target's statement cannot be understood: an entry is not an action or a resource",
    ],
    [
      'of a text that is none',
      [allow('RunInstances')],
      [allow('*')],
      'unknown',
      "the target's statement cannot be understood: an entry is not an action or a resource",
    ],
  ]);

  it('names the action and resource as the target writes them', () => {
    const { missing } = compare(
      [allow(['EC2:Run*', 's3:GetObject'], ['arn:aws:s3:::a', '*'])],
      [allow('s3:*')],
    );
    expect(missing).toEqual([
      { action: 'EC2:Run*', resource: 'arn:aws:s3:::a', reason: 'no statement allows it' },
      { action: 'EC2:Run*', resource: '*', reason: 'no statement allows it' },
    ]);
  });

  it('names the condition of the target', () => {
    const condition = { Bool: { 'kms:GrantIsForAWSResource': true } };
    const { missing } = compare([allow('kms:CreateGrant', '*', condition)], []);
    expect(missing).toEqual([
      { action: 'kms:CreateGrant', resource: '*', condition, reason: 'no statement allows it' },
    ]);
  });
});

describe('resources', () => {
  const on = (...resources: string[]) => [allow('s3:GetObject', resources)];
  table([
    ['the same', on('arn:aws:s3:::a'), on('arn:aws:s3:::a'), 'covered'],
    ['in another case', on('arn:aws:s3:::a'), on('arn:aws:s3:::A'), 'missing', 'no statement allows it'],
    ['by all', on('arn:aws:s3:::a'), on('*'), 'covered'],
    ['all by one', on('*'), on('arn:aws:s3:::a'), 'missing', 'allowed only on arn:aws:s3:::a'],
    ['all by every ARN', on('*'), on('arn:aws:s3:::*'), 'missing', 'allowed only on arn:aws:s3:::*'],
    ['by a pattern', on('arn:aws:s3:::a/b'), on('arn:aws:s3:::a/*'), 'covered'],
    ['by ?', on('arn:aws:s3:::ab'), on('arn:aws:s3:::a?'), 'covered'],
    ['? by *', on('arn:aws:s3:::a?'), on('arn:aws:s3:::a*'), 'covered'],
    ['* by ?', on('arn:aws:s3:::a*'), on('arn:aws:s3:::a?'), 'missing', 'allowed only on arn:aws:s3:::a?'],
    ['a union', on('arn:aws:s3:::a*'), on('arn:aws:s3:::a', 'arn:aws:s3:::a?*'), 'covered'],
    [
      'all but some',
      on('arn:aws:s3:::a'),
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::b*' }],
      'covered',
    ],
    [
      'all but this',
      on('arn:aws:s3:::b'),
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::b*' }],
      'missing',
      'no statement allows it',
    ],
    [
      'all but, and the rest',
      on('*'),
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::b*' }, allow('*', 'arn:aws:s3:::b*')],
      'covered',
    ],
    ['an ARN cut short', on('arn:aws:s3:::a'), on('arn:aws:s3'), 'covered'],
    [
      'an ARN cut short, of another service',
      on('arn:aws:s3:::a'),
      on('arn:aws:sqs'),
      'missing',
      'no statement allows it',
    ],
    ['the region by a wildcard', on('arn:aws:ec2:*:*:subnet/*'), on('arn:aws:ec2:*:*:*'), 'covered'],
    [
      'the region of another account',
      on('arn:aws:ec2:us-east-1:2:vpc/v'),
      on('arn:aws:ec2:*:1:vpc/*'),
      'missing',
      'no statement allows it',
    ],
    [
      'a wildcard that would have to reach over a colon',
      on('arn:aws:ec2:us-east-1:2:x:1:vpc/v'),
      on('arn:aws:ec2:*:1:vpc/*'),
      'unknown',
      'it depends on whether a wildcard in an ARN reaches over a colon',
    ],
    [
      'too long to be one',
      on(`arn:aws:s3:::${'a'.repeat(3_000)}`),
      on('*'),
      'unknown',
      "the target's statement cannot be understood: an entry is not an action or a resource",
    ],
  ]);
});

describe('actions on resources', () => {
  const A = 'arn:aws:s3:::a*';
  const B = 'arn:aws:s3:::b*';
  table([
    [
      'split by action',
      [allow(['s3:Get*', 's3:Put*'], A)],
      [allow('s3:Get*', A), allow('s3:Put*', A)],
      'covered',
    ],
    ['split by resource', [allow('s3:Get*', [A, B])], [allow('s3:*', A), allow('s3:Get*', B)], 'covered'],
    [
      'crossed',
      [allow(['s3:Get*', 's3:Put*'], [A, B])],
      [allow('s3:Get*', A), allow('s3:Put*', B)],
      'missing',
      'no statement allows it',
      'no statement allows it',
    ],
    [
      'a rectangle of four parts',
      [allow('s3:*', 'arn:aws:s3:::*')],
      [
        allow('s3:G*', 'arn:aws:s3:::a*'),
        { Effect: 'Allow', NotAction: 's3:G*', Resource: 'arn:aws:s3:::a*' },
        { Effect: 'Allow', Action: 's3:G*', NotResource: 'arn:aws:s3:::a*' },
        { Effect: 'Allow', NotAction: 's3:G*', NotResource: 'arn:aws:s3:::a*' },
      ],
      'covered',
    ],
    [
      'a rectangle with a corner missing',
      [allow('s3:*', 'arn:aws:s3:::*')],
      [allow('s3:G*', 'arn:aws:s3:::*'), { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::a*' }],
      'missing',
      'allowed only for s3:G* on arn:aws:s3:::*, for s3:* on everything but arn:aws:s3:::a*',
    ],
    [
      'one corner',
      [allow('s3:*', '*')],
      [allow('s3:Get*', A)],
      'missing',
      'allowed only for s3:Get* on arn:aws:s3:::a*',
    ],
    [
      'a pattern that is allowed in full on one resource',
      [allow('s3:Get*', '*')],
      [allow('s3:Get*', 'arn:aws:s3:::a/*'), allow('s3:GetObject', '*')],
      'missing',
      'allowed only for s3:Get* on arn:aws:s3:::a/*, for s3:GetObject on *',
    ],
  ]);
});
