import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RULES,
  type GuardRefusal,
  type GuardRules,
  guardStatement,
  rulesFrom,
  widenRules,
} from '../../../core/domain/policy-guard.ts';

function guard(action: string, resource = '*', rules: GuardRules = DEFAULT_RULES): GuardRefusal[] {
  return guardStatement({ effect: 'Allow', action: [action], resource }, rules);
}

function isAllowed(action: string, resource = '*', rules: GuardRules = DEFAULT_RULES): boolean {
  return guard(action, resource, rules).length === 0;
}

/** What components of releases 4.8 to 4.20 ask for on `*`; a sample that keeps this file useful on its own. */
const RELEASES: Record<string, string[]> = {
  'machine-api-operator': [
    'ec2:CreateTags',
    'ec2:DescribeInternetGateways',
    'ec2:RunInstances',
    'ec2:TerminateInstances',
    'elasticloadbalancing:RegisterTargets',
    'iam:PassRole',
    'iam:CreateServiceLinkedRole',
    'kms:Decrypt',
    'kms:GenerateDataKeyWithoutPlainText',
    'kms:CreateGrant',
  ],
  'cluster-ingress-operator': [
    'elasticloadbalancing:DescribeLoadBalancers',
    'route53:ListHostedZones',
    'route53:ListTagsForResources',
    'route53:ChangeResourceRecordSets',
    'tag:GetResources',
    'sts:AssumeRole',
  ],
  'cluster-image-registry-operator': [
    's3:CreateBucket',
    's3:PutBucketPublicAccessBlock',
    's3:PutEncryptionConfiguration',
    's3:GetBucketLocation',
    's3:ListBucket',
    's3:GetObject',
    's3:PutObject',
    's3:AbortMultipartUpload',
  ],
  'cluster-storage-operator': ['ec2:ModifyVolume', 'ec2:EnableFastSnapshotRestores', 'kms:ReEncrypt*'],
  'cloud-network-config-controller': ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignIpv6Addresses'],
  'cloud-credential-operator': ['iam:GetUser', 'iam:GetUserPolicy', 'iam:ListAccessKeys'],
  'EFS CSI driver operator': ['elasticfilesystem:*', 'elasticfilesystem:DescribeMountTargets'],
  'AWS load balancer controller': [
    'acm:DescribeCertificate',
    'cognito-idp:DescribeUserPoolClient',
    'ec2:Describe*',
    'ec2:GetCoipPoolUsage',
    'elasticloadbalancing:Describe*',
    'elasticloadbalancing:SetWebAcl',
    'iam:GetServerCertificate',
    'shield:GetSubscriptionState',
    'waf-regional:GetWebACLForResource',
    'wafv2:AssociateWebACL',
  ],
  'cloudwatch logging': ['logs:CreateLogGroup', 'logs:PutLogEvents', 'logs:PutRetentionPolicy'],
  'Karpenter, as a lab asks for it': ['ssm:GetParameter', 'ec2:CreateFleet', 'pricing:GetProducts'],
};

/** Not in the manifests the list is derived from: announced for later releases, or plainly harmless. */
const LATER_RELEASES = [
  'ec2:DescribeSomethingNew',
  'ec2:GetSecurityGroupsForVpc',
  'ec2:DescribeInst?nces',
  'ec2:GetCoip*',
  'ec2:GetConsole', // only begins like a read that is withheld
  'elasticloadbalancing:DescribeCapacityReservation',
  'route53:GetHostedZone',
  'ec2:AllocateHosts',
  'ec2:ReleaseHosts',
  'ec2:ModifyInstanceMetadataOptions',
  'ec2:CopyVolumes',
  'ec2:LockSnapshot',
  'elasticfilesystem:CreateAccessPoint',
  'elasticloadbalancing:ConfigureHealthCheck',
  'iam:CreateInstanceProfile',
  's3:GetBucketVersioning',
  'sts:GetCallerIdentity',
];

/** Ways for a role to get more power, to leave a way back in, to read secrets, or to give data away. */
const ESCALATIONS = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreateOpenIDConnectProvider',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:CreateSAMLProvider',
  'iam:CreateServiceSpecificCredential',
  'iam:CreateUser',
  'iam:CreateVirtualMFADevice',
  'iam:DeactivateMFADevice',
  'iam:DeleteRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteRolePolicy',
  'iam:GenerateCredentialReport',
  'iam:GetAccountAuthorizationDetails',
  'iam:GetRolePolicy',
  'iam:ListRoles',
  'iam:PutGroupPolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:ResetServiceSpecificCredential',
  'iam:SetDefaultPolicyVersion',
  'iam:TagRole',
  'iam:UpdateAccessKey',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
  'iam:UpdateOpenIDConnectProviderThumbprint',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:AssumeRoot',
  'sts:GetFederationToken',
  'sts:GetSessionToken',
  'sts:TagSession',
  'kms:DisableKey',
  'kms:GetParametersForImport',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:Sign',
  's3:BypassGovernanceRetention',
  's3:DeleteBucketPolicy',
  's3:GetObjectVersion',
  's3:PutBucketNotification',
  's3:PutBucketPolicy',
  's3:PutBucketReplication',
  's3:PutObjectAcl',
  'ec2:AssociateIamInstanceProfile',
  'ec2:CreateLaunchTemplateVersion',
  'ec2:CreateVpcPeeringConnection',
  'ec2:EnableSerialConsoleAccess',
  'ec2:GetConsoleOutput',
  'ec2:GetLaunchTemplateData',
  'ec2:GetPasswordData',
  'ec2:ModifyImageAttribute',
  'ec2:ModifyInstanceAttribute',
  'ec2:ModifySnapshotAttribute',
  'ec2:ReplaceIamInstanceProfileAssociation',
  'ec2:SendDiagnosticInterrupt',
  'route53:CreateVPCAssociationAuthorization',
  'acm:ExportCertificate',
  'cognito-idp:AdminSetUserPassword',
  'cognito-idp:ListUsers',
  'logs:GetLogEvents',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:SendCommand',
  'ssm:StartSession',
  'wafv2:GetSampledRequests',
  'account:CloseAccount',
  'cloudformation:CreateStack',
  'ec2-instance-connect:SendSSHPublicKey',
  'ecr:GetAuthorizationToken',
  'glue:CreateDevEndpoint',
  'lambda:CreateFunction',
  'lambda:InvokeFunction',
  'organizations:LeaveOrganization',
  'rds-db:connect',
  'secretsmanager:GetSecretValue',
  'sqs:SendMessage',
  'ssmmessages:CreateControlChannel',
  'sso:CreateAccountAssignment',
  'states:StartExecution',
];

const BROAD_PATTERNS = [
  'iam:*',
  'iam:?*',
  'iam:Create*',
  'iam:*Role*',
  'iam:Pass*',
  'iam:PassRol?',
  'iam:PassRole*',
  'iam:Get*',
  'iam:List*',
  'iam:CreateServiceLinked*',
  'sts:*',
  'sts:Assume*',
  'sts:AssumeRole*',
  'kms:*',
  'kms:Re*',
  'kms:Decryp?',
  'kms:GenerateDataKey*',
  's3:*',
  's3:Put*',
  's3:PutBucket*',
  's3:Get*',
  's3:*Object',
  'ec2:*',
  'ec2:?*',
  'ec2:D*',
  'ec2:*scribeInstances',
  'ec2:*Volume',
  'ec2:Get*',
  'ec2:GetPass*',
  'ec2:GetConsole?utput',
  'ec2:Modify*',
  'elasticloadbalancing:*',
  'route53:*',
  'logs:*',
  'ssm:Get*',
  'lambda:*',
  'organizations:*',
  'secretsmanager:*',
];

const NOT_ACTIONS = [
  '',
  ' ',
  ':',
  'iam',
  'iam:',
  ':CreateRole',
  'ec2',
  'ec2:DescribeInstances ',
  ' ec2:DescribeInstances',
  'ec2: DescribeInstances',
  'ec2:DescribeInstances\n',
  'ec2:DescribeInstances\niam:CreateRole',
  'ec2:Describe Instances',
  'ec2:DescribeInstances,iam:CreateRole',
  'ec2:DescribeInstances:iam',
  'ec2::DescribeInstances',
  'ec2/DescribeInstances',
  'arn:aws:iam::aws:policy/AdministratorAccess',
  'іam:GetUser', // Cyrillic і
  'ec2:Describe\u0406nstances',
  '\u212Ams:Decrypt', // Kelvin sign: k in lower case
  '\u017Fts:AssumeRole', // long s: S in upper case
  'kms:Decrypt\u200B',
  'ec2\uFF1ADescribeInstances',
  'ec2:DescribeInstances\u0000',
  `ec2:Describe${'x'.repeat(200)}`,
];

const WILD_SERVICES = [
  '*',
  '*:*',
  '?',
  '**',
  '*:CreateRole',
  's*:*',
  '?am:*',
  'ia?:GetUser',
  'ec2*:Describe*',
  'e*2:Describe*',
];

describe('what the default rules let through', () => {
  for (const [component, actions] of Object.entries(RELEASES)) {
    it.each(actions)(`lets ${component} ask for %s`, (action) => {
      expect(guard(action)).toEqual([]);
    });
  }

  it.each(LATER_RELEASES)('lets a later release ask for %s', (action) => {
    expect(guard(action)).toEqual([]);
  });

  it.each(['arn:aws:s3:::my-bucket', 'arn:aws:s3:::my-bucket/*', 'arn:aws-us-gov:s3:::b/some/prefix*'])(
    'lets NooBaa ask for s3:* on %s',
    (resource) => {
      expect(guard('s3:*', resource)).toEqual([]);
      expect(guard('s3:PutBucketPolicy', resource)).toEqual([]);
    },
  );

  it.each([
    '*',
    '',
    'arn:aws:s3:::*',
    'arn:aws:s3:::*/*',
    'arn:aws:s3:::my-*',
    'arn:aws:s3:::my-bucket*',
    'arn:aws:s3:::my?bucket/*',
    'arn:aws:s3:::/*',
    'arn:aws:s3:::${aws:username}/*',
    'arn:*:s3:::my-bucket',
    'arn:aws:s3:eu-west-1:123456789012:accesspoint/my-point',
    'arn:aws:iam::123456789012:role/my-bucket',
    'my-bucket',
  ])('refuses s3:* on "%s"', (resource) => {
    expect(guard('s3:*', resource)).toEqual([
      {
        action: 's3:*',
        reason: '"s3:*" is allowed on one named bucket only, and the resource does not name one.',
        remedy: expect.stringContaining('arn:aws:s3:::name/*'),
      },
    ]);
    expect(isAllowed('s3:PutBucketPolicy', resource)).toBe(false);
  });

  it('does not take a bucket for a licence in other services', () => {
    expect(isAllowed('iam:*', 'arn:aws:s3:::my-bucket')).toBe(false);
  });
});

describe('what the default rules refuse', () => {
  it.each([...ESCALATIONS, ...BROAD_PATTERNS, ...WILD_SERVICES, ...NOT_ACTIONS])('refuses "%s"', (action) => {
    expect(guard(action)).toHaveLength(1);
  });

  it.each([
    ['a condition', { policyCondition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }],
    ['a narrow resource', { resource: 'arn:aws:iam::123456789012:role/one' }],
    ['an effect that is not exactly Deny', { effect: 'deny' }],
    ['no effect', { effect: '' }],
  ])('is not appeased by %s', (_, part) => {
    const statement = { effect: 'Allow', action: ['iam:CreateRole'], resource: '*', ...part };
    expect(guardStatement(statement, DEFAULT_RULES)).toHaveLength(1);
  });

  it('lets a statement that denies pass, whatever it denies', () => {
    const action = ['*', 'iam:*', 'not an action'];
    expect(guardStatement({ effect: 'Deny', action, resource: '*' }, DEFAULT_RULES)).toEqual([]);
  });

  it('takes no service from the prototype of an object', () => {
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      expect(guard(`${name}:name`)[0]?.reason).toContain('no OpenShift release is known to use');
    }
  });

  it('covers no more by a pattern than a person has decided', () => {
    const patterns = Object.entries(DEFAULT_RULES.services).flatMap(([service, rules]) =>
      [...rules.actions, ...(rules.onNamedBucket ?? []).map((name) => `${name} on a named bucket`)]
        .filter((name) => /[*?]/.test(name))
        .map((name) => `${service}:${name}`),
    );
    expect(patterns).toEqual([
      'elasticfilesystem:*',
      'kms:ReEncrypt*',
      's3:GetBucket*',
      's3:ListBucket*',
      's3:* on a named bucket',
    ]);
  });

  it.each(['iam', 'sts', 'kms', 's3', 'ssm', 'logs', 'cognito-idp'])(
    'never takes %s as read-only',
    (service) => {
      expect(DEFAULT_RULES.services[service]?.readOnly ?? false).toBe(false);
    },
  );
});

describe('what a refusal says', () => {
  it('names every offending action once, in order, and only those', () => {
    const action = ['iam:CreateRole', 'ec2:RunInstances', '*', 'iam:CreateRole'];
    const refusals = guardStatement({ effect: 'Allow', action, resource: '*' }, DEFAULT_RULES);
    expect(refusals.map((refusal) => refusal.action)).toEqual(['iam:CreateRole', '*']);
  });

  it.each([
    [
      'iam:CreateRole',
      '"iam:CreateRole" is not among the iam actions that OpenShift releases are known to ask for.',
    ],
    ['sqs:SendMessage', '"sqs:SendMessage" is of a service that no OpenShift release is known to use.'],
    ['iam:*', '"iam:*" can match iam actions that the guard does not allow.'],
    ['s*:*', '"s*:*" has a wildcard in place of the service, which reaches every service, IAM included.'],
    ['ec2:GetPasswordData', '"ec2:GetPasswordData" reads secrets or contents, not just metadata.'],
    ['ec2', '"ec2" is not an action of the form service:Name in ASCII letters and digits.'],
  ])('gives the reason for %s', (action, reason) => {
    expect(guard(action)[0]?.reason).toBe(reason);
  });

  it('offers the very action as an addition', () => {
    expect(guard('sqs:SendMessage')[0]?.remedy).toMatch(
      /npm run deploy -- -c policyGuardAdditions=sqs:SendMessage$/,
    );
  });

  it.each(['iam:*', 'iam:Create*', '*', 's*:*', 'ec2'])(
    'offers no pattern as an addition for %s',
    (action) => {
      const remedy = guard(action)[0]?.remedy;
      expect(remedy).toMatch(/npm run deploy -- -c policyGuardAdditions=[a-z0-9]+:Action$/);
    },
  );

  it('makes look-alikes and control characters visible, and keeps long text short', () => {
    expect(guard('іam:Get\u001B[2J')[0]?.action).toBe('\\u{456}am:Get\\u{1b}[2J');
    const [refusal] = guard('a'.repeat(100_000));
    expect(JSON.stringify(refusal).length).toBeLessThan(1_000);
  });

  it('judges a hostile pattern, over which backtracking would never end', () => {
    expect(guard(`ec2:Get${'*?a'.repeat(40)}`)).toHaveLength(1);
  });
});

describe('widening', () => {
  it.each([
    ['ec2:ModifyInstanceAttribute', 'EC2:modifyInstanceAttribute'],
    ['sqs:*', 'sqs:SendMessage'],
    ['sqs:*', 'sqs:*'],
    ['SQS:Send*', 'sqs:SendMessageBatch'],
    ['iam:*', 'iam:CreateRole'],
    ['constructor:Name', 'constructor:Name'],
    [' sqs:SendMessage ', 'sqs:SendMessage'],
    ['ec2:GetPasswordData', 'ec2:GetPassword*'],
  ])('by %s allows %s', (addition, action) => {
    expect(isAllowed(action)).toBe(false);
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(true);
  });

  it.each([
    ['sqs:Send*', 'sqs:*'],
    ['sqs:SendMessage', 'sqs:SendMessageBatch'],
    ['sqs:*', 'sns:Publish'],
    ['iam:*', '*'],
    ['iam:*', 'ia?:CreateRole'],
    ['ec2:GetPasswordData', 'ec2:Get*'],
  ])('by %s does not allow %s', (addition, action) => {
    expect(isAllowed(action, '*', widenRules(DEFAULT_RULES, [addition]))).toBe(false);
  });

  it.each([
    '',
    '*',
    '*:*',
    's*:*',
    'sqs',
    'sqs:',
    ':SendMessage',
    'sqs:*Message',
    'sqs:Send?essage',
    'sqs:Send**',
    'sqs:a b',
    'ѕqs:*',
  ])('throws for "%s"', (addition) => {
    expect(() => widenRules(DEFAULT_RULES, ['ec2:CreateRoute', addition])).toThrow(RangeError);
  });

  it('names the bad entry', () => {
    expect(() => widenRules(DEFAULT_RULES, ['sqs:*Message'])).toThrow('"sqs:*Message" is neither');
  });

  it('leaves the rules it was given as they were', () => {
    const before = structuredClone(DEFAULT_RULES);
    widenRules(DEFAULT_RULES, ['iam:*', 'sqs:*']);
    expect(DEFAULT_RULES).toEqual(before);
  });
});

it('puts what was decided and what was asked together', () => {
  const decided = { ec2: { why: 'metadata', readOnly: true, actions: ['CopyVolumes'] } };
  expect(rulesFrom({ decided, asked: { ec2: ['RunInstances'], sqs: ['SendMessage'] } })).toEqual({
    version: 1,
    services: {
      ec2: { readOnly: true, actions: ['CopyVolumes', 'RunInstances'] },
      sqs: { actions: ['SendMessage'] },
    },
  });
});

describe('properties', () => {
  const known = Object.entries(DEFAULT_RULES.services);
  const listed = known.flatMap(([service, rules]) =>
    [...rules.actions, ...(rules.sensitiveReads ?? [])].map((name) => `${service}:${name}`),
  );
  const word = fc.stringMatching(/^[A-Z][a-z]{1,6}([A-Z][a-z]{1,6}){0,2}$/);
  const invented = fc
    .tuple(
      fc.constantFrom(...known.map(([service]) => service), 'sqs', 'lambda', 'organizations'),
      fc.constantFrom('Describe', 'Get', 'List', 'Create', 'Delete', 'Put', 'Update', 'Attach', ''),
      word,
    )
    .map(([service, verb, noun]) => `${service}:${verb}${noun}`);
  const concrete = fc
    .oneof(invented, fc.constantFrom(...listed, ...ESCALATIONS))
    .filter((action) => !/[*?]/.test(action));
  const resource = fc.constantFrom('*', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::b*');
  const addition = fc
    .tuple(concrete, fc.nat(20), fc.boolean())
    .map(([action, length, cut]) => (cut ? `${action.slice(0, action.indexOf(':') + 1 + length)}*` : action));

  /** A pattern that matches `action` for certain: some characters become `?`, and some stretches `*`. */
  const patternFor = (action: string): fc.Arbitrary<string> => {
    const [service = '', name = ''] = action.split(':');
    return fc
      .array(fc.constantFrom('keep', 'keep', 'any', 'stretch'), {
        minLength: name.length + 1,
        maxLength: name.length + 1,
      })
      .map((choices) =>
        [...name, '']
          .map((character, index) => {
            if (choices[index] === 'stretch') return '*';
            return choices[index] === 'any' && character !== '' ? '?' : character;
          })
          .join(''),
      )
      .map((pattern) => `${service}:${pattern}`);
  };
  const prefixOf = (action: string): fc.Arbitrary<string> =>
    fc
      .nat(action.length - action.indexOf(':') - 1)
      .map((length) => `${action.slice(0, action.indexOf(':') + 1 + length)}*`);
  const pattern = concrete.chain((action) => fc.oneof(patternFor(action), prefixOf(action)));

  it('refuses every pattern that can match a refused action, widened or not', () => {
    fc.assert(
      fc.property(
        concrete.chain((action) =>
          fc.tuple(fc.constant(action), fc.oneof(patternFor(action), prefixOf(action))),
        ),
        resource,
        fc.array(addition, { maxLength: 3 }),
        ([action, matching], on, additions) => {
          const rules = widenRules(DEFAULT_RULES, additions);
          fc.pre(!isAllowed(action, on, rules));
          expect(isAllowed(matching, on, rules)).toBe(false);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('never refuses after widening what was allowed before', () => {
    fc.assert(
      fc.property(
        fc.oneof(concrete, pattern),
        resource,
        fc.array(addition, { maxLength: 4 }),
        (action, on, additions) => {
          fc.pre(isAllowed(action, on));
          expect(isAllowed(action, on, widenRules(DEFAULT_RULES, additions))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('allows after widening whatever was added', () => {
    fc.assert(
      fc.property(addition, (added) => {
        expect(isAllowed(added, '*', widenRules(DEFAULT_RULES, [added]))).toBe(true);
      }),
    );
  });

  it('does not depend on case', () => {
    fc.assert(
      fc.property(
        fc.oneof(concrete, pattern),
        resource,
        fc.infiniteStream(fc.boolean()),
        (action, on, upper) => {
          const mixed = [...action].map((letter) =>
            upper.next().value ? letter.toUpperCase() : letter.toLowerCase(),
          );
          expect(isAllowed(mixed.join(''), on)).toBe(isAllowed(action, on));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('refuses what is not written in ASCII, whatever it looks like', () => {
    fc.assert(
      fc.property(
        concrete,
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
        (action, at, strange) => {
          fc.pre(/[^ -~]/u.test(strange));
          const index = at % (action.length + 1);
          expect(isAllowed(action.slice(0, index) + strange + action.slice(index))).toBe(false);
        },
      ),
    );
  });
});
