import { describe, expect, it } from 'vitest';
import { widerTrust } from '../../../../core/domain/policy/wider-trust.ts';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';

const HOST = 'demo-oidc.s3.us-east-2.amazonaws.com';
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;
const OWN = 'system:serviceaccount:a:own';
const OTHER = 'system:serviceaccount:a:other';
const WEB = 'sts:AssumeRoleWithWebIdentity';

const statement = (Condition: unknown, more: PolicyStatement = {}): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: WEB,
  Condition,
  ...more,
});
const equals = (value: unknown, operator = 'StringEquals', key = `${HOST}:sub`) => ({
  [operator]: { [key]: value },
});
const widerOf = (...Statement: PolicyStatement[]) =>
  widerTrust({ Version: '2012-10-17', Statement }, { providerArn: PROVIDER, host: HOST, subjects: [OWN] });

describe('whom a trust policy admits beyond those that it is for', () => {
  it.each<[string, PolicyStatement]>([
    ['its service accounts', statement(equals([OWN]))],
    ['them under a pattern that is none', statement(equals(OWN, 'StringLike'))],
    [
      'them of a pattern and a list at once',
      statement({ ...equals(OWN), ...equals('system:*', 'StringLike') }),
    ],
    [
      'them and a further condition',
      statement({ StringEquals: { [`${HOST}:sub`]: OWN, [`${HOST}:aud`]: 'x' } }),
    ],
    ['a key in other letters', statement(equals(OWN, 'StringEquals', `${HOST}:SUB`))],
    ['what an identity provider is never asked for', statement(undefined, { Action: 'sts:AssumeRole' })],
    ['somebody who is denied', { Effect: 'Deny', Principal: '*', Action: '*' }],
  ])('is nobody: %s', (_, live) => {
    expect(widerOf(live)).toEqual({ foreign: [], added: [] });
  });

  it.each<[string, PolicyStatement]>([
    ['in the same statement', statement(equals([OWN, OTHER]))],
    ['in whatever letters', statement(equals([OWN, OTHER], 'StringEqualsIgnoreCase'))],
    ['by an operator for sets', statement(equals(OTHER, 'ForAnyValue:StringEquals'))],
  ])('is a service account by its name: %s', (_, live) => {
    expect(widerOf(live)).toEqual({ foreign: [], added: [OTHER] });
  });

  it.each<[string, unknown]>([
    ['no condition at all', undefined],
    ['the audience alone', equals('openshift', 'StringEquals', `${HOST}:aud`)],
    ['the subject of another issuer', equals(OWN, 'StringEquals', 'other:sub')],
    ['an unknown key', equals('10.0.0.0/8', 'IpAddress', 'aws:SourceIp')],
    ['a star', equals('*', 'StringLike')],
    ['a namespace', equals('system:serviceaccount:a:*', 'StringLike')],
    ['a question mark', equals('system:serviceaccount:a:ow?', 'StringLike')],
    ['a pattern in a list', equals([OWN, 'system:*'], 'StringLike')],
    ['everybody but one', equals(OTHER, 'StringNotEquals')],
    ['whoever has a subject', equals('false', 'Null')],
    ['its own subject, whatever it is', equals(`\${${HOST}:sub}`)],
    ['an operator that nobody knows', equals(OWN, 'StringResembles')],
    ['no list', equals({ a: 1 })],
    ['something that is no condition', 'nobody'],
  ])('is more than a list can name: %s', (_, condition) => {
    const { foreign, added } = widerOf(statement(equals(OWN)), statement(condition));
    expect(added).toEqual([]);
    expect(foreign).toEqual([expect.stringMatching(/every service account of the cluster|by the pattern/)]);
  });

  it.each<[unknown, string]>([
    ['*', 'everybody (*)'],
    [{ AWS: '*' }, 'AWS *'],
    [{ AWS: ['123456789012', 'arn:aws:iam::9:user/a'] }, 'AWS 123456789012'],
    [{ Service: 'ec2.amazonaws.com' }, 'Service ec2.amazonaws.com'],
    [{ CanonicalUser: 'abc' }, 'CanonicalUser abc'],
    [{ Federated: 'arn:aws:iam::123456789012:saml-provider/a' }, 'saml-provider/a'],
    [{ Federated: `${PROVIDER}-old` }, `${PROVIDER}-old`],
    [{ Federated: 'cognito-identity.amazonaws.com' }, 'cognito-identity.amazonaws.com'],
    [{ Federated: [PROVIDER, 'accounts.google.com'] }, 'accounts.google.com'],
    [undefined, 'an unreadable principal'],
    [['*'], 'an unreadable principal'],
    [{ AWS: { a: 1 } }, 'AWS {"a":1}'],
  ])('is a stranger: %j', (Principal, who) => {
    const { foreign } = widerOf(statement(equals(OWN), { Principal }));
    expect(foreign[0]).toContain(who);
  });
});
