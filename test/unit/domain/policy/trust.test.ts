import { describe, expect, it } from 'vitest';
import { describeTrust, type TrustQuestion, trusts } from '../../../../core/domain/policy/trust.ts';
import { type PolicyDocument, trustPolicy } from '../../../../core/domain/policy-document.ts';

const HOST = 'demo-oidc.s3.us-east-2.amazonaws.com';
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;
const SUBJECT = 'system:serviceaccount:openshift-machine-api:machine-api-controllers';
const QUESTION: TrustQuestion = {
  providerArn: PROVIDER,
  host: HOST,
  subject: SUBJECT,
  audience: 'openshift',
};

type Statement = Record<string, unknown>;

function policy(...Statement: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

const base = {
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: 'sts:AssumeRoleWithWebIdentity',
};

const when = (Condition: unknown): Statement => ({ ...base, Condition });
const sub = (value: unknown, operator = 'StringEquals') => when({ [operator]: { [`${HOST}:sub`]: value } });
const answer = (...statements: Statement[]) => trusts(policy(...statements), QUESTION).answer;

describe('a trust policy admits a token', () => {
  it('as this project writes it', () => {
    expect(trusts(trustPolicy(PROVIDER, HOST, ['other', SUBJECT]), QUESTION)).toEqual({ answer: 'yes' });
  });

  it.each<[string, Statement, ReturnType<typeof answer>]>([
    ['without a condition', base, 'yes'],
    ['by its subject', sub(SUBJECT), 'yes'],
    ['by one of several subjects', sub(['x', SUBJECT]), 'yes'],
    ['by another subject', sub('x'), 'no'],
    ['by a subject in another case', sub(SUBJECT.toUpperCase()), 'no'],
    ['by a pattern under StringEquals', sub('system:*'), 'no'],
    ['by a pattern under StringLike', sub('system:serviceaccount:openshift-*:*', 'StringLike'), 'yes'],
    ['by a pattern that does not match', sub('system:serviceaccount:other:*', 'StringLike'), 'no'],
    ['by any case', sub(SUBJECT.toUpperCase(), 'StringEqualsIgnoreCase'), 'yes'],
    ['but not this one', sub(SUBJECT, 'StringNotEquals'), 'no'],
    ['but not others', sub('x', 'StringNotLike'), 'yes'],
    ['by a set', sub([SUBJECT], 'ForAnyValue:StringEquals'), 'yes'],
    ['by a key in another case', when({ StringEquals: { [`${HOST.toUpperCase()}:SUB`]: SUBJECT } }), 'yes'],
    [
      'by its audience',
      when({ StringEquals: { [`${HOST}:aud`]: ['openshift', 'sts.amazonaws.com'] } }),
      'yes',
    ],
    ['by another audience', when({ StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' } }), 'no'],
    ['by both', when({ StringEquals: { [`${HOST}:aud`]: 'openshift', [`${HOST}:sub`]: SUBJECT } }), 'yes'],
    ['by one of both', when({ StringEquals: { [`${HOST}:aud`]: 'x', [`${HOST}:sub`]: SUBJECT } }), 'no'],
    ['by a claim it does not have', when({ StringEquals: { [`${HOST}:amr`]: 'authenticated' } }), 'no'],
    [
      'by a claim, where there is one',
      when({ 'ForAnyValue:StringLikeIfExists': { [`${HOST}:amr`]: 'x' } }),
      'yes',
    ],
    ['by a key that is not known', when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }), 'unknown'],
    ['by the subject of another host', when({ StringEquals: { 'other.example:sub': SUBJECT } }), 'unknown'],
    [
      'by a key that is not known, and another subject',
      when({ StringEquals: { [`${HOST}:sub`]: 'x', 'aws:SourceVpc': 'vpc-1' } }),
      'no',
    ],
    ['by a variable', sub('${aws:userid}'), 'unknown'],
    ['by a condition nobody understands', when('x'), 'unknown'],
    ['by sts:*', { ...base, Action: 'sts:*' }, 'yes'],
    ['by a pattern of actions', { ...base, Action: ['sts:TagSession', 'STS:assumerole*'] }, 'yes'],
    ['by all actions', { ...base, Action: '*' }, 'yes'],
    ['for another action', { ...base, Action: 'sts:AssumeRole' }, 'no'],
    [
      'for all actions but others',
      { Effect: 'Allow', Principal: base.Principal, NotAction: 'sts:AssumeRole' },
      'yes',
    ],
    ['for all actions but this', { Effect: 'Allow', Principal: base.Principal, NotAction: 'sts:*' }, 'no'],
    ['for an action that is none', { ...base, Action: 5 }, 'unknown'],
    ['of one of several providers', { ...base, Principal: { Federated: ['arn:x', PROVIDER] } }, 'yes'],
    ['of another provider', { ...base, Principal: { Federated: 'arn:x' } }, 'no'],
    ['of everyone', { ...base, Principal: '*' }, 'yes'],
    ['of an account', { ...base, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, 'no'],
    [
      'of an account and the provider',
      { ...base, Principal: { AWS: '123456789012', Federated: PROVIDER } },
      'yes',
    ],
    ['of every account', { ...base, Principal: { AWS: '*' } }, 'unknown'],
    ['of a service', { ...base, Principal: { Service: 'ec2.amazonaws.com' } }, 'no'],
    ['of a principal that is none', { ...base, Principal: 5 }, 'unknown'],
    ['of no principal', { Effect: 'Allow', Action: base.Action }, 'unknown'],
    ['of everyone but some', { Effect: 'Allow', Action: base.Action, NotPrincipal: { AWS: 'x' } }, 'unknown'],
    ['on a resource, which a trust policy has not', { ...base, Resource: '*' }, 'unknown'],
    ['with another effect', { ...base, Effect: 'Perhaps' }, 'unknown'],
    [
      'of another provider, with another effect',
      { ...base, Principal: { Federated: 'x' }, Effect: 'Perhaps' },
      'no',
    ],
  ])('%s', (_, statement, expected) => {
    expect(answer(statement)).toBe(expected);
  });

  it.each<[string, Statement[], ReturnType<typeof answer>]>([
    ['by one of two statements', [sub('x'), sub(SUBJECT)], 'yes'],
    ['by one, whatever the other hangs on', [when({ Bool: { 'aws:SecureTransport': true } }), base], 'yes'],
    ['by none', [sub('x'), sub('y')], 'no'],
    ['by no statement', [], 'no'],
    ['unless it is denied', [base, { ...sub(SUBJECT), Effect: 'Deny' }], 'no'],
    ['when another is denied', [base, { ...sub('x'), Effect: 'Deny' }], 'yes'],
    ['when another action is denied', [base, { ...base, Effect: 'Deny', Action: 'sts:TagSession' }], 'yes'],
    [
      'when it may be denied',
      [base, { ...when({ Bool: { 'aws:SecureTransport': false } }), Effect: 'Deny' }],
      'unknown',
    ],
    [
      'when everyone but some is denied',
      [base, { Effect: 'Deny', NotPrincipal: { AWS: 'x' }, Action: '*' }],
      'unknown',
    ],
    [
      'neither when it may be denied and nothing allows it',
      [sub('x'), { ...base, Effect: 'Deny', Principal: { AWS: '*' } }],
      'no',
    ],
  ])('%s', (_, statements, expected) => {
    expect(answer(...statements)).toBe(expected);
  });

  it.each([
    [undefined, 'the trust policy could not be read'],
    [
      {} as PolicyDocument,
      'a statement may allow it: it cannot be understood, since the policy has no Statement',
    ],
    [null as never, 'a statement may allow it: it cannot be understood, since the policy is not an object'],
  ])('%j: cannot be told', (document, reason) => {
    expect(trusts(document, QUESTION)).toEqual({ answer: 'unknown', reason });
  });

  it('whatever the case of the host in question', () => {
    const question = { ...QUESTION, host: HOST.toUpperCase() };
    expect(trusts(policy(sub(SUBJECT)), question).answer).toBe('yes');
    expect(trusts(policy(sub('x')), question).answer).toBe('no');
  });

  it('says why not', () => {
    expect(trusts(policy(sub('x'), { ...base, Principal: { Federated: 'arn:x' } }), QUESTION)).toEqual({
      answer: 'no',
      reason:
        `the condition StringEquals ${HOST}:sub x does not hold for ${SUBJECT}; ` +
        `the statement trusts arn:x, not ${PROVIDER}`,
    });
  });

  it('says why it cannot be told', () => {
    expect(trusts(policy(when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })), QUESTION)).toEqual({
      answer: 'unknown',
      reason:
        'a statement may allow it: the condition StringEquals aws:SourceVpc vpc-1 is on a key that is not known of a token',
    });
  });
});

describe('what a trust policy names', () => {
  it('are providers and subjects, each once', () => {
    const document = policy(sub(['a', 'b']), sub('b', 'ForAnyValue:StringLike'), {
      ...sub('c'),
      Principal: { Federated: ['arn:x', PROVIDER] },
    });
    expect(describeTrust(document)).toEqual({ providers: [PROVIDER, 'arn:x'], subjects: ['a', 'b', 'c'] });
  });

  it('are not patterns, exceptions, audiences, nor what is denied', () => {
    const document = policy(
      sub('a*', 'StringLike'),
      sub('b', 'StringNotEquals'),
      when({ StringEquals: { [`${HOST}:aud`]: 'openshift' } }),
      { ...sub('c'), Effect: 'Deny', Principal: { Federated: 'arn:x' } },
      { ...base, Principal: { AWS: 'arn:y' } },
      { ...base, Principal: '*' },
    );
    expect(describeTrust(document)).toEqual({ providers: [PROVIDER], subjects: [] });
  });

  it('are none where there is no policy', () => {
    expect(describeTrust(undefined)).toEqual({ providers: [], subjects: [] });
    expect(describeTrust({ Statement: null } as never)).toEqual({ providers: [], subjects: [] });
  });
});
