import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { comparePermissions } from '../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../core/domain/policy-document.ts';
import { table } from './table.ts';

/** CredentialsRequests of releases, where there are any beside the project. */
const RELEASES = new URL('../../../shared/credreqs/', import.meta.url);
const SECONDS = 1.5;

/** What the Machine API operator, the image registry, the EBS and the load balancer operators ask for, by and large. */
const EC2 = [
  ...[
    'AllocateAddress',
    'AssociateAddress',
    'AttachNetworkInterface',
    'AttachVolume',
    'AuthorizeSecurityGroupIngress',
  ],
  ...[
    'CopySnapshot',
    'CreateNetworkInterface',
    'CreateSecurityGroup',
    'CreateSnapshot',
    'CreateTags',
    'CreateVolume',
  ],
  ...['DeleteNetworkInterface', 'DeleteSecurityGroup', 'DeleteSnapshot', 'DeleteTags', 'DeleteVolume'],
  ...[
    'DescribeAddresses',
    'DescribeAvailabilityZones',
    'DescribeDhcpOptions',
    'DescribeImages',
    'DescribeInstances',
  ],
  ...['DescribeInstanceTypes', 'DescribeInternetGateways', 'DescribeNetworkInterfaces', 'DescribeRegions'],
  ...[
    'DescribeRouteTables',
    'DescribeSecurityGroups',
    'DescribeSnapshots',
    'DescribeSubnets',
    'DescribeTags',
  ],
  ...[
    'DescribeVolumes',
    'DescribeVolumesModifications',
    'DescribeVpcs',
    'DetachVolume',
    'ModifyInstanceAttribute',
  ],
  ...[
    'ModifyVolume',
    'RevokeSecurityGroupIngress',
    'RunInstances',
    'TerminateInstances',
    'UnassignPrivateIpAddresses',
  ],
].map((name) => `ec2:${name}`);

const ARNS = ['loadbalancer/app/*/*', 'loadbalancer/net/*/*', 'targetgroup/*/*'].map(
  (name) => `arn:aws:elasticloadbalancing:*:*:${name}`,
);
const TAGGED = {
  Null: { 'aws:RequestTag/elbv2.k8s.aws/cluster': 'true' },
  StringEquals: { 'ec2:Region': 'us-east-2' },
};

interface Case {
  readonly title: string;
  readonly wanted: PolicyDocument;
  readonly live: PolicyDocument;
}

const CASES: readonly Case[] = [
  { title: `the same ${EC2.length} actions`, wanted: policy(allow(EC2)), live: policy(allow(EC2)) },
  {
    title: 'other order, other case',
    wanted: policy(allow(EC2)),
    live: policy(allow(EC2.map((action) => action.toUpperCase()).reverse())),
  },
  { title: 'two actions missing', wanted: policy(allow(EC2)), live: policy(allow(EC2.slice(2))) },
  {
    title: 'live with wildcards',
    wanted: policy(allow(EC2)),
    live: policy(allow([...EC2.filter((action) => !action.includes('Describe')), 'ec2:Describe*'])),
  },
  {
    title: 'a wildcard in both',
    wanted: policy(allow(['elasticfilesystem:*', 'kms:ReEncrypt*'])),
    live: policy(allow(['elasticfilesystem:*', 'kms:*'])),
  },
  {
    title: 'resources, in part',
    wanted: policy(allow(['elasticloadbalancing:AddTags'], ARNS)),
    live: policy(allow(['elasticloadbalancing:*'], ARNS.slice(1))),
  },
  {
    title: 'the same conditions',
    wanted: policy(allow(['ec2:CreateTags'], '*', TAGGED)),
    live: policy(allow(['ec2:CreateTags'], '*', TAGGED)),
  },
  {
    title: 'a weaker condition',
    wanted: policy(allow(['ec2:CreateTags'], '*', TAGGED)),
    live: policy(allow(['ec2:CreateTags'], '*', { StringLike: { 'ec2:Region': 'us-*' } })),
  },
];

/** Prints how many pairs of statements are compared in a second on one core, by kind. */
export function measurePolicies(): void {
  const rows = CASES.map(({ title, wanted, live }) => ({ statements: title, ...measure([[wanted, live]]) }));
  const releases = policiesByRelease();
  for (const [index, release] of releases.entries()) {
    const next = releases[index + 1];
    if (next === undefined) break;
    const pairs = [...next.policies].flatMap(([name, wanted]): [PolicyDocument, PolicyDocument][] => {
      const live = release.policies.get(name);
      return live === undefined ? [] : [[wanted, live]];
    });
    rows.push({ statements: `roles of ${release.name} for ${next.name}`, ...measure(pairs) });
  }
  console.log('\nPolicies compared; a pair is one statement asked for against one live statement');
  console.log(table(rows));
}

function measure(
  pairs: readonly (readonly [PolicyDocument, PolicyDocument])[],
): Record<string, string | number> {
  const count = pairs.reduce(
    (sum, [wanted, live]) => sum + wanted.Statement.length * live.Statement.length,
    0,
  );
  const verdicts = new Set(
    pairs.map(([wanted, live]) => comparePermissions(wanted, { policies: [live] }).verdict),
  );
  // Compiled before it is timed.
  for (let round = 0; round < 300; round += 1) compareAll(pairs);
  const start = performance.now();
  let rounds = 0;
  while (performance.now() - start < SECONDS * 1_000) {
    compareAll(pairs);
    rounds += 1;
  }
  const seconds = (performance.now() - start) / 1_000;
  return {
    verdict: [...verdicts].sort().join(', '),
    pairs: count,
    'pairs per second': Math.round((rounds * count) / seconds),
  };
}

function compareAll(pairs: readonly (readonly [PolicyDocument, PolicyDocument])[]): void {
  for (const [wanted, live] of pairs) comparePermissions(wanted, { policies: [live] });
}

/** The policies that CredentialsRequests of each release ask for, by the name of the request; releases in their order. */
function policiesByRelease(): {
  readonly name: string;
  readonly policies: ReadonlyMap<string, PolicyDocument>;
}[] {
  if (!existsSync(RELEASES)) return [];
  const releases = globSync('4.*', { cwd: RELEASES.pathname })
    .filter((name) => !name.includes('asof'))
    .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
  return releases.map((release) => {
    const files = globSync(`${release}/*.yaml`, { cwd: RELEASES.pathname });
    const policies = files.flatMap((file) =>
      parseAllDocuments(readFileSync(new URL(file, RELEASES), 'utf8')).flatMap((document) =>
        policyOf(document.toJS()),
      ),
    );
    return { name: basename(release), policies: new Map(policies) };
  });
}

function policyOf(request: unknown): [string, PolicyDocument][] {
  const { metadata, spec } = (request ?? {}) as {
    metadata?: { name?: string };
    spec?: {
      providerSpec?: {
        statementEntries?: { action: string[]; resource: string; policyCondition?: unknown }[];
      };
    };
  };
  const entries = spec?.providerSpec?.statementEntries;
  if (metadata?.name === undefined || entries === undefined) return [];
  const statements = entries.map(({ action, resource, policyCondition }) =>
    allow(action, resource, policyCondition),
  );
  return [[metadata.name, policy(...statements)]];
}

function policy(...Statement: Record<string, unknown>[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function allow(
  Action: readonly string[],
  Resource: string | readonly string[] = '*',
  Condition?: unknown,
): Record<string, unknown> {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
