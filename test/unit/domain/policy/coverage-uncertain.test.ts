import { describe, expect, it } from 'vitest';
import { comparePermissions } from '../../../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import { allow, answer, compare, deny, policy, type Statement } from './compared.ts';

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
