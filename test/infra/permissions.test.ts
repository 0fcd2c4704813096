import { describe, expect, test } from 'vitest';
import type { FunctionName } from '../../functions/runtime/environment.ts';
import { ACCOUNT, isAllowed, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, synthesise } from './synthesise.ts';

const template = synthesise();
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/limit`;
const bounded = synthesise({ requiredPermissionsBoundaryArn: BOUNDARY });

const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1`;
const intake = `arn:aws:s3:::sts-prep-intake-${ACCOUNT}-eu-central-1`;
const issuer = 'arn:aws:s3:::prod-oidc';
const ours = { 'aws:ResourceAccount': ACCOUNT };
const role = `arn:aws:iam::${ACCOUNT}:role/prod-openshift-image-registry-installer-cloud-credentials`;
const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/prod-oidc.s3.eu-west-1.amazonaws.com`;
const execution = `arn:aws:states:eu-central-1:${ACCOUNT}:execution:sts-prep-prepare:prod-prepare-1`;

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

  test('names its resources, but for tracing, which has none', () => {
    for (const statement of allowed) {
      if ([statement.Resource].flat().includes('*')) {
        expect(actions(statement)).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
      }
    }
  });

  test('writes its own log', () => {
    const log = allowed.filter((statement) =>
      actions(statement).some((action) => action.startsWith('logs:')),
    );
    expect(log).toHaveLength(1);
    expect(JSON.stringify(log[0]?.Resource)).toMatch(/Functions\w+Log/);
  });
});

describe('executions', () => {
  test('StartRun alone starts them', () => {
    const machine = `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:sts-prep-prepare`;
    expect(whoMay('states:StartExecution', machine)).toEqual(['start-run']);
    expect(whoMay('states:StartExecution', machine.replace('prepare', 'undo'))).toEqual([
      'lock',
      'start-undo',
    ]);
    expect(whoMay('states:StartExecution', `${machine}-other`)).toEqual([]);
  });

  test('Lock asks whether one is still running', () => {
    expect(whoMay('states:DescribeExecution', execution)).toEqual(['lock']);
  });
});

describe('bundles', () => {
  test('ReadBundle alone reads them, by version too', () => {
    for (const action of ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket']) {
      const resource = action === 's3:ListBucket' ? intake : `${intake}/prepare/prod.tar.gz`;
      expect(whoMay(action, resource)).toEqual(['read-bundle']);
    }
  });

  test('nobody writes or deletes them', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      expect(whoMay(action, `${intake}/prepare/prod.tar.gz`)).toEqual([]);
    }
  });
});

describe('results', () => {
  test.each<[object: string, writers: FunctionName[]]>([
    ['rejected/run-1/report.json', ['read-bundle']],
    ['clusters/prod/lock', ['lock']],
    ['clusters/prod/cluster.json', ['publish-report']],
    ['clusters/prod/install/serviceaccount-signer.public', ['create-key-pair']],
    ['clusters/prod/install/manifests/99.yaml', ['render-secrets']],
    ['clusters/prod/install.tar.gz', ['render-secrets']],
    ['clusters/prod/elsewhere', []],
    ['elsewhere', []],
  ])('%s is written by %j', (object, writers) => {
    expect(whoMay('s3:PutObject', `${output}/${object}`)).toEqual(writers);
  });

  test('only the lock is deleted; Unlock does so', () => {
    expect(whoMay('s3:DeleteObject', `${output}/clusters/prod/lock`)).toEqual(['unlock']);
    expect(whoMay('s3:DeleteObject', `${output}/clusters/prod/cluster.json`)).toEqual([]);
  });

  test.each<[object: string, removers: FunctionName[]]>([
    ['clusters/prod/cluster.json', ['undo-secrets']],
    ['clusters/prod/install/manifests/99.yaml', ['undo-secrets']],
    ['clusters/prod/install.tar.gz', ['undo-secrets']],
    ['clusters/prod/install/tls/bound-service-account-signing-key.key', ['undo-key-pair']],
    ['clusters/prod/install/serviceaccount-signer.public', ['undo-key-pair']],
    ['clusters/prod/runs/run-1/report.json', []],
  ])('versions of %s are taken back by %j', (object, removers) => {
    expect(whoMay('s3:DeleteObjectVersion', `${output}/${object}`)).toEqual(removers);
  });

  test('a missing object is told from a forbidden one by every task', () => {
    expect(whoMay('s3:ListBucket', output)).toEqual(FUNCTION_NAMES.filter((name) => name !== 'start-run'));
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
    ['s3:DeleteBucket', issuer, ['undo-documents']],
    ['s3:DeleteObject', `${issuer}/keys.json`, ['undo-documents']],
    ['s3:DeleteBucket', 'arn:aws:s3:::somebody-elses', []],
  ])('%s on %s is for %j', (action, resource, functions) => {
    expect(whoMay(action, resource, ours)).toEqual(functions);
  });

  test('those of other accounts are left alone', () => {
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucket', 's3:ListBucket', 's3:GetBucketPolicy']) {
      expect(whoMay(action, issuer, { 'aws:ResourceAccount': '444455556666' })).toEqual([]);
    }
  });
});

describe('identity providers', () => {
  test.each<[action: string, functions: FunctionName[]]>([
    ['CreateOpenIDConnectProvider', ['register-provider']],
    ['TagOpenIDConnectProvider', ['register-provider', 'undo-provider']],
    ['DeleteOpenIDConnectProvider', ['undo-provider']],
    ['UpdateOpenIDConnectProviderThumbprint', []],
  ])('%s is for %j', (action, functions) => {
    expect(whoMay(`iam:${action}`, provider)).toEqual(functions);
  });

  test('those of others are not even looked at', () => {
    const eks = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1`;
    for (const action of ['Create', 'Delete', 'Get', 'Tag']) {
      expect(whoMay(`iam:${action}OpenIDConnectProvider`, eks)).toEqual([]);
    }
  });
});

describe('roles', () => {
  test('CreateRole makes them, with the tags of a cluster', () => {
    expect(whoMay('iam:CreateRole', role, TAGS)).toEqual(['create-role']);
    expect(whoMay('iam:TagRole', role, TAGS)).toEqual(['create-role']);
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

  test.each(['DeleteRole', 'DeleteRolePolicy', 'DeleteRolePermissionsBoundary', 'UntagRole'])(
    '%s is for rollback',
    (action) => {
      expect(whoMay(`iam:${action}`, role, TAGGED)).toEqual(['undo-roles']);
      expect(whoMay(`iam:${action}`, role)).toEqual([]);
    },
  );

  test('nobody attaches managed policies, passes roles or takes them on', () => {
    for (const action of ['iam:AttachRolePolicy', 'iam:PassRole', 'sts:AssumeRole']) {
      expect(whoMay(action, role, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });

  test("the pipeline's own roles are out of reach, however they are tagged", () => {
    const own = `arn:aws:iam::${ACCOUNT}:role/sts-prep/StsPrep-FunctionsCreateRoleRole`;
    for (const action of ['CreateRole', 'TagRole', 'PutRolePolicy', 'UpdateAssumeRolePolicy', 'DeleteRole']) {
      expect(whoMay(`iam:${action}`, own, { ...TAGS, ...TAGGED })).toEqual([]);
    }
  });
});

describe('with a required permissions boundary', () => {
  const right = { 'iam:PermissionsBoundary': BOUNDARY };
  const wrong = { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/lenient` };

  test('a role is made with it or not at all', () => {
    expect(may('create-role', 'iam:CreateRole', role, { ...TAGS, ...right }, bounded)).toBe(true);
    expect(may('create-role', 'iam:CreateRole', role, { ...TAGS, ...wrong }, bounded)).toBe(false);
    expect(may('create-role', 'iam:CreateRole', role, TAGS, bounded)).toBe(false);
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
