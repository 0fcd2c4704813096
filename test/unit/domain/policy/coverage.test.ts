import { describe, expect, it } from 'vitest';
import {
  type Coverage,
  comparePermissions,
  type LivePermissions,
} from '../../../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';

type Statement = Record<string, unknown>;

function policy(...Statement: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function allow(Action: unknown, Resource: unknown = '*', Condition?: unknown): Statement {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

function deny(Action: unknown, Resource: unknown = '*', Condition?: unknown): Statement {
  return { ...allow(Action, Resource, Condition), Effect: 'Deny' };
}

function compare(
  wanted: Statement[],
  live: Statement[],
  more: Omit<LivePermissions, 'policies'> = {},
): Coverage {
  return comparePermissions(policy(...wanted), { policies: [policy(...live)], ...more });
}

/** The verdict, and the reasons of all gaps. */
function answer({ verdict, missing, unknown }: Coverage): [Coverage['verdict'], ...string[]] {
  return [verdict, ...[...missing, ...unknown].map(({ reason }) => reason)];
}

type Case = [string, Statement[], Statement[], Coverage['verdict'], ...string[]];

function table(cases: Case[]): void {
  it.each(cases)('%s', (_, wanted, live, ...expected) => {
    expect(answer(compare(wanted, live))).toEqual(expected);
  });
}

const REGION = 'aws:RequestedRegion';

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

describe('Deny', () => {
  const region = (value: unknown) => ({ StringEquals: { [REGION]: value } });
  table([
    [
      'of the action',
      [allow('ec2:RunInstances')],
      [allow('*'), deny('ec2:*')],
      'missing',
      'denied by a Deny statement',
    ],
    ['of another action', [allow('ec2:RunInstances')], [allow('*'), deny('s3:*')], 'covered'],
    [
      'of a part of the actions',
      [allow('ec2:*')],
      [allow('*'), deny('ec2:Run*')],
      'missing',
      'in part denied by a Deny statement',
    ],
    [
      'of a part of the resources',
      [allow('s3:*', '*')],
      [allow('*'), deny('*', 'arn:aws:s3:::secret*')],
      'missing',
      'in part denied by a Deny statement',
    ],
    [
      'of another resource',
      [allow('s3:*', 'arn:aws:s3:::a*')],
      [allow('*'), deny('*', 'arn:aws:s3:::b*')],
      'covered',
    ],
    [
      'of all but the action',
      [allow('ec2:RunInstances')],
      [allow('*'), { Effect: 'Deny', NotAction: 'ec2:*', Resource: '*' }],
      'covered',
    ],
    [
      'of all but others',
      [allow('ec2:RunInstances')],
      [allow('*'), { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }],
      'missing',
      'denied by a Deny statement',
    ],
    [
      'of all but the resource',
      [allow('*', 'arn:aws:s3:::a')],
      [allow('*'), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::a*' }],
      'covered',
    ],
    ['without any Allow', [allow('ec2:RunInstances')], [deny('*')], 'missing', 'denied by a Deny statement'],
    [
      'under a condition',
      [allow('ec2:RunInstances')],
      [allow('*'), deny('*', '*', region('a'))],
      'unknown',
      `denied by a Deny statement under the condition StringEquals ${REGION} a, which may hold`,
    ],
    [
      'under a condition that surely holds',
      [allow('ec2:RunInstances', '*', region('a'))],
      [allow('*'), deny('*', '*', region(['a', 'b']))],
      'missing',
      'denied by a Deny statement',
    ],
    [
      'under a condition that cannot hold',
      [allow('ec2:RunInstances', '*', region('a'))],
      [allow('*'), deny('*', '*', region('b'))],
      'covered',
    ],
    [
      'under a condition that holds for a part',
      [allow('ec2:RunInstances', '*', region(['a', 'b']))],
      [allow('*'), deny('*', '*', region('b'))],
      'unknown',
      `denied by a Deny statement under the condition StringEquals ${REGION} b, which may hold`,
    ],
    [
      'under a condition on an absent key',
      [allow('ec2:RunInstances', '*', { Null: { [REGION]: true } })],
      [allow('*'), deny('*', '*', region('b'))],
      'covered',
    ],
  ]);

  const forbidden = deny('s3:*', 'arn:aws:s3:::secret/*');
  const outside = deny('*', '*', { StringNotEquals: { [REGION]: 'a' } });
  describe('in the target', () => {
    table([
      ['need not be live', [allow('s3:*'), forbidden], [allow('s3:*')], 'covered'],
      [
        'takes what need not be allowed',
        [allow('s3:*'), forbidden],
        [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' }],
        'covered',
      ],
      [
        'takes what may be denied',
        [allow('s3:*'), forbidden],
        [allow('s3:*'), deny('*', 'arn:aws:s3:::secret/a')],
        'covered',
      ],
      [
        'takes less than is denied',
        [allow('s3:*'), forbidden],
        [allow('s3:*'), deny('*', 'arn:aws:s3:::secret*')],
        'missing',
        'in part denied by a Deny statement',
      ],
      [
        'takes less than the same actions denied elsewhere too',
        [allow('s3:*'), forbidden],
        [allow('s3:*'), deny('s3:*', ['arn:aws:s3:::secret/*', 'arn:aws:s3:::open'])],
        'missing',
        'in part denied by a Deny statement',
      ],
      [
        'takes fewer actions than are denied on the same',
        [allow('s3:*'), deny('s3:Put*', 'arn:aws:s3:::secret/*')],
        [allow('s3:*'), deny('s3:*', 'arn:aws:s3:::secret/*')],
        'missing',
        'in part denied by a Deny statement',
      ],
      [
        'under a condition, and live the same on more',
        [allow('s3:GetObject', 'arn:aws:s3:::secret/x'), { ...forbidden, Condition: outside['Condition'] }],
        [allow('*'), outside],
        'covered',
      ],
      [
        'takes the same as one that denies other actions too',
        [allow('s3:*'), forbidden],
        [allow('s3:*', '*'), deny(['s3:*', 'ec2:*'], 'arn:aws:s3:::secret/*')],
        'covered',
      ],
      [
        'takes a whole action',
        [allow(['s3:GetObject', 's3:PutObject']), deny('s3:Put*')],
        [allow('s3:GetObject')],
        'covered',
      ],
      ['takes all', [allow('s3:*'), deny('*')], [], 'covered'],
      ['under a condition, and live the same', [allow('s3:*'), outside], [allow('s3:*'), outside], 'covered'],
      [
        'under a condition, and live a stricter one',
        [allow('s3:*'), outside],
        [allow('s3:*'), deny('*')],
        'missing',
        'denied by a Deny statement',
      ],
      [
        'under a condition, and live no Allow',
        [allow('s3:*'), outside],
        [allow('ec2:*')],
        'missing',
        'no statement allows it',
      ],
      [
        'under a condition that always holds',
        [allow('s3:*', '*', { StringEquals: { [REGION]: 'b' } }), outside],
        [],
        'covered',
      ],
      [
        'with a variable, and live the same',
        [allow('s3:*'), deny('*', 'arn:aws:s3:::${aws:username}')],
        [allow('s3:*'), deny('*', 'arn:aws:s3:::${aws:username}')],
        'covered',
      ],
      [
        'with a variable that may take what is missing',
        [allow('s3:*', 'arn:aws:s3:::a'), deny('*', 'arn:aws:s3:::${aws:username}')],
        [],
        'unknown',
        "no statement allows it, unless the target's own Deny or condition excludes it",
      ],
    ]);
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

describe('the permissions boundary', () => {
  const live = [allow('s3:*')];
  const wanted = [allow('s3:GetObject', 'arn:aws:s3:::a')];
  it.each<[string, LivePermissions['boundary'], ...string[]]>([
    ['allows it', policy(allow('s3:*')), 'covered'],
    [
      'does not allow it',
      policy(allow('ec2:*')),
      'missing',
      'outside the permissions boundary: no statement allows it',
    ],
    [
      'denies it',
      policy(allow('*'), deny('s3:*')),
      'missing',
      'outside the permissions boundary: denied by a Deny statement',
    ],
    [
      'allows it elsewhere',
      policy(allow('s3:*', 'arn:aws:s3:::b')),
      'missing',
      'outside the permissions boundary: no statement allows it',
    ],
    [
      'allows it under a condition',
      policy(allow('*', '*', { StringEquals: { [REGION]: 'a' } })),
      'missing',
      `outside the permissions boundary: allowed only under the condition StringEquals ${REGION} a`,
    ],
    ['could not be read', 'unreadable', 'unknown', 'the permissions boundary could not be read'],
  ])('%s', (_, boundary, ...expected) => {
    expect(answer(compare(wanted, live, boundary === undefined ? {} : { boundary }))).toEqual(expected);
  });

  it('grants nothing by itself', () => {
    expect(answer(compare(wanted, [], { boundary: policy(allow('*')) }))).toEqual([
      'missing',
      'no statement allows it',
    ]);
  });

  it('that could not be read leaves certain what the policies do not allow', () => {
    expect(answer(compare(wanted, [], { boundary: 'unreadable' }))).toEqual([
      'missing',
      'no statement allows it',
    ]);
  });

  it('turns what the policies leave open into a certain gap', () => {
    const open = [allow('s3:*', 'arn:aws:s3:::${aws:username}')];
    expect(compare(wanted, open, { boundary: policy(allow('ec2:*')) }).verdict).toBe('missing');
  });

  it('is named beside what the policies lack', () => {
    expect(answer(compare(wanted, [], { boundary: policy() }))).toEqual([
      'missing',
      'no statement allows it; outside the permissions boundary: no statement allows it',
    ]);
  });
});

describe('policies that could not be read', () => {
  const ARN = 'arn:aws:iam::1:policy/p';
  const unreadable = { unreadable: [ARN] };
  const wanted = [allow('s3:GetObject')];

  it('may deny what the others allow', () => {
    expect(answer(compare(wanted, [allow('*')], unreadable))).toEqual([
      'unknown',
      `it may be denied by a policy that could not be read: ${ARN}`,
    ]);
  });

  it('may allow what the others do not', () => {
    expect(answer(compare(wanted, [], unreadable))).toEqual([
      'unknown',
      `no statement allows it, but a policy could not be read and may allow it: ${ARN}`,
    ]);
  });

  it('change nothing about a Deny', () => {
    expect(answer(compare(wanted, [allow('*'), deny('s3:*')], unreadable))[0]).toBe('missing');
  });

  it('change nothing about the permissions boundary', () => {
    const more = { ...unreadable, boundary: policy(allow('ec2:*')) };
    expect(answer(compare(wanted, [allow('*')], more))[0]).toBe('missing');
  });

  it('change nothing when none is named', () => {
    expect(compare(wanted, [allow('*')], { unreadable: [] }).verdict).toBe('covered');
  });
});

describe('live policies of another shape', () => {
  const wanted = policy(allow('s3:GetObject', 'arn:aws:s3:::a'));
  const verdict = (document: unknown) =>
    answer(comparePermissions(wanted, { policies: [document as PolicyDocument] }));

  it.each<[string, unknown]>([
    ['one statement without a list', { Version: '2012-10-17', Statement: allow('s3:*') }],
    ['a list of resources', policy(allow(['s3:GetObject'], ['arn:aws:s3:::a', 'arn:aws:s3:::b']))],
    ['names', { ...policy({ ...allow('s3:*'), Sid: 'A' }), Id: 'x' }],
    ['an older version', { Version: '2008-10-17', Statement: [allow('s3:*')] }],
  ])('%s is understood', (_, document) => {
    expect(verdict(document)).toEqual(['covered']);
  });

  it.each<[string, unknown, ...string[]]>([
    [
      'no object',
      'x',
      'a Deny statement may deny it: it cannot be understood, since the policy is not an object',
    ],
    [
      'no statements',
      {},
      'a Deny statement may deny it: it cannot be understood, since the policy has no Statement',
    ],
    [
      'a statement that is none',
      policy('x' as never),
      'a Deny statement may deny it: it cannot be understood, since a statement of the policy is not an object',
    ],
    [
      'no effect',
      policy({ Action: '*', Resource: '*' }),
      'a Deny statement may deny it: it cannot be understood, since its Effect is neither Allow nor Deny',
    ],
    [
      'an Allow without actions',
      policy({ Effect: 'Allow', Resource: '*' }),
      'a statement may allow it: it cannot be understood, since it needs one of Action and NotAction',
    ],
    [
      'an Allow without resources',
      policy({ Effect: 'Allow', Action: '*' }),
      'a statement may allow it: it cannot be understood, since it needs one of Resource and NotResource',
    ],
    [
      'an Allow with both',
      policy({ ...allow('*'), NotAction: 'ec2:*' }),
      'a statement may allow it: it cannot be understood, since it needs one of Action and NotAction',
    ],
    [
      'an Allow with a principal',
      policy({ ...allow('*'), Principal: '*' }),
      'a statement may allow it: it cannot be understood, since it has the element Principal',
    ],
    [
      'an action that is a number',
      policy(allow([5])),
      'a statement may allow it: an entry of it cannot be understood',
    ],
    [
      'a NotAction that is a number',
      policy({ Effect: 'Allow', NotAction: [5], Resource: '*' }),
      'a statement may allow it: an entry of it cannot be understood',
    ],
    [
      'a condition that is a text',
      policy(allow('*', '*', 'x')),
      'allowed only under the condition "x"; whether that takes in all that is asked for cannot be told',
    ],
  ])('%s cannot be told', (_, document, ...reasons) => {
    expect(verdict(document)).toEqual(['unknown', ...reasons]);
  });

  it.each<[string, Statement]>([
    ['an Allow of something else', { Effect: 'Allow', Action: 'ec2:*' }],
    ['an Allow on something else', { Effect: 'Allow', Resource: 'arn:aws:s3:::b' }],
  ])('%s, whatever else is wrong with it, allows nothing', (_, statement) => {
    expect(verdict(policy(statement))).toEqual(['missing', 'no statement allows it']);
  });

  it('changes nothing that other statements allow', () => {
    expect(verdict(policy(allow('*'), { Effect: 'Allow' }))).toEqual(['covered']);
    expect(verdict(policy(allow('*'), { Effect: 'Deny', Action: 'ec2:*' }))).toEqual(['covered']);
  });
});

describe('the target', () => {
  it('may be of any shape too', () => {
    for (const document of [null, 5, {}, { Statement: 5 }, { Statement: [{ Effect: 'Allow' }] }]) {
      expect(comparePermissions(document as never, { policies: [policy(allow('*'))] }).verdict).toBe(
        'unknown',
      );
    }
  });

  it('asks for nothing without statements', () => {
    expect(comparePermissions(policy(), { policies: [] })).toEqual({
      verdict: 'covered',
      missing: [],
      unknown: [],
      statements: 0,
    });
  });

  it('is missing as soon as one part is, and says what cannot be told besides', () => {
    const result = compare(
      [allow('s3:GetObject', 'arn:aws:s3:::a'), allow('ec2:RunInstances')],
      [allow('s3:*', 'arn:aws:s3:::${aws:username}')],
    );
    expect(result).toMatchObject({
      verdict: 'missing',
      missing: [{ action: 'ec2:RunInstances' }],
      unknown: [{ action: 's3:GetObject' }],
      statements: 2,
    });
  });
});

describe('what would take too long', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  it.each<[string, Statement[], Statement[]]>([
    ['patterns that combine', [allow('*')], letters.map((letter) => allow(`*:*${letter}*`, `*${letter}*`))],
    ['patterns full of wildcards', [allow('s3:*', '*a'.repeat(1_000))], [allow('s3:*', '*b?'.repeat(600))]],
    ['more pairs than a policy has', [allow(list('s3:A'), list('arn:'))], [allow('s3:*')]],
    [
      'wildcards in every pair',
      [allow(list('s3:A', 90, '*'), list('arn:', 90, '*'))],
      [allow(list('s3:*', 90, '*'), list('arn:*', 90, '*'))],
    ],
  ])('%s cannot be told', (_, wanted, live) => {
    const { verdict, unknown } = compare(wanted, live);
    expect(verdict).toBe('unknown');
    // The budget is one of steps: without it these would take hours.
    expect(unknown[0]?.reason).toBe('too many patterns to compare');
  });

  it('is not hit by a union of a hundred buckets', () => {
    const buckets = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::bucket-${index}/*`);
    const statements = buckets.map((bucket) => allow('s3:*Object', bucket));
    expect(compare([allow('s3:Get*', buckets)], statements).verdict).toBe('missing');
    expect(compare([allow('s3:GetObject', buckets)], statements).verdict).toBe('covered');
    expect(answer(compare([allow('s3:GetObject')], statements))[0]).toBe('missing');
  });

  function list(prefix: string, length = 200, suffix = ''): string[] {
    return Array.from({ length }, (_, index) => `${prefix}${index}${suffix}`);
  }
});
