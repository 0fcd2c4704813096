import fc from 'fast-check';
import { compareStatement } from '../../core/domain/policy/compare.ts';
import { type Rule, rulesOf } from '../../core/domain/policy/rules.ts';
import { readStatements } from '../../core/domain/policy/statements.ts';
import type { PolicyDocument } from '../../core/domain/policy-document.ts';

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

export const ACCOUNT = '123456789012';
const EC2 = `arn:aws:ec2:us-east-2:${ACCOUNT}`;
const ELB = `arn:aws:elasticloadbalancing:us-east-2:${ACCOUNT}`;

export const CONCRETE_ACTIONS = [
  ...['ec2:DescribeInstances', 'ec2:DescribeVpcs', 'ec2:RunInstances', 'ec2:CreateTags', 'ec2:DeleteTags'],
  ...['s3:GetObject', 's3:GetObjectAcl', 's3:PutObject', 's3:ListBucket', 'kms:Decrypt', 'kms:ReEncryptFrom'],
  ...['elasticloadbalancing:AddTags', 'iam:PassRole'],
];
const ACTIONS = [
  ...CONCRETE_ACTIONS,
  ...[
    'ec2:Describe*',
    'ec2:*',
    'EC2:runInstances',
    'ec2:*Tags',
    's3:Get*',
    's3:*',
    's3:GetObject*',
    's3:???Object',
  ],
  ...['kms:*', 'kms:ReEncrypt*', 'elasticloadbalancing:*', '*'],
];
export const CONCRETE_RESOURCES = [
  ...[
    'arn:aws:s3:::logs',
    'arn:aws:s3:::logs/2026/a.txt',
    'arn:aws:s3:::logs/b',
    'arn:aws:s3:::data/b',
    'arn:aws:s3:::lab',
  ],
  ...[
    `${EC2}:instance/i-1`,
    `${EC2}:subnet/subnet-1`,
    `${EC2}:vpc/vpc-1`,
    'arn:aws:ec2:eu-west-1:999999999999:vpc/vpc-1',
  ],
  ...[`${ELB}:loadbalancer/app/a/1`, `${ELB}:loadbalancer/net/b/2`, `${ELB}:targetgroup/t/3`],
  ...[
    `arn:aws:iam::${ACCOUNT}:role/worker`,
    'arn:aws-cn:s3:::logs/b',
    'arn:aws:zz:xx-far-9:111111111111:zz/zz',
  ],
];
const RESOURCES = [
  ...CONCRETE_RESOURCES,
  ...[
    '*',
    '*',
    '*',
    'arn:aws:s3:::*',
    'arn:aws:s3:::logs*',
    'arn:aws:s3:::logs/*',
    'arn:aws:s3:::l??',
    'arn:aws:s3:::*/b',
  ],
  ...['arn:aws:ec2:*:*:subnet/*', `arn:aws:ec2:*:${ACCOUNT}:vpc/*`, 'arn:aws:ec2:us-*:*:instance/*'],
  ...[
    'arn:aws:elasticloadbalancing:*:*:loadbalancer/*',
    'arn:aws:elasticloadbalancing:*:*:loadbalancer/net/*/*',
  ],
  ...['arn:aws:elasticloadbalancing:*:*:targetgroup/*/*', 'arn:*:s3:::logs/*', 'arn:aws:s3', 'arn:aws:ec2:*'],
];
const SHORT = new Set(['arn:aws:s3', 'arn:aws:ec2:*']);
export const REGIONS = ['us-east-1', 'us-east-2', 'eu-west-1'];

const TEST: fc.Arbitrary<[string, string, unknown]> = fc.oneof(
  fc.tuple(
    fc.constantFrom('StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'StringEqualsIgnoreCase'),
    fc.constantFrom('aws:RequestedRegion', 'aws:requestedRegion'),
    fc.subarray(REGIONS, { minLength: 1 }),
  ),
  fc.tuple(
    fc.constantFrom('StringLike', 'StringNotLike', 'StringLikeIfExists'),
    fc.constant('aws:RequestedRegion'),
    fc.constantFrom('us-*', 'us-east-?', '*-1', ['us-*', 'eu-*']),
  ),
  fc.tuple(
    fc.constantFrom('Bool', 'BoolIfExists'),
    fc.constant('aws:SecureTransport'),
    fc.constantFrom('true', 'false', true),
  ),
  fc.tuple(
    fc.constant('Null'),
    fc.constantFrom('aws:SecureTransport', 'aws:RequestedRegion'),
    fc.constantFrom('true', 'false'),
  ),
  fc.tuple(
    fc.constantFrom(
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericEquals',
      'NumericNotEquals',
    ),
    fc.constant('s3:max-keys'),
    fc.constantFrom('5', '6', 10, ['5', '10']),
  ),
  fc.tuple(
    fc.constantFrom('DateLessThan', 'DateGreaterThanEquals'),
    fc.constant('aws:CurrentTime'),
    fc.constantFrom('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'),
  ),
  fc.tuple(
    fc.constantFrom('IpAddress', 'NotIpAddress'),
    fc.constant('aws:SourceIp'),
    fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', ['10.0.0.0/9', '10.128.0.0/9'], '192.168.0.1'),
  ),
  fc.tuple(
    fc.constantFrom('ArnLike', 'ArnEquals', 'ArnNotLike'),
    fc.constant('aws:PrincipalArn'),
    fc.constantFrom(
      `arn:aws:iam::${ACCOUNT}:role/*`,
      'arn:aws:iam::*:role/worker',
      `arn:aws:iam::${ACCOUNT}:role/worker`,
    ),
  ),
  fc.tuple(
    fc.constantFrom('ForAnyValue:StringEquals', 'ForAllValues:StringEquals', 'ForAllValues:StringLike'),
    fc.constant('aws:TagKeys'),
    fc.constantFrom('team', ['team', 'cost']),
  ),
);
export const CONDITION = fc.array(TEST, { minLength: 1, maxLength: 2 }).map((tests) => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const [operator, key, values] of tests) {
    block[operator] ??= {};
    block[operator][key] = values;
  }
  return block;
});

const statement = (effect: fc.Arbitrary<string>) =>
  fc
    .record({
      Effect: effect,
      action: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 3 }),
      resource: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 2 }),
      not: fc.oneof({ weight: 8, arbitrary: fc.constant('') }, fc.constantFrom('Action', 'Resource')),
      condition: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, CONDITION),
    })
    .map(({ Effect, action, resource, not, condition }) => ({
      Effect,
      [not === 'Action' ? 'NotAction' : 'Action']: action,
      // The simulator does not complete an ARN that is cut short when it stands in NotResource.
      ...(not === 'Resource'
        ? { NotResource: resource.map((arn) => (SHORT.has(arn) ? 'arn:aws:s3:::*' : arn)) }
        : { Resource: resource }),
      ...(condition === undefined ? {} : { Condition: condition }),
    }));
export const ALLOW = statement(fc.constant('Allow'));
export const ANY = statement(fc.oneof({ weight: 6, arbitrary: fc.constant('Allow') }, fc.constant('Deny')));
export const policy = (Statement: Record<string, unknown>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});

export function gaps(wanted: PolicyDocument, live: PolicyDocument) {
  const target = readStatements(wanted);
  const own = target.filter(({ effect }) => effect === 'Deny');
  const rules: Rule[] = [
    ...rulesOf(readStatements(live)),
    ...own.map((denial): Rule => ({ role: 'own-deny', statement: denial, certain: true })),
  ];
  return target
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((allowing) => compareStatement(allowing, rules, { left: 5_000_000 }))
    .flatMap((finding) =>
      finding.verdict === 'missing' && finding.example !== undefined
        ? [{ finding: finding.reason, example: asArn(finding.example) }]
        : [],
    );
}

/** A resource that no pattern names stands for all such; the simulator wants it to be an ARN. */
function asArn(example: Request): Request {
  return example.resource.startsWith('arn:')
    ? example
    : { ...example, resource: 'arn:aws:qq:xx-far-9:222222222222:qq/qq' };
}
