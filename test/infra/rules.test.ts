import { Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { buildApp } from './synthesise.ts';

test.each<Record<string, string>>([
  {},
  {
    alarmEmail: 'operators@example.com',
    requiredPermissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/limit',
    auditSchedule: 'off',
    simulatePolicies: 'false',
  },
])("neither CloudFormation's rules nor the AWS Solutions rules find anything with %j", (settings) => {
  const { app } = buildApp(settings);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test('a finding that is not acknowledged stops the synthesis', () => {
  const { app, stack } = buildApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new Topic(stack, 'Unprotected');
  expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
});

test('what is acknowledged is two rules, each time with a reason', () => {
  const { app } = buildApp();
  const acknowledged = app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>));
  const rules = new Set(acknowledged.map(([id]) => id.replace(/^.*?(AwsSolutions-\w+).*$/, '$1')));
  expect([...rules].sort()).toEqual(['AwsSolutions-IAM5', 'AwsSolutions-SQS3']);
  for (const [, reason] of acknowledged) expect(reason.length).toBeGreaterThan(20);
});
