import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  REQUEST_FILE,
  request,
  requestOf,
  statement,
} from '../../support/bundles.ts';
import type { BadBundle } from './bad-bundle.ts';
import { at, badRequest, badStatement, ENTRIES, indent } from './bad-request.ts';

/** CredentialsRequests that no role can be made of. */
export const requests: BadBundle[] = [
  {
    title: 'no CredentialsRequest at all',
    bundle: () => bundle({ [REQUEST_FILE]: undefined }),
    error: 'NoCredentialsRequests',
    problems: [{}],
  },
  {
    title: 'requests of other clouds, tombstones and other kinds only',
    bundle: () =>
      bundle({
        [REQUEST_FILE]: [
          request({ 'spec.providerSpec.kind': 'AzureProviderSpec' }),
          request({ 'metadata.annotations': { 'release.openshift.io/delete': 'true' } }),
          request({ 'metadata.annotations': { 'release.openshift.io/feature-set': 'CustomNoUpgrade' } }),
          'kind: ConfigMap\n',
          '# nothing\n',
        ].join('---\n'),
      }),
    error: 'NoCredentialsRequests',
    problems: [{ says: 'what was skipped' }],
  },
  badRequest('no apiVersion', { apiVersion: undefined }, 'CredentialsRequestInvalid', ['apiVersion']),
  badRequest('a foreign apiVersion', { apiVersion: 'v1' }, 'CredentialsRequestInvalid', ['apiVersion']),
  badRequest('no name', { 'metadata.name': undefined }, 'CredentialsRequestInvalid', ['metadata.name']),
  badRequest('no service accounts', { 'spec.serviceAccountNames': undefined }, 'ServiceAccountNamesMissing', [
    'spec.serviceAccountNames',
  ]),
  badRequest(
    'an empty list of service accounts',
    { 'spec.serviceAccountNames': [] },
    'ServiceAccountNamesMissing',
    ['spec.serviceAccountNames'],
  ),
  badRequest(
    'one service account as text',
    { 'spec.serviceAccountNames': 'op' },
    'CredentialsRequestInvalid',
    ['spec.serviceAccountNames'],
  ),
  badRequest(
    'patterns as service accounts',
    { 'spec.serviceAccountNames': ['good', '*', 'a:b', 1] },
    'CredentialsRequestInvalid',
    ['spec.serviceAccountNames[1]', 'spec.serviceAccountNames[2]', 'spec.serviceAccountNames[3]'],
  ),
  badRequest('no secretRef', { 'spec.secretRef': undefined }, 'SecretRefMissing', [
    'spec.secretRef.name',
    'spec.secretRef.namespace',
  ]),
  badRequest('a secretRef without namespace', { 'spec.secretRef.namespace': undefined }, 'SecretRefMissing', [
    'spec.secretRef.namespace',
  ]),
  badRequest(
    'a Secret name with upper case',
    { 'spec.secretRef.name': 'Creds' },
    'CredentialsRequestInvalid',
    ['spec.secretRef.name'],
  ),
  badRequest('a Secret name that climbs', { 'spec.secretRef.name': '../../x' }, 'CredentialsRequestInvalid', [
    'spec.secretRef.name',
  ]),
  badRequest(
    'a namespace of 64 characters',
    { 'spec.secretRef.namespace': 'n'.repeat(64) },
    'CredentialsRequestInvalid',
    ['spec.secretRef.namespace'],
  ),
  badRequest(
    'a namespace with a line break',
    { 'spec.secretRef.namespace': 'a\nmetadata: x' },
    'CredentialsRequestInvalid',
    ['spec.secretRef.namespace'],
  ),
  badRequest(
    'no spec',
    { spec: undefined },
    'InvalidBundle',
    [
      'spec.secretRef.name',
      'spec.secretRef.namespace',
      'spec.serviceAccountNames',
      'spec.providerSpec.kind',
      ENTRIES,
    ],
    [
      'SecretRefMissing',
      'SecretRefMissing',
      'ServiceAccountNamesMissing',
      'CredentialsRequestInvalid',
      'CredentialsRequestInvalid',
    ],
  ),
  badRequest('no providerSpec', { 'spec.providerSpec': undefined }, 'CredentialsRequestInvalid', [
    'spec.providerSpec.kind',
    ENTRIES,
  ]),
  badRequest(
    'a misspelt providerSpec',
    { 'spec.providerSpec.kind': 'AwsProviderSpec' },
    'CredentialsRequestInvalid',
    ['spec.providerSpec.kind'],
  ),
  badRequest('no statements', { [ENTRIES]: undefined }, 'CredentialsRequestInvalid', [ENTRIES]),
  badRequest('an empty list of statements', { [ENTRIES]: [] }, 'CredentialsRequestInvalid', [ENTRIES]),
  badRequest('statements as a mapping', { [ENTRIES]: { effect: 'Allow' } }, 'CredentialsRequestInvalid', [
    ENTRIES,
  ]),
  badRequest('a statement that is text', { [ENTRIES]: ['ec2:*'] }, 'CredentialsRequestInvalid', [
    `${ENTRIES}[0]`,
  ]),
  badStatement('no action', { action: undefined }, 'StatementActionMissing', 'action'),
  badStatement('an empty list of actions', { action: [] }, 'StatementActionMissing', 'action'),
  badStatement('one action as text', { action: 'ec2:RunInstances' }, 'StatementActionMissing', 'action'),
  badStatement('an action that is a number', { action: [1] }, 'CredentialsRequestInvalid', 'action'),
  badStatement('no effect', { effect: undefined }, 'StatementEffectInvalid', 'effect'),
  badStatement('an effect in lower case', { effect: 'allow' }, 'StatementEffectInvalid', 'effect'),
  badStatement('no resource', { resource: undefined }, 'StatementResourceMissing', 'resource'),
  {
    title: 'a resource of another partition',
    bundle: () =>
      bundle({
        [CLUSTER_FILE]: clusterYaml({ region: 'us-gov-west-1' }),
        [REQUEST_FILE]: request(statement({ resource: 'arn:aws:ec2:*:*:instance/*' })),
      }),
    error: 'ResourceOutsidePartition',
    problems: [{ ...at, field: `${ENTRIES}[0].resource`, says: 'arn:aws-us-gov:' }],
  },
  badStatement('a list of resources', { resource: ['*'] }, 'StatementResourceMissing', 'resource'),
  badStatement('a NotAction', { NotAction: ['s3:GetObject'] }, 'PolicyRefused', 'NotAction'),
  badStatement('a Principal', { Principal: '*' }, 'PolicyRefused', 'Principal'),
  badStatement(
    'a condition as text',
    { policyCondition: 'x' },
    'CredentialsRequestInvalid',
    'policyCondition',
  ),
  badStatement(
    'a condition without an operator',
    { policyCondition: { 'aws:RequestedRegion': 'us-east-1' } },
    'CredentialsRequestInvalid',
    'policyCondition',
  ),
  ...[
    '*',
    '*:*',
    'iam:*',
    'iam:CreateRole',
    'iam:Pass*',
    'sts:*',
    'sts:GetFederationToken',
    'dynamodb:GetItem',
  ].map((action) => badStatement(`the action ${action}`, { action: [action] }, 'PolicyRefused', 'action')),
  badStatement(
    'an action that a condition narrows',
    { action: ['iam:CreateUser'], policyCondition: { StringEquals: { 'aws:PrincipalTag/x': 'z' } } },
    'PolicyRefused',
    'action',
  ),
  badStatement(
    'an action with a look-alike letter',
    { action: ['\u0456am:PassRole'] },
    'PolicyRefused',
    'action',
  ),
  badRequest(
    'a policy over 10,240 characters',
    statement({ action: Array.from({ length: 500 }, () => 'ec2:DescribeInstances') }),
    'PolicyTooLarge',
    [ENTRIES],
  ),
  badRequest(
    'a trust policy over 2,048 characters',
    { 'spec.serviceAccountNames': Array.from({ length: 40 }, (_, index) => `operator-number-${index}`) },
    'TrustPolicyTooLarge',
    ['spec.serviceAccountNames'],
  ),
  {
    title: 'two requests for one Secret',
    bundle: () => bundle({ 'credreqs/20-again.yaml': request({ 'metadata.name': 'again' }) }),
    error: 'SecretRefDuplicate',
    problems: [
      {
        file: 'credreqs/20-again.yaml',
        document: 1,
        field: 'spec.secretRef',
        says: `${REQUEST_FILE}, document 1`,
      },
    ],
  },
  {
    title: 'two role names that are equal when cut at 64 characters',
    bundle: () =>
      bundle({
        [CLUSTER_FILE]: clusterYaml({ name: 'c'.repeat(46) }),
        'credreqs/20-machine.yaml': requestOf('machine-api'),
        'credreqs/30-machine.yaml': requestOf('machine-config'),
      }),
    error: 'RoleNameCollision',
    problems: [
      {
        file: 'credreqs/30-machine.yaml',
        document: 1,
        field: 'spec.secretRef',
        says: 'shorter cluster name',
      },
    ],
  },
  {
    title: 'two role names that are equal because a hyphen stands elsewhere',
    bundle: () =>
      bundle({
        'credreqs/20.yaml': request({ 'spec.secretRef': { namespace: 'openshift-a', name: 'b-c' } }),
        'credreqs/30.yaml': request({ 'spec.secretRef': { namespace: 'openshift-a-b', name: 'c' } }),
      }),
    error: 'RoleNameCollision',
    problems: [{ file: 'credreqs/30.yaml', document: 1, field: 'spec.secretRef', says: 'Rename' }],
  },
  {
    title: '1,001 requests',
    bundle: () =>
      bundle({
        [REQUEST_FILE]: Array.from({ length: 1_001 }, (_, index) => requestOf(`component-${index}`)).join(
          '---\n',
        ),
      }),
    error: 'TooManyRequests',
    problems: [{ says: '1001' }],
  },
  {
    title: 'a bad request among the items of a List',
    bundle: () =>
      bundle({
        [REQUEST_FILE]: `kind: List\nitems:\n- ${indent(request())}- ${indent(request({ 'spec.secretRef': undefined }))}`,
      }),
    error: 'SecretRefMissing',
    problems: [
      { ...at, field: 'items[1].spec.secretRef.name' },
      { ...at, field: 'items[1].spec.secretRef.namespace' },
    ],
  },
  {
    title: 'a bad request behind the first document of cluster.yaml',
    bundle: () => bundle({ [CLUSTER_FILE]: `${clusterYaml()}---\n${requestOf('x', { apiVersion: 'v1' })}` }),
    error: 'CredentialsRequestInvalid',
    problems: [{ file: CLUSTER_FILE, document: 2, field: 'apiVersion' }],
  },
  {
    title: 'problems of several kinds in several documents',
    bundle: () =>
      bundle({
        [CLUSTER_FILE]: clusterYaml({ region: 'us-esat-2', tags: { Name: 'x' } }),
        'credreqs/20.yaml': `${requestOf('a', { 'spec.serviceAccountNames': [] })}---\n${requestOf('b', statement({ effect: 'allow', action: 'x' }))}`,
        'credreqs/30.yaml': requestOf('c', statement({ action: ['iam:*'] })),
        'credreqs/40.yaml': 'kind: [CredentialsRequest\n',
      }),
    error: 'InvalidBundle',
    problems: [
      { code: 'YamlMalformed', file: 'credreqs/40.yaml', document: 1 },
      { code: 'RegionUnknown', field: 'region' },
      { code: 'TagInvalid', field: 'tags.Name' },
      {
        code: 'ServiceAccountNamesMissing',
        file: 'credreqs/20.yaml',
        document: 1,
        field: 'spec.serviceAccountNames',
      },
      {
        code: 'StatementEffectInvalid',
        file: 'credreqs/20.yaml',
        document: 2,
        field: `${ENTRIES}[0].effect`,
      },
      {
        code: 'StatementActionMissing',
        file: 'credreqs/20.yaml',
        document: 2,
        field: `${ENTRIES}[0].action`,
      },
      { code: 'PolicyRefused', file: 'credreqs/30.yaml', document: 1, field: `${ENTRIES}[0].action` },
    ],
  },
];
