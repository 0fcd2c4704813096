import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, widenRules } from '../../../core/domain/policy-guard.ts';
import { releaseRules } from '../../../core/runtime/bundle-context.ts';
import { guard, isAllowed } from './guarded-actions.ts';

describe('a bucket that is nobody’s to write', () => {
  it.each([
    'arn:aws:s3:::prod-oidc/*',
    'arn:aws:s3:::prod-oidc/keys.json',
    'arn:aws:s3:::prod-oidc',
    'arn:aws-cn:s3:::prod-oidc/*',
    'arn:aws:s3:::*-oidc/*',
    'arn:aws:s3:::prod-oid?/*',
    'arn:aws:s3:::prod-*',
    'arn:aws:s3:::*oidc*',
    'arn:*:s3:*:*:prod-oidc/*',
    'arn:aws:s3:::${aws:PrincipalTag/team}-oidc/*',
    'arn:aws:s3:::cdk-hnb659fds-assets-123456789012-us-east-2/*',
    'arn:aws:s3:::cdk-*',
    'arn:aws:s3:::sts-prep-output-123456789012-us-east-2/clusters/*',
    'arn:aws:s3:::sts-prep-intake-123456789012-us-east-2/*',
    'arn:aws:s3:::sts-*/*',
  ])('is refused where a statement names it: %s', (resource) => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:*', 'S3:PutBucketPolicy', 's3:?etObject'])
      expect(isAllowed(action, resource), action).toBe(false);
    const rules = widenRules(DEFAULT_RULES, ['s3:*']);
    expect(isAllowed('s3:PutObject', resource, rules)).toBe(false);
    expect(guard('s3:PutObject', resource, rules)[0]?.reason).toContain('no component of a cluster');
  });

  it('may be read as anybody reads it, where it holds no secret', () => {
    expect(isAllowed('s3:GetObject', 'arn:aws:s3:::prod-oidc/keys.json')).toBe(true);
    expect(isAllowed('s3:GetObject', 'arn:aws:s3:::sts-prep-output-1-us-east-2/*')).toBe(false);
  });

  it.each(['*', 'arn:aws:s3:::*', 'arn:aws:s3:::*/*', 'arn:aws:s3:*:*:*', 'arn:aws:s3:::registry-bucket/*'])(
    'is not meant by a resource that names none, or another: %s',
    (resource) => expect(isAllowed('s3:PutObject', resource)).toBe(true),
  );

  it('is one of the deployment, whatever it is called', () => {
    const { guard: rules } = releaseRules({
      PLATFORM: 'aws',
      PARTITION: 'aws',
      ACCOUNT_ID: '123456789012',
      OUTPUT_BUCKET: 'my-output',
      INTAKE_BUCKET: 'my-intake',
      POLICY_GUARD_ADDITIONS: '',
      OTHER_OPTIONS: '[]',
      REQUIRED_BOUNDARY_ARN: '',
    });
    for (const bucket of ['my-output', 'my-intake'])
      expect(isAllowed('s3:GetObject', `arn:aws:s3:::${bucket}/*`, rules)).toBe(false);
    expect(isAllowed('s3:GetObject', 'arn:aws:s3:::my-own/*', rules)).toBe(true);
  });
});
