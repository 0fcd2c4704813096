import { describe, expect, it } from 'vitest';
import { comparePermissions } from '../../../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import { allow, deny, policy, REGION, table } from './compared.ts';

describe('numbers that cannot be written as they are compared', () => {
  const keys = 's3:max-keys';
  const narrow = { NumericGreaterThan: { [keys]: '0.1' }, NumericLessThan: { [keys]: '0.2' } };
  const huge = { NumericGreaterThan: { [keys]: '999999999999999' } };
  it.each([
    ['asked for between two', [allow('s3:ListBucket', '*', narrow)], []],
    [
      'denied between two',
      [allow('s3:ListBucket')],
      [allow('s3:ListBucket'), deny('s3:ListBucket', '*', narrow)],
    ],
    ['asked for above all', [allow('s3:ListBucket', '*', huge)], []],
    [
      'denied above all',
      [allow('s3:ListBucket')],
      [allow('s3:ListBucket'), deny('s3:ListBucket', '*', huge)],
    ],
  ])('prove nothing: %s', (_, wanted, live) => {
    expect(comparePermissions(policy(...wanted), { policies: [policy(...live)] }).verdict).not.toBe(
      'covered',
    );
  });
});

describe('policy variables', () => {
  const on = (resource: string) => [allow('s3:GetObject', resource)];
  const mine = 'arn:aws:s3:::home/${aws:username}/*';
  table([
    ['the same text', on(mine), on(mine), 'covered'],
    ['within a wider pattern', on(mine), on('arn:aws:s3:::home/*'), 'covered'],
    [
      'a variable by a name',
      on(mine),
      on('arn:aws:s3:::home/alice/*'),
      'unknown',
      'a statement may allow it: the resource that is asked for depends on a policy variable',
    ],
    [
      'a name by a variable',
      on('arn:aws:s3:::home/alice/*'),
      on(mine),
      'unknown',
      `a statement may allow it: the value of the policy variable in ${mine} is not known`,
    ],
    [
      'another variable',
      on(mine),
      on('arn:aws:s3:::home/${aws:userid}/*'),
      'unknown',
      'a statement may allow it: the value of the policy variable in arn:aws:s3:::home/${aws:userid}/* is not known',
    ],
    [
      'a name that no value can give',
      on('arn:aws:s3:::other/x'),
      on(mine),
      'missing',
      'no statement allows it',
    ],
    [
      'a variable where nothing can',
      on(mine),
      on('arn:aws:s3:::other/*'),
      'missing',
      'no statement allows it',
    ],
    [
      'all but a variable, with nothing live',
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: mine }],
      [],
      'unknown',
      'no statement allows it, unless the target leaves it out',
    ],
    [
      'all but a variable, live the same',
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: mine }],
      [{ Effect: 'Allow', Action: 's3:*', NotResource: mine }],
      'covered',
    ],
    [
      'all but one, live all but that and what nobody understands',
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::a' }],
      [{ Effect: 'Allow', Action: 's3:*', NotResource: ['arn:aws:s3:::a', 5] }],
      'unknown',
      'a statement may allow it: an entry of it cannot be understood',
    ],
    ['an escape is the character', on('arn:aws:s3:::a${*}'), on('arn:aws:s3:::a?'), 'covered'],
    [
      'an escape is no wildcard',
      on('arn:aws:s3:::ab'),
      on('arn:aws:s3:::a${*}'),
      'missing',
      'no statement allows it',
    ],
    [
      'denied on a variable',
      on('arn:aws:s3:::home/alice/*'),
      [allow('*'), deny('*', mine)],
      'unknown',
      `a Deny statement may deny it: the value of the policy variable in ${mine} is not known`,
    ],
    [
      'asked with a variable, denied on a name',
      on(mine),
      [allow('*'), deny('*', 'arn:aws:s3:::home/alice/*')],
      'unknown',
      'a Deny statement may deny it: the resource that is asked for depends on a policy variable',
    ],
    [
      'asked with a variable, denied on all',
      on(mine),
      [allow('*'), deny('*', 'arn:aws:s3:::home/*')],
      'missing',
      'denied by a Deny statement',
    ],
  ]);

  it.each([
    ['2008-10-17', 'missing'],
    [undefined, 'missing'],
    ['2012-10-17', 'unknown'],
    ['2099-01-01', 'unknown'],
  ])('in a policy of version %s: %s', (Version, verdict) => {
    const live = { Version, Statement: [allow('*', 'arn:aws:s3:::${aws:username}')] } as PolicyDocument;
    const wanted = policy(allow('s3:GetObject', 'arn:aws:s3:::alice'));
    expect(comparePermissions(wanted, { policies: [live] }).verdict).toBe(verdict);
  });
});

describe('conditions', () => {
  const run = (condition?: unknown) => [allow('ec2:RunInstances', '*', condition)];
  const region = (value: unknown) => ({ StringEquals: { [REGION]: value } });
  const tag = (value: unknown) => ({ StringEquals: { 'aws:ResourceTag/a': value } });
  const only = (text: string) => `allowed only under the condition ${text}`;
  const untold = 'whether that takes in all that is asked for cannot be told';
  table([
    ['none live', run(region('a')), run(), 'covered'],
    ['the same', run(region('a')), run(region('a')), 'covered'],
    [
      'the same in other words',
      run({ Bool: { 'kms:GrantIsForAWSResource': true } }),
      run({ bool: { 'KMS:grantIsForAWSResource': ['true'] } }),
      'covered',
    ],
    ['more values live', run(region('a')), run(region(['a', 'b'])), 'covered'],
    ['fewer tests live', run({ ...region('a'), Bool: { b: true } }), run(region('a')), 'covered'],
    ['one live, none asked for', run(), run(region('a')), 'missing', only(`StringEquals ${REGION} a`)],
    [
      'several live, none asked for',
      run(),
      [...run(region('a')), ...run(region('b'))],
      'missing',
      only(`StringEquals ${REGION} a, or StringEquals ${REGION} b`),
    ],
    [
      'a set live, none asked for',
      run(),
      run({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }),
      'missing',
      only('ForAllValues:StringEquals aws:TagKeys a'),
    ],
    [
      'fewer values live',
      run(region(['a', 'b'])),
      run(region('a')),
      'missing',
      `${only(`StringEquals ${REGION} a`)}, asked for under the condition StringEquals ${REGION} a or b`,
    ],
    [
      'another value live',
      run(region('a')),
      run(region('b')),
      'missing',
      `${only(`StringEquals ${REGION} b`)}, asked for under the condition StringEquals ${REGION} a`,
    ],
    [
      'one more test live',
      run(region('a')),
      run({ StringEquals: { [REGION]: 'a', k: 'x' } }),
      'missing',
      `${only(`StringEquals ${REGION} a and StringEquals k x`)}, asked for under the condition StringEquals ${REGION} a`,
    ],
    [
      'on another key',
      run(region('a')),
      run(tag('x')),
      'unknown',
      `${only('StringEquals aws:ResourceTag/a x')}, asked for under the condition StringEquals ${REGION} a; ${untold}`,
    ],
    [
      'together all values',
      run(region(['a', 'b'])),
      [...run(region('a')), ...run(region('b'))],
      'unknown',
      `${only(`StringEquals ${REGION} a, or StringEquals ${REGION} b`)}, asked for under the condition StringEquals ${REGION} a or b; ${untold}`,
    ],
    [
      'complementary',
      run(),
      [...run(region('a')), ...run({ StringNotEquals: { [REGION]: 'a' } })],
      'unknown',
      `${only(`StringEquals ${REGION} a, or StringNotEquals ${REGION} a`)}; ${untold}`,
    ],
    [
      'a variable live',
      run(),
      run(region('${aws:PrincipalTag/r}')),
      'unknown',
      `${only(`StringEquals ${REGION} \${aws:PrincipalTag/r}`)}; ${untold}`,
    ],
    [
      'an unknown operator live',
      run(),
      run({ Sounds: { k: 'a' } }),
      'unknown',
      `${only('Sounds k a')}; ${untold}`,
    ],
    [
      'a set that differs',
      run({ 'ForAnyValue:StringEquals': { k: 'a' } }),
      run({ 'ForAllValues:StringLike': { k: 'a*' } }),
      'unknown',
      `${only('ForAllValues:StringLike k a*')}, asked for under the condition ForAnyValue:StringEquals k a; ${untold}`,
    ],
    ['that never hold together', run({ ...region('a'), Null: { [REGION]: true } }), [], 'covered'],
    [
      'in part by action',
      [allow('ec2:*')],
      [allow('ec2:*', '*', region('a')), allow('ec2:Describe*')],
      'missing',
      `in part ${only(`StringEquals ${REGION} a`)}`,
    ],
    ['{} is none', run(), run({}), 'covered'],
    ['an operator without keys is none', run(), run({ StringEquals: {} }), 'covered'],
  ]);
});
