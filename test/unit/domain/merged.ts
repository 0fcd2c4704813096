import fc from 'fast-check';
import type { PolicyDocument, PolicyStatement } from '../../../core/domain/policy-document.ts';

export const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});

export const allow = (action: string | string[], more: PolicyStatement = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
});

const actions = fc.constantFrom('s3:GetObject', 's3:getobject', 's3:ListBucket', 'ec2:*', 'sts:AssumeRole');

export const oneOrMore = <Item>(item: fc.Arbitrary<Item>) =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));

export const statements: fc.Arbitrary<PolicyStatement> = fc.record(
  {
    Sid: fc.constantFrom('A', 'B'),
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: oneOrMore(actions),
    Resource: oneOrMore(fc.constantFrom('*', 'arn:aws:s3:::a', 'arn:aws:s3:::b/*')),
    Condition: fc.constantFrom(
      { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      { Bool: { x: true } },
    ),
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);

export const HOST = 'demo-oidc.s3.us-east-2.amazonaws.com';

export const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${HOST}`;
