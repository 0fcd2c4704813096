import { describe, expect, test } from 'vitest';
import { EVENT_SOURCE } from '../../core/aws/events.ts';
import { ACCOUNT } from './iam-policy.ts';
import { dataKey, issuer, may, ours, provider, role, whoMay } from './may.ts';
import { synthesise } from './synthesise.ts';

describe('what audits look at', () => {
  const awsPolicy = 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess';

  test('all roles at once are read by ListClusters, DiscoverClusters and PlanDeletion, the policies of AWS that they have by ListClusters, and those that bound them by PlanChanges', () => {
    expect(whoMay('iam:GetAccountAuthorizationDetails', '*')).toEqual([
      'plan-deletion',
      'list-clusters',
      'discover-clusters',
    ]);
    for (const action of ['iam:GetPolicy', 'iam:GetPolicyVersion']) {
      expect(whoMay(action, awsPolicy)).toEqual(['plan-changes', 'list-clusters']);
      expect(whoMay(action, `arn:aws:iam::${ACCOUNT}:policy/any`)).toEqual(['plan-changes']);
      expect(whoMay(action, 'arn:aws:iam::999999999999:policy/any')).toEqual([]);
    }
  });

  test("AuditCluster asks IAM's simulator, unless that is switched off", () => {
    expect(whoMay('iam:SimulatePrincipalPolicy', role)).toEqual(['audit-cluster']);
    const without = synthesise({ simulatePolicies: 'false' });
    expect(may('audit-cluster', 'iam:SimulatePrincipalPolicy', role, {}, without)).toBe(false);
  });

  test('AuditCluster sees issuers and providers', () => {
    expect(may('audit-cluster', 's3:GetBucketPolicy', issuer, ours)).toBe(true);
    expect(may('audit-cluster', 's3:GetObject', `${issuer}/keys.json`, ours)).toBe(true);
    expect(may('audit-cluster', 'iam:GetOpenIDConnectProvider', provider)).toBe(true);
  });
});

describe('what audits tell', () => {
  const topic = `arn:aws:sns:eu-central-1:${ACCOUNT}:sts-prep-operators`;
  const bus = `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/default`;
  const event = {
    'events:source': EVENT_SOURCE,
    'events:detail-type': 'STS Permission Audit Completed',
  };

  test('AnnounceAudit and AskForApproval alone publish, to the one topic, and may use the key for just that', () => {
    const both = ['ask-for-approval', 'announce-audit'];
    expect(whoMay('sns:Publish', topic)).toEqual(both);
    expect(whoMay('sns:Publish', `${topic}-others`)).toEqual([]);
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      expect(whoMay(action, dataKey, { 'kms:EncryptionContext:aws:sns:topicArn': topic })).toEqual(both);
      expect(
        whoMay(action, dataKey, { 'kms:EncryptionContext:aws:sns:topicArn': `${topic}-others` }),
      ).toEqual([]);
    }
  });

  test('AnnounceAudit alone sends events, of the one kind, to the default bus', () => {
    expect(whoMay('events:PutEvents', bus, event)).toEqual(['announce-audit']);
    expect(whoMay('events:PutEvents', bus)).toEqual([]);
    expect(whoMay('events:PutEvents', bus, { ...event, 'events:source': 'another' })).toEqual([]);
    const two = { ...event, 'events:source': [EVENT_SOURCE, 'another'] };
    expect(whoMay('events:PutEvents', bus, two)).toEqual([]);
    expect(whoMay('events:PutEvents', bus, { ...event, 'events:detail-type': 'another' })).toEqual([]);
    expect(whoMay('events:PutEvents', bus.replace('default', 'another'), event)).toEqual([]);
  });
});
