import { describe, expect, test } from 'vitest';
import { EVENT_SOURCE } from '../../core/aws/events.ts';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { ACCOUNT, isAllowed, plain, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, resources, synthesise } from './synthesise.ts';

const template = synthesise();
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/limit`;
const bounded = synthesise({ requiredPermissionsBoundaryArn: BOUNDARY });

const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1`;
const intake = `arn:aws:s3:::sts-prep-intake-${ACCOUNT}-eu-central-1`;
const [[keyId] = []] = resources(template, 'AWS::KMS::Key');
const dataKey = plain(template, { 'Fn::GetAtt': [keyId, 'Arn'] }) as string;
const issuer = 'arn:aws:s3:::prod-oidc';
const ours = { 'aws:ResourceAccount': ACCOUNT };
const role = `arn:aws:iam::${ACCOUNT}:role/prod-openshift-image-registry-installer-cloud-credentials`;
const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/prod-oidc.s3.eu-west-1.amazonaws.com`;
const execution = `arn:aws:states:eu-central-1:${ACCOUNT}:execution:sts-prep-prepare:prod-prepare-1`;

const AUDIT: FunctionName[] = [
  'read-releases',
  'list-clusters',
  'discover-clusters',
  'audit-cluster',
  'publish-audit',
  'announce-audit',
];

const TAGS = {
  'aws:RequestTag/Name': 'prod',
  'aws:TagKeys': ['Name', 'openshift.io/cloud-credential-operator/prod', 'sts-prep/run'],
};
const TAGGED = { 'aws:ResourceTag/Name': 'prod' };

type Context = Record<string, string | string[]>;
const may = (name: FunctionName, action: string, resource: string, context: Context = {}, of = template) =>
  isAllowed(statementsOf(of, name), { action, resource, context });
const whoMay = (action: string, resource: string, context: Context = {}) =>
  FUNCTION_NAMES.filter((name) => may(name, action, resource, context));

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
      'plan-changes': ['iam:GetAccountSummary', 's3:GetAccountPublicAccessBlock'],
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

  test.each(['releases/4.21.0.tgz', 'audit/prod/4.21.0.tgz'])(
    '%s is read by audits too, as it is now',
    (key) => {
      expect(whoMay('s3:GetObject', `${intake}/${key}`)).toEqual(['read-bundle', 'read-releases']);
      expect(whoMay('s3:GetObjectVersion', `${intake}/${key}`)).toEqual(['read-bundle']);
      const context = { 'kms:EncryptionContext:aws:s3:arn': `${intake}/${key}` };
      expect(whoMay('kms:Decrypt', dataKey, context)).toEqual(['read-bundle', 'read-releases']);
      expect(whoMay('s3:ListBucket', intake)).toEqual(['read-bundle', 'read-deletion', 'read-releases']);
    },
  );

  test('nobody writes or deletes them', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      for (const key of ['prepare/prod.tar.gz', 'releases/4.21.0.tgz'])
        expect(whoMay(action, `${intake}/${key}`)).toEqual([]);
    }
  });
});

describe('results', () => {
  test.each<[object: string, writers: FunctionName[]]>([
    ['rejected/run-1/report.json', ['read-bundle', 'read-deletion']],
    ['clusters/prod/lock', ['lock']],
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
    ['clusters/prod/lock', ['lock']],
    ['executions/run-1.json', ['read-bundle']],
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

describe('issuer buckets', () => {
  test.each<[action: string, resource: string, functions: FunctionName[]]>([
    ['s3:CreateBucket', issuer, ['publish-oidc-documents']],
    ['s3:PutBucketPolicy', issuer, ['publish-oidc-documents', 'undo-documents']],
    ['s3:PutObject', `${issuer}/keys.json`, ['publish-oidc-documents', 'undo-documents']],
    [
      's3:PutObject',
      `${issuer}/.well-known/openid-configuration`,
      ['publish-oidc-documents', 'undo-documents'],
    ],
    ['s3:PutObject', `${issuer}/anything-else`, []],
    ['s3:DeleteBucket', issuer, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObject', `${issuer}/keys.json`, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObjectVersion', `${issuer}/keys.json`, ['undo-documents', 'delete-issuer']],
    ['s3:DeleteObject', `${issuer}/anything-else`, []],
    ['s3:DeleteBucketPolicy', issuer, ['undo-documents', 'delete-issuer']],
    ['s3:PutObjectAcl', `${issuer}/keys.json`, ['undo-documents']],
    ['s3:DeleteBucket', 'arn:aws:s3:::somebody-elses', []],
  ])('%s on %s is for %j', (action, resource, functions) => {
    expect(whoMay(action, resource, ours)).toEqual(functions);
  });

  test('those of other accounts are left alone', () => {
    for (const action of [
      's3:PutBucketPolicy',
      's3:DeleteBucket',
      's3:GetBucketPolicy',
      's3:GetBucketTagging',
    ])
      expect(whoMay(action, issuer, { 'aws:ResourceAccount': '444455556666' })).toEqual([]);
  });

  // S3 answers HEAD of a bucket that is not there with 403 instead of 404 to whoever may not list it, and no account owns it.
  test('one that is not there is known to be none', () => {
    const lookAtOne = FUNCTION_NAMES.filter(
      (name) => name !== 'discover-clusters' && may(name, 's3:GetBucketTagging', issuer, ours),
    );
    expect(whoMay('s3:ListBucket', issuer)).toEqual(lookAtOne);
  });
});

describe('identity providers', () => {
  test.each<[action: string, functions: FunctionName[]]>([
    ['CreateOpenIDConnectProvider', ['register-provider']],
    ['TagOpenIDConnectProvider', ['register-provider', 'undo-provider']],
    ['DeleteOpenIDConnectProvider', ['undo-provider', 'delete-provider']],
    ['UpdateOpenIDConnectProviderThumbprint', []],
  ])('%s is for %j', (action, functions) => {
    expect(whoMay(`iam:${action}`, provider)).toEqual(functions);
  });

  test('those of others are looked at, by whom an existing issuer concerns, and never written', () => {
    const eks = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1`;
    expect(whoMay('iam:GetOpenIDConnectProvider', eks)).toEqual([
      'plan-changes',
      'verify',
      'plan-deletion',
      'discover-clusters',
      'audit-cluster',
    ]);
    for (const action of ['Create', 'Delete', 'Tag', 'Untag', 'AddClientIDTo', 'RemoveClientIDFrom']) {
      expect(whoMay(`iam:${action}OpenIDConnectProvider`, eks)).toEqual([]);
    }
  });
});

describe('roles', () => {
  test('CreateRole makes them, with the tags of a cluster; UndoRoles makes removed ones again', () => {
    expect(whoMay('iam:CreateRole', role, TAGS)).toEqual(['create-role', 'undo-roles']);
    expect(whoMay('iam:TagRole', role, TAGS)).toEqual(['create-role', 'undo-roles']);
  });

  test('which other policies they have is seen by those who plan and those who delete', () => {
    for (const action of ['iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'])
      expect(whoMay(action, role)).toEqual([
        'plan-changes',
        'prune-resources',
        'plan-deletion',
        'delete-roles',
      ]);
  });

  test('none is made without the tags', () => {
    expect(whoMay('iam:CreateRole', role)).toEqual([]);
    expect(
      whoMay('iam:CreateRole', role, { 'aws:RequestTag/Name': 'prod', 'aws:TagKeys': ['Name'] }),
    ).toEqual([]);
  });

  test.each([
    'PutRolePolicy',
    'UpdateAssumeRolePolicy',
    'UpdateRole',
    'PutRolePermissionsBoundary',
    'TagRole',
  ])('%s mends and restores roles that are tagged, ours and ccoctl’s alike, and no others', (action) => {
    expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual(['create-role', 'undo-roles']);
    expect(whoMay(`iam:${action}`, role)).toEqual([]);
  });

  test.each(['DeleteRolePermissionsBoundary', 'UntagRole'])('%s is for rollback', (action) => {
    expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual(['undo-roles']);
    expect(whoMay(`iam:${action}`, role)).toEqual([]);
  });

  test.each(['DeleteRole', 'DeleteRolePolicy'])(
    '%s is for rollback, for what is unused and for deletions, of roles that are tagged',
    (action) => {
      expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual([
        'prune-resources',
        'undo-roles',
        'delete-roles',
      ]);
      expect(whoMay(`iam:${action}`, role)).toEqual([]);
    },
  );

  test('a deletion takes managed policies off the roles that are tagged, and nobody deletes one', () => {
    expect(whoMay('iam:DetachRolePolicy', role, TAGGED)).toEqual(['delete-roles']);
    expect(whoMay('iam:DetachRolePolicy', role)).toEqual([]);
    const policy = `arn:aws:iam::${ACCOUNT}:policy/any`;
    expect(whoMay('iam:DeletePolicy', policy, TAGGED)).toEqual([]);
  });

  test('nobody attaches managed policies, passes roles or takes them on', () => {
    for (const action of ['iam:AttachRolePolicy', 'iam:PassRole', 'sts:AssumeRole']) {
      expect(whoMay(action, role, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });

  test("the pipeline's own roles are out of reach, however they are tagged", () => {
    const own = `arn:aws:iam::${ACCOUNT}:role/sts-prep/StsPrep-FunctionsCreateRoleRole`;
    for (const action of [
      'CreateRole',
      'TagRole',
      'PutRolePolicy',
      'UpdateAssumeRolePolicy',
      'DeleteRole',
      'DetachRolePolicy',
    ]) {
      expect(whoMay(`iam:${action}`, own, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });
});

describe('what audits look at', () => {
  const awsPolicy = 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess';

  test('all roles at once are read by ListClusters, DiscoverClusters and PlanDeletion, and the policies of AWS that they have by ListClusters', () => {
    expect(whoMay('iam:GetAccountAuthorizationDetails', '*')).toEqual([
      'plan-deletion',
      'list-clusters',
      'discover-clusters',
    ]);
    expect(whoMay('iam:GetPolicy', awsPolicy)).toEqual(['list-clusters']);
    expect(whoMay('iam:GetPolicyVersion', awsPolicy)).toEqual(['list-clusters']);
    expect(whoMay('iam:GetPolicy', `arn:aws:iam::${ACCOUNT}:policy/any`)).toEqual([]);
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

  test('AnnounceAudit alone publishes, to the one topic, and may use the key for just that', () => {
    expect(whoMay('sns:Publish', topic)).toEqual(['announce-audit']);
    expect(whoMay('sns:Publish', `${topic}-others`)).toEqual([]);
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      expect(whoMay(action, dataKey, { 'kms:EncryptionContext:aws:sns:topicArn': topic })).toEqual([
        'announce-audit',
      ]);
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

describe('with a required permissions boundary', () => {
  const right = { 'iam:PermissionsBoundary': BOUNDARY };
  const wrong = { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/lenient` };

  test.each<FunctionName>(['create-role', 'undo-roles'])('%s makes a role with it or not at all', (name) => {
    expect(may(name, 'iam:CreateRole', role, { ...TAGS, ...right }, bounded)).toBe(true);
    expect(may(name, 'iam:CreateRole', role, { ...TAGS, ...wrong }, bounded)).toBe(false);
    expect(may(name, 'iam:CreateRole', role, TAGS, bounded)).toBe(false);
  });

  test.each<FunctionName>(['create-role', 'undo-roles'])(
    '%s gives policies only to roles that have it',
    (name) => {
      for (const action of ['iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary']) {
        expect(may(name, action, role, { ...TAGGED, ...right }, bounded)).toBe(true);
        expect(may(name, action, role, { ...TAGGED, ...wrong }, bounded)).toBe(false);
        expect(may(name, action, role, TAGGED, bounded)).toBe(false);
      }
    },
  );

  test('nobody takes it off', () => {
    for (const name of FUNCTION_NAMES) {
      const context = { ...TAGGED, ...right };
      expect(may(name, 'iam:DeleteRolePermissionsBoundary', role, context, bounded)).toBe(false);
    }
  });

  test('ReadBundle knows it, to refuse a bundle before anything is made', () => {
    const names = JSON.stringify(bounded.findResources('AWS::Lambda::Function'));
    expect(names).toContain(`"REQUIRED_BOUNDARY_ARN":"${BOUNDARY}"`);
  });
});
