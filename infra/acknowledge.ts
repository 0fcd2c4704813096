import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Effect } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * cdk-nag reports every resource pattern, however narrow, and wants each acknowledged by itself. This
 * does so for statements that were written by hand, where a pattern is a decision and not a convenience;
 * test/infra/permissions.test.ts is what checks them.
 */
export function acknowledgePatterns(scope: Construct, statements: PolicyStatement[], reason: string): void {
  const patterns = statements
    .filter(({ effect }) => effect === Effect.ALLOW)
    .flatMap(({ resources }) => resources.map((resource) => flatten(Stack.of(scope).resolve(resource))))
    .filter((resource) => resource.includes('*'));
  for (const pattern of new Set(patterns)) {
    Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
  }
}

/** The text cdk-nag makes of a resolved ARN: `<OutputBucket.Arn>/clusters/*`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    Ref: ref,
  } = value as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: [string, string];
    Ref?: string;
  };
  if (join !== undefined) return join[1].map(flatten).join(join[0]);
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  return `<${ref}>`;
}
