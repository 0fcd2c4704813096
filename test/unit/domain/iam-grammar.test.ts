import { describe, expect, it } from 'vitest';
import { isOperator, nearestOperator } from '../../../core/domain/iam-grammar.ts';
import { manifest, providerSpec, select } from './request-manifests.ts';

describe('an operator of conditions', () => {
  it.each([
    'StringEquals',
    'ForAnyValue:StringLike',
    'StringLikeIfExists',
    'bool',
    'Null',
    'BinaryEquals',
    'forallvalues:ArnLikeifexists',
  ])('is %s', (operator) => expect(isOperator(operator)).toBe(true));

  it.each([
    ['StringEqual', 'StringEquals'],
    ['ForAnyValue:StringLikes', 'ForAnyValue:StringLike'],
    ['NumericLessThenIfExists', 'NumericLessThanIfExists'],
    ['ForSomeValue:StringLike', undefined],
    ['', undefined],
    ['x'.repeat(100), undefined],
  ])('is not %j; that may be %s', (operator, near) => {
    expect(isOperator(operator)).toBe(false);
    expect(nearestOperator(operator)).toBe(near);
  });
});

describe('a statement that IAM takes in no policy', () => {
  const toldOf = (statement: Record<string, unknown>) =>
    select(manifest({ spec: { providerSpec: providerSpec(statement) } })).problems.map(
      ({ code, field, remedy }) => [
        code,
        field?.replace('spec.providerSpec.statementEntries[0].', ''),
        remedy,
      ],
    );
  it.each(['bucket', '* ', ' *', '**', 'ARN:aws:s3:::a', '${BUCKET_ARN}', 'a*'])(
    'has the resource %j',
    (resource) => {
      expect(toldOf({ resource })).toEqual([
        ['CredentialsRequestInvalid', 'resource', expect.stringContaining('an ARN, such as')],
      ]);
    },
  );

  it('has operators that there are not, each of which is told', () => {
    const policyCondition = { StringEqual: { a: 'b' }, Bool: { a: true }, Whatever: { a: 'b' } };
    expect(toldOf({ policyCondition })).toEqual([
      ['CredentialsRequestInvalid', 'policyCondition.StringEqual', 'Write StringEquals, if that is meant.'],
      [
        'CredentialsRequestInvalid',
        'policyCondition.Whatever',
        expect.stringContaining('such as StringEquals'),
      ],
    ]);
  });

  it.each(['*', 'arn:aws:s3:::a', 'arn:*:ec2:*:*:instance/*', 'arn:aws:s3:::${aws:PrincipalTag/x}/*'])(
    'is none with the resource %s',
    (resource) => expect(toldOf({ resource })).toEqual([]),
  );
});
