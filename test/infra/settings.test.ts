import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { otherOptions, readSettings } from '../../infra/settings.ts';
import { project } from '../../scripts/local/paths.ts';

test('without any the stack is for AWS, keeps its data and its logs for a year', () => {
  expect(readSettings({})).toEqual({
    environment: 'aws',
    policyGuardAdditions: [],
    requiredPermissionsBoundaryArn: '',
    ownSigningKeys: false,
    approvalFor: [],
    auditSchedule: 'rate(1 day)',
    auditOverdueDays: 2,
    simulatePolicies: true,
    logRetentionDays: 365,
    serviceEndpoints: {},
    tokenVerifier: 'none',
    retainData: true,
  });
});

test('an emulator keeps no data', () => {
  expect(readSettings({ environment: 'emulator' }).retainData).toBe(false);
});

test('an emulator is never asked to simulate policies', () => {
  const asked = { environment: 'emulator', simulatePolicies: 'true' };
  expect(readSettings(asked).simulatePolicies).toBe(false);
  expect(readSettings({ simulatePolicies: 'false' }).simulatePolicies).toBe(false);
});

test.each([
  'rate(1 day)',
  'rate(12 hours)',
  'rate(30 minutes)',
  'cron(0 6 * * ? *)',
  'cron(15 5,17 ? * MON-FRI 2026-2030)',
  'off',
])('audits may be scheduled %s', (auditSchedule) => {
  expect(readSettings({ auditSchedule }).auditSchedule).toBe(auditSchedule);
});

test('a weekly audit needs an alarm as patient', () => {
  const weekly = readSettings({ auditSchedule: 'rate(7 days)', auditOverdueDays: '7' });
  expect(weekly.auditOverdueDays).toBe(7);
});

test('text of the command line and typed values of cdk.json are both understood', () => {
  const text = readSettings({ logRetentionDays: '30', retainData: 'false' });
  expect(text).toEqual(readSettings({ logRetentionDays: 30, retainData: false }));
});

test('actions may be spread with spaces', () => {
  const { policyGuardAdditions } = readSettings({
    policyGuardAdditions: 'ec2:DescribeHosts, kms:List*,sqs:*',
  });
  expect(policyGuardAdditions).toEqual(['ec2:DescribeHosts', 'kms:List*', 'sqs:*']);
});

test('plans may be approved of what changes a cluster, and of nothing else', () => {
  expect(readSettings({ approvalFor: 'upgrade, prune,delete' }).approvalFor).toEqual([
    'upgrade',
    'prune',
    'delete',
  ]);
  for (const approvalFor of ['audit', 'adopt', 'upgrades', 'all'])
    expect(() => readSettings({ approvalFor })).toThrow(/approvalFor.*must be of prepare,/);
});

test('what was chosen is told for another deployment of the same, defaults and additions apart', () => {
  const chosen = {
    alarmEmail: 'ops@example.com',
    auditSchedule: 'cron(0 6 ? * MON-FRI *)',
    auditOverdueDays: '4',
    approvalFor: 'upgrade,prune',
    ownSigningKeys: 'true',
    requiredPermissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Boundary',
    retainData: 'false',
  };
  const options = otherOptions(readSettings({ ...chosen, policyGuardAdditions: 'sqs:*' }));
  expect(options.sort()).toEqual(
    Object.entries(chosen)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
  expect(readSettings(Object.fromEntries(options.map((option) => option.split('='))))).toEqual(
    readSettings(chosen),
  );
  expect(otherOptions(readSettings({ environment: 'aws', auditOverdueDays: 2 }))).toEqual([]);
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
    [{ policyGuardAdditions: 'iam:*' }, 'all of iam or sts is none'],
    [{ policyGuardAdditions: 's3:*Object' }, 'must be actions like ec2:DescribeHosts'],
    [{ policyGuardAdditions: `sqs:A${'a'.repeat(120)},`.repeat(21) }, 'must have 2500 characters at most'],
    [
      { requiredPermissionsBoundaryArn: 'limit' },
      'requiredPermissionsBoundaryArn: must be the ARN of an IAM policy',
    ],
    [{ alarmEmail: 'operators' }, 'alarmEmail: '],
    [{ auditSchedule: 'daily' }, 'auditSchedule: must be rate(1 day), rate(12 hours), cron(0 6 * * ? *)'],
    [{ auditSchedule: 'rate(0 days)' }, 'auditSchedule: must be'],
    [{ auditSchedule: 'rate(1 week)' }, 'auditSchedule: must be'],
    [{ auditSchedule: 'cron(0 6 * * ?)' }, 'auditSchedule: must be'],
    [{ auditOverdueDays: '8' }, 'auditOverdueDays: must be a whole number of days from 1 to 7'],
    [{ auditOverdueDays: '1.5' }, 'auditOverdueDays: must be a whole number'],
    [{ auditOverdueDays: 'soon' }, 'auditOverdueDays: '],
    [{ auditSchedule: 'rate(3 days)' }, 'auditOverdueDays: must not be less than the days'],
    [{ simulatePolicies: 'perhaps' }, 'simulatePolicies: '],
    [{ logRetentionDays: '100' }, 'logRetentionDays: must be one of 1, 3, 5'],
    [{ logRetentionDays: 'long' }, 'logRetentionDays: '],
    [{ retainData: 'perhaps' }, 'retainData: '],
    [{ environment: 'emulator', serviceEndpoints: '{' }, 'serviceEndpoints: must be a JSON object'],
    [{ environment: 'emulator', serviceEndpoints: { PATH: 'http://x' } }, 'like AWS_ENDPOINT_URL_IAM'],
    [{ environment: 'emulator', serviceEndpoints: { AWS_ENDPOINT_URL: 'x' } }, 'must be a URL'],
    [{ serviceEndpoints: { AWS_ENDPOINT_URL: 'http://x' } }, 'is for environment=emulator only'],
    [{ tokenVerifier: 'local' }, 'on AWS it is STS that verifies tokens'],
  ])('%j', (context, message) => {
    expect(() => readSettings(context)).toThrow(message);
  });

  test('all at once', () => {
    expect(() => readSettings({ environment: 'prod', alarmEmail: 'operators' })).toThrow(
      /environment: .*\n.*alarmEmail: /,
    );
  });
});

test('the reference has every setting, with what it means', () => {
  const page = readFileSync(project('docs', 'configuration.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (?:none|`[^`|]*`) \| .{10,} \|$/gm)].map(
    ([, name]) => name,
  );
  const [, names = ''] = /there are (.*)$/m.exec(refusalOf({ nonsense: 'x' })) ?? [];
  expect(listed.sort()).toEqual(names.split(', ').sort());
});

function refusalOf(context: Readonly<Record<string, unknown>>): string {
  try {
    readSettings(context);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
