import { describe, expect, test } from 'vitest';
import { ACCOUNT, type Statement, statementsOf } from './iam-policy.ts';
import { dataKey, execution, intake, template, whoMay } from './may.ts';
import { FUNCTION_NAMES } from './synthesise.ts';

describe.each(FUNCTION_NAMES)('%s', (name) => {
  const allowed = statementsOf(template, name).filter(({ Effect }) => Effect === 'Allow');
  const actions = (statement: Statement) => [statement.Action].flat();

  test('names each of its actions', () => {
    for (const action of allowed.flatMap(actions)) expect(action).not.toContain('*');
  });

  test('names its resources, but for tracing and what is asked of a whole account, which have none', () => {
    const ofAccount: Partial<Record<typeof name, string[]>> = {
      'list-clusters': ['iam:GetAccountAuthorizationDetails'],
      'discover-clusters': [
        'iam:GetAccountAuthorizationDetails',
        'iam:ListOpenIDConnectProviders',
        's3:ListAllMyBuckets',
      ],
      'plan-changes': [
        'iam:GetAccountSummary',
        'iam:ListOpenIDConnectProviders',
        's3:GetAccountPublicAccessBlock',
      ],
      'plan-deletion': ['iam:GetAccountAuthorizationDetails'],
    };
    const everywhere = allowed.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(actions);
    expect(everywhere).toEqual([
      ...(ofAccount[name] ?? []),
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('is denied the content of the archive, and of the private key unless it is for that', () => {
    const denied = statementsOf(template, name).filter(
      (statement) => statement.Effect === 'Deny' && statement.Action === 'kms:Decrypt',
    );
    const contexts = JSON.stringify(denied.map(({ Condition }) => Condition));
    if (name === 'start-run') return; // may not use the key at all
    expect(contexts).toContain('/clusters/*/install.tar.gz');
    if (name !== 'render-secrets' && name !== 'verify')
      expect(contexts).toContain('/clusters/*/install/tls/*');
  });

  test('writes its own log', () => {
    const log = allowed.filter((statement) =>
      actions(statement).some((action) => action.startsWith('logs:')),
    );
    expect(log).toHaveLength(1);
    expect(JSON.stringify(log[0]?.Resource)).toContain(`/aws/lambda/sts-prep-${name}:*`);
  });
});

describe('executions', () => {
  test('StartRun alone starts runs and audits', () => {
    const machine = `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:sts-prep-prepare`;
    expect(whoMay('states:StartExecution', machine)).toEqual(['start-run']);
    expect(whoMay('states:StartExecution', machine.replace('prepare', 'undo'))).toEqual([
      'lock',
      'start-undo',
    ]);
    expect(whoMay('states:StartExecution', machine.replace('prepare', 'audit'))).toEqual(['start-run']);
    expect(whoMay('states:StartExecution', `${machine}-other`)).toEqual([]);
  });

  test('Lock asks whether one is still running', () => {
    expect(whoMay('states:DescribeExecution', execution)).toEqual(['lock']);
  });
});

describe('bundles', () => {
  test('ReadBundle alone reads them, by version too', () => {
    for (const action of ['s3:GetObject', 's3:GetObjectVersion']) {
      expect(whoMay(action, `${intake}/prepare/prod.tar.gz`)).toEqual(['read-bundle']);
    }
    expect(whoMay('s3:ListBucketVersions', intake)).toEqual(['read-bundle', 'read-deletion']);
  });

  test.each(['delete/prod.yaml', 'plan/delete/prod.yaml'])('%s is read by ReadDeletion too', (key) => {
    expect(whoMay('s3:GetObjectVersion', `${intake}/${key}`)).toEqual(['read-bundle', 'read-deletion']);
  });

  test('what was found in running clusters is read by their audits, and by nobody who changes anything', () => {
    const key = `${intake}/verified/prod.json`;
    expect(whoMay('s3:GetObject', key)).toEqual(['read-bundle', 'audit-cluster']);
    const context = { 'kms:EncryptionContext:aws:s3:arn': key };
    expect(whoMay('kms:Decrypt', dataKey, context)).toEqual(['read-bundle', 'audit-cluster']);
  });

  test.each(['releases/4.21.0.tgz', 'audit/prod/4.21.0.tgz'])(
    '%s is read by audits too, as it is now',
    (key) => {
      expect(whoMay('s3:GetObject', `${intake}/${key}`)).toEqual(['read-bundle', 'read-releases']);
      expect(whoMay('s3:GetObjectVersion', `${intake}/${key}`)).toEqual(['read-bundle']);
      const context = { 'kms:EncryptionContext:aws:s3:arn': `${intake}/${key}` };
      expect(whoMay('kms:Decrypt', dataKey, context)).toEqual(['read-bundle', 'read-releases']);
      expect(whoMay('s3:ListBucket', intake)).toEqual([
        'read-bundle',
        'read-deletion',
        'read-releases',
        'audit-cluster',
      ]);
    },
  );

  test('nobody writes or deletes them', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      for (const key of ['prepare/prod.tar.gz', 'releases/4.21.0.tgz'])
        expect(whoMay(action, `${intake}/${key}`)).toEqual([]);
    }
  });
});
