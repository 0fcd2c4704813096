import { describe, expect, test } from 'vitest';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { AUDIT, dataKey, may, output, whoMay } from './may.ts';
import { FUNCTION_NAMES } from './synthesise.ts';

describe('results', () => {
  test.each<[object: string, writers: FunctionName[]]>([
    ['rejected/run-1/report.json', ['read-bundle', 'read-deletion']],
    ['clusters/prod/lock', ['lock', 'start-undo']],
    ['clusters/prod/cluster.json', ['publish-report', 'register-cluster']],
    ['clusters/prod/install/serviceaccount-signer.public', ['create-key-pair']],
    ['clusters/prod/install/manifests/99.yaml', ['render-secrets']],
    ['clusters/prod/install.tar.gz', ['render-secrets']],
    ['clusters/prod/upgrades/4.21.0/manifests/99.yaml', ['render-secrets']],
    ['audits/runs/audit-1/clusters/prod.json', AUDIT],
    ['audits/latest/report.html', ['publish-audit']],
    ['audits/clusters/prod.json', ['publish-audit']],
    ['clusters/prod/deleted.json', ['report-deletion']],
    ['clusters/prod/elsewhere', []],
    ['elsewhere', []],
  ])('%s is written by %j', (object, writers) => {
    expect(whoMay('s3:PutObject', `${output}/${object}`)).toEqual(writers);
  });

  test('only the lock is deleted, manifests that nothing asks for any more, and what a deletion removes', () => {
    expect(whoMay('s3:DeleteObject', `${output}/clusters/prod/lock`)).toEqual(['unlock']);
    const manifest = `${output}/clusters/prod/install/manifests/99.yaml`;
    expect(whoMay('s3:DeleteObject', manifest)).toEqual(['prune-resources', 'delete-files']);
    expect(whoMay('s3:DeleteObject', `${output}/clusters/prod/cluster.json`)).toEqual(['report-deletion']);
    expect(whoMay('s3:DeleteObject', `${output}/clusters/prod/deleted.json`)).toEqual([]);
  });

  test.each<[object: string, readers: FunctionName[]]>([
    [
      'clusters/prod/cluster.json',
      [
        'read-bundle',
        'plan-changes',
        'publish-report',
        'register-cluster',
        'read-deletion',
        'plan-deletion',
        'list-clusters',
        'discover-clusters',
        'audit-cluster',
      ],
    ],
    [
      'clusters/prod/install/manifests/99.yaml',
      ['plan-changes', 'verify', 'prune-resources', 'audit-cluster'],
    ],
    ['clusters/prod/upgrades/4.21.0/manifests/99.yaml', ['plan-changes']],
    ['audits/clusters/prod.json', ['audit-cluster', 'publish-audit']],
    ['audits/runs/audit-1/releases.json', ['audit-cluster', 'publish-audit']],
  ])('%s is read by %j', (object, readers) => {
    const context = { 'kms:EncryptionContext:aws:s3:arn': `${output}/${object}` };
    expect(whoMay('kms:Decrypt', dataKey, context)).toEqual(readers);
    for (const name of readers) expect(may(name, 's3:GetObject', `${output}/${object}`)).toBe(true);
  });

  // Later steps do what these say: code in any other function must not be able to say something else.
  test.each<[record: string, writers: FunctionName[]]>([
    ['reading.json', ['read-bundle']],
    ['desired.json', ['plan-changes']],
    ['plan.json', ['plan-changes']],
    ['removal.json', ['prune-resources']],
    ['undo/undo-secrets.json', ['undo-secrets']],
    ['undo/undo-roles.json', ['undo-roles']],
    ['undo/undo-provider.json', ['undo-provider']],
    ['undo/undo-documents.json', ['undo-documents']],
    ['undo/undo-key-pair.json', ['undo-key-pair']],
    ['failure.json', ['report-failure']],
    ['report.json', ['read-bundle', 'publish-report', 'register-cluster', 'report-failure']],
    ['deletion.json', ['plan-deletion']],
    ['deletion/roles.json', ['delete-roles']],
    ['deletion/provider.json', ['delete-provider']],
    ['deletion/issuer.json', ['delete-issuer']],
    ['deletion/files.json', ['delete-files']],
    ['deletion-report.json', ['plan-deletion', 'report-deletion']],
    ['report.md', ['read-bundle', 'publish-report', 'register-cluster', 'report-failure']],
    ['anything-else.json', []],
  ])('of a run, %s is written by %j alone', (record, writers) => {
    const object = `${output}/clusters/prod/runs/run-1/${record}`;
    expect(whoMay('s3:PutObject', object)).toEqual(writers);
    const deleters = FUNCTION_NAMES.filter(
      (name) => may(name, 's3:DeleteObject', object) || may(name, 's3:DeleteObjectVersion', object),
    );
    expect(deleters).toEqual([]);
  });

  test.each<[object: string, writers: FunctionName[]]>([
    ['clusters/prod/cluster.json', ['publish-report', 'register-cluster']],
    ['clusters/prod/lock', ['lock', 'start-undo']],
    ['executions/run-1.json', ['read-bundle', 'ask-for-approval']],
    // What lets a run go on, and who let it.
    ['approvals/run-1.json', ['ask-for-approval']],
    ['clusters/prod/runs/run-1/decision.json', ['decide-run']],
    ['audits/latest/audit.json', ['publish-audit']],
  ])('%s is written by %j alone', (object, writers) => {
    expect(whoMay('s3:PutObject', `${output}/${object}`)).toEqual(writers);
  });

  test('of the records of runs an audit reads the desired state alone', () => {
    const prefix = `${output}/clusters/prod/runs/run-1`;
    const audits = (object: string) =>
      AUDIT.filter((name) => may(name, 's3:GetObject', `${prefix}/${object}`));
    expect(audits('desired.json')).toEqual(['audit-cluster']);
    expect(audits('plan.json')).toEqual([]);
  });

  test.each<[object: string, removers: FunctionName[]]>([
    ['clusters/prod/cluster.json', ['undo-secrets']],
    ['clusters/prod/install/manifests/99.yaml', ['undo-secrets']],
    ['clusters/prod/install.tar.gz', ['undo-secrets', 'delete-files']],
    ['clusters/prod/upgrades/4.21.0/manifests/99.yaml', ['undo-secrets']],
    ['clusters/prod/install/tls/bound-service-account-signing-key.key', ['undo-key-pair', 'delete-files']],
    ['clusters/prod/install/serviceaccount-signer.public', ['undo-key-pair']],
    ['clusters/prod/runs/run-1/report.json', []],
  ])('versions of %s are taken back by %j', (object, removers) => {
    expect(whoMay('s3:DeleteObjectVersion', `${output}/${object}`)).toEqual(removers);
  });

  test('UndoSecrets finds the delete markers that it takes back, AuditCluster that of the lock, DeleteFiles every private key', () => {
    expect(whoMay('s3:ListBucketVersions', output)).toEqual([
      'undo-secrets',
      'delete-files',
      'audit-cluster',
    ]);
  });

  test('a missing object is told from a forbidden one by every task that reads any', () => {
    const others: FunctionName[] = ['start-run', 'read-releases', 'announce-audit'];
    expect(whoMay('s3:ListBucket', output)).toEqual(FUNCTION_NAMES.filter((name) => !others.includes(name)));
  });
});
