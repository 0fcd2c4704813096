import { expect, test } from 'vitest';
import { plain } from './iam-policy.ts';
import { resources, synthesise } from './synthesise.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string;
  readonly Condition?: unknown;
}

const template = synthesise();
const policies: [string, Statement[]][] = [
  ...resources(template, 'AWS::S3::BucketPolicy').map(
    ([id, { Properties }]) => [id, Properties['PolicyDocument'].Statement] as [string, Statement[]],
  ),
  ...resources(template, 'AWS::KMS::Key').map(
    ([id, { Properties }]) => [id, Properties['KeyPolicy'].Statement] as [string, Statement[]],
  ),
];
const guarded = policies.filter(([id]) => /^(Intake|Output|DataKey)/.test(id));

test('there are two buckets and a key to guard', () => {
  expect(guarded).toHaveLength(3);
});

test.each(guarded)(
  '%s refuses sessions that come from a cluster, whatever its roles allow',
  (_id, statements) => {
    const [deny] = statements.filter(({ Sid }) => Sid === 'NoClusterComponents');
    expect(deny).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(['s3:*', 'kms:*']).toContain(deny?.Action);
    expect(plain(template, deny?.Condition)).toEqual({
      StringLike: {
        // The provider's ARN, as IAM's reference has it, and the issuer itself, as it was seen.
        'aws:FederatedProvider': ['arn:aws:iam::\\d{12}:oidc-provider/', ''].flatMap((prefix) =>
          ['*-oidc.s3.*', '*.cloudfront.net*', '*.cloudfront.cn*'].map((issuer) =>
            expect.stringMatching(new RegExp(`^${prefix}${issuer.replaceAll(/[*.]/g, '\\$&')}$`)),
          ),
        ),
      },
    });
  },
);
