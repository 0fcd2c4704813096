import { describe, expect, it } from 'vitest';
import type { LivePermissions } from '../../../../core/domain/policy/coverage.ts';
import { allow, answer, compare, deny, policy, REGION, table } from './compared.ts';

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
