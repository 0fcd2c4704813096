import { describe, expect, test } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

test('without any the stack is for AWS, keeps its data and its logs for a year', () => {
  expect(readSettings({})).toEqual({
    environment: 'aws',
    policyGuardAdditions: [],
    requiredPermissionsBoundaryArn: '',
    logRetentionDays: 365,
    serviceEndpoints: {},
    retainData: true,
  });
});

test('an emulator keeps no data', () => {
  expect(readSettings({ environment: 'emulator' }).retainData).toBe(false);
});

test('text of the command line and typed values of cdk.json are both understood', () => {
  const text = readSettings({ logRetentionDays: '30', retainData: 'false' });
  expect(text).toEqual(readSettings({ logRetentionDays: 30, retainData: false }));
});

test('actions may be spread with spaces', () => {
  const { policyGuardAdditions } = readSettings({ policyGuardAdditions: 'ec2:DescribeHosts, kms:List*' });
  expect(policyGuardAdditions).toEqual(['ec2:DescribeHosts', 'kms:List*']);
});

test('service endpoints are read from JSON', () => {
  const endpoints = { AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:5000' };
  for (const serviceEndpoints of [endpoints, JSON.stringify(endpoints)]) {
    expect(readSettings({ environment: 'emulator', serviceEndpoints }).serviceEndpoints).toEqual(endpoints);
  }
});

test("CDK's own context is none of ours", () => {
  const context = { '@aws-cdk/core:x': true, 'aws:cdk:toolkit': 1, 'cli-telemetry': false };
  expect(() => readSettings(context)).not.toThrow();
});

describe('is refused with a message that says what is wrong:', () => {
  test.each<[context: Record<string, unknown>, message: string]>([
    [{ enviroment: 'aws' }, 'enviroment: no such setting; there are environment, policyGuardAdditions'],
    [{ environment: 'prod' }, 'environment: '],
    [{ policyGuardAdditions: '*' }, 'must be actions like ec2:DescribeHosts'],
    [{ policyGuardAdditions: 'iam:*' }, 'must be actions like ec2:DescribeHosts'],
    [
      { requiredPermissionsBoundaryArn: 'limit' },
      'requiredPermissionsBoundaryArn: must be the ARN of an IAM policy',
    ],
    [{ alarmEmail: 'operators' }, 'alarmEmail: '],
    [{ logRetentionDays: '100' }, 'logRetentionDays: must be one of 1, 3, 5'],
    [{ logRetentionDays: 'long' }, 'logRetentionDays: '],
    [{ retainData: 'perhaps' }, 'retainData: '],
    [{ environment: 'emulator', serviceEndpoints: '{' }, 'serviceEndpoints: must be a JSON object'],
    [{ environment: 'emulator', serviceEndpoints: { PATH: 'http://x' } }, 'like AWS_ENDPOINT_URL_IAM'],
    [{ environment: 'emulator', serviceEndpoints: { AWS_ENDPOINT_URL: 'x' } }, 'must be a URL'],
    [{ serviceEndpoints: { AWS_ENDPOINT_URL: 'http://x' } }, 'is for environment=emulator only'],
  ])('%j', (context, message) => {
    expect(() => readSettings(context)).toThrow(message);
  });

  test('all at once', () => {
    expect(() => readSettings({ environment: 'prod', alarmEmail: 'operators' })).toThrow(
      /environment: .*\n.*alarmEmail: /,
    );
  });
});
