import { describe, expect, it } from 'vitest';
import { furtherAllows } from '../../../../core/domain/policy/further-allows.ts';
import { publicReading } from '../../../../core/domain/policy/public-reading.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';

const BUCKET = 'arn:aws:s3:::demo-oidc';
const DOCUMENTS = [`${BUCKET}/.well-known/openid-configuration`, `${BUCKET}/keys.json`];

const policy = (...statements: unknown[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements as PolicyStatement[],
});
const allow = (parts: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `${BUCKET}/*`,
  ...parts,
});
const deny = (parts: object = {}) => allow({ Effect: 'Deny', Action: 's3:*', ...parts });
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});
const answer = (...statements: unknown[]) => publicReading(policy(...statements), DOCUMENTS);

const WITHOUT_TLS = when('Bool', 'aws:SecureTransport', 'false');

describe('everybody can read the documents', () => {
  it.each<[string, unknown[]]>([
    ['as ccoctl writes it', [allow({ Action: ['s3:GetObject'], Resource: [`${BUCKET}/*`] })]],
    ['with all accounts as principal', [allow({ Principal: { AWS: '*' } })]],
    ['with all accounts among the principals', [allow({ Principal: { AWS: ['111122223333', '*'] } })]],
    ['by name', [allow({ Resource: DOCUMENTS })]],
    ['each by a statement of its own', DOCUMENTS.map((Resource) => allow({ Resource }))],
    ['with any action and resource', [allow({ Action: '*', Resource: '*' })]],
    ['with all that reads', [allow({ Action: 's3:Get*' })]],
    ['over TLS only', [allow(when('Bool', 'aws:SecureTransport', true))]],
    ['over a TLS that S3 has anyhow', [allow(when('NumericGreaterThanEquals', 's3:TlsVersion', '1.2'))]],
    ['though requests without TLS are denied', [allow(), deny(WITHOUT_TLS)]],
    ['though an old TLS is denied', [allow(), deny(when('NumericLessThan', 's3:TlsVersion', 1.2))]],
    ['though writing is denied', [allow(), deny({ Action: ['s3:Put*', 's3:DeleteObject'] })]],
    ['though other objects are denied', [allow(), deny({ Resource: `${BUCKET}/logs/*` })]],
    ['though somebody is denied by name', [allow(), deny({ Principal: { AWS: '111122223333' } })]],
    ['besides a statement that nobody understands', [allow(), allow({ Effect: 'Allow', More: 1 })]],
  ])('%s', (_, statements) => {
    expect(answer(...statements)).toEqual({ answer: 'yes' });
  });
});

describe('nobody can read the documents', () => {
  it.each<[string, unknown[], string]>([
    ['without a statement', [], 'no statement allows it to everybody'],
    [
      'when somebody in particular can',
      [allow({ Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' } })],
      'no statement allows it to everybody',
    ],
    [
      'when a service can',
      [allow({ Principal: { Service: 'cloudfront.amazonaws.com' } })],
      'no statement allows it to everybody',
    ],
    [
      'when it is about one document',
      [allow({ Resource: DOCUMENTS[0] })],
      'no statement allows it to everybody',
    ],
    ['when it is about listing', [allow({ Action: 's3:ListBucket' })], 'no statement allows it to everybody'],
    ['when it is about another bucket', [allow({ Resource: 'arn:aws:s3:::x/*' })], 'no statement allows it'],
    ['when it is without TLS only', [allow(WITHOUT_TLS)], 'no statement allows it to everybody'],
    ['when a statement denies it', [allow(), deny({ Sid: 'Closed' })], 'its statement Closed denies it'],
    ['when the second denies it', [allow(), deny()], 'its statement 2 denies it'],
    [
      'when all but others is denied',
      [allow(), deny({ Action: undefined, NotAction: 's3:Put*' })],
      'denies it',
    ],
  ])('%s', (_, statements, reason) => {
    expect(answer(...statements)).toEqual({ answer: 'no', reason: expect.stringContaining(reason) });
  });

  it('without a policy', () => {
    expect(publicReading(undefined, DOCUMENTS)).toEqual({
      answer: 'no',
      reason: 'there is no bucket policy',
    });
  });
});

describe('whether everybody can read the documents is not known', () => {
  it.each<[string, unknown[], RegExp]>([
    [
      'when it hangs on an address',
      [allow(when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))],
      /^its statement 1 may or may not allow it: it has the condition IpAddress aws:SourceIp/,
    ],
    [
      'when a Deny hangs on an address',
      [allow(), deny({ Sid: 'Net', ...when('NotIpAddress', 'aws:SourceIp', '192.0.2.0/24') })],
      /^its statement Net may deny it/,
    ],
    [
      'when a Deny hangs on an organization',
      [allow(), deny(when('StringNotEquals', 'aws:PrincipalOrgID', 'o-1'))],
      /may deny it/,
    ],
    [
      'when a Deny is of all but somebody',
      [allow(), deny({ Principal: undefined, NotPrincipal: {} })],
      /NotPrincipal/,
    ],
    [
      'when a newer TLS is wanted',
      [allow(), deny(when('NumericLessThan', 's3:TlsVersion', 1.3))],
      /TlsVersion/,
    ],
    ['when an operator is unknown', [allow(when('Whatever', 'aws:SecureTransport', true))], /Whatever/],
    ['when a resource has a variable', [allow({ Resource: `${BUCKET}/$\{aws:userid}` })], /its Resource/],
    ['when a statement is none', [allow(), 'x'], /not an object/],
    ['when an effect is unknown', [allow({ Effect: 'Perhaps' })], /neither Allow nor Deny/],
    ['when a principal is unknown', [allow(), deny({ Principal: 7 })], /its Principal/],
  ])('%s', (_, statements, reason) => {
    expect(answer(...statements)).toEqual({ answer: 'unknown', reason: expect.stringMatching(reason) });
  });
});

describe('what a bucket policy allows besides', () => {
  const ours = policy(allow({ Sid: 'Ours' }));
  it.each<[string, unknown, object[]]>([
    ['is nothing where it is what was prepared', allow({ Sid: 'Renamed' }), []],
    ['is nothing where it is denied', deny(), []],
    [
      'is nothing where it reads',
      allow({ Action: ['s3:GetBucketPolicy', 's3:List*'], Resource: BUCKET }),
      [],
    ],
    [
      'is to write the documents',
      allow({ Action: 's3:PutObject', Sid: 'Upload' }),
      [{ name: 'statement Upload', writes: true }],
    ],
    [
      'is to change the bucket',
      allow({ Action: 's3:DeleteBucket', Resource: BUCKET }),
      [{ name: 'statement 1', writes: true }],
    ],
    [
      'is to write elsewhere',
      allow({ Action: 's3:PutObject', Resource: `${BUCKET}/logs/*` }),
      [{ name: 'statement 1', writes: false }],
    ],
    [
      'may be anything where all but some is allowed',
      allow({ Action: undefined, NotAction: 's3:GetObject' }),
      [{ name: 'statement 1', writes: true }],
    ],
    ['may be anything where a statement is none', 'x', [{ name: 'statement 1', writes: true }]],
  ])('%s', (_, statement, expected) => {
    const found = furtherAllows(policy(statement), ours, [BUCKET, ...DOCUMENTS]);
    expect(found.map(({ name, writes }) => ({ name, writes }))).toEqual(expected);
    for (const { without } of found) expect(without).toEqual({ ...policy(statement), Statement: [] });
  });
});
