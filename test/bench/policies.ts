import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { comparePermissions } from '../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../core/domain/policy-document.ts';
import type { Sizes } from './arguments.ts';
import { releaseFolders } from './release-folders.ts';
import type { Measured, Row } from './table.ts';

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
const BALANCERS = 'arn:aws:elasticloadbalancing:*:*:loadbalancer/app/';
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
    title: 'resources, all of two',
    wanted: policy(allow(['elasticloadbalancing:AddTags'], `${BALANCERS}*`)),
    live: policy(allow(['elasticloadbalancing:*'], [`${BALANCERS}?*`, BALANCERS])),
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

type Pairs = readonly (readonly [PolicyDocument, PolicyDocument])[];

/** Measures how many pairs of statements are compared in a second on one core, by kind. */
export function measurePolicies({ seconds, manifests }: Pick<Sizes, 'seconds' | 'manifests'>): Measured {
  const rows = CASES.map(({ title, wanted, live }) => measure(title, [[wanted, live]], seconds));
  const releases = manifests === undefined ? [] : policiesByRelease(manifests);
  for (const [index, release] of releases.entries()) {
    const next = releases[index + 1];
    if (next === undefined) break;
    const pairs = [...next.policies].flatMap(([name, wanted]): [PolicyDocument, PolicyDocument][] => {
      const live = release.policies.get(name);
      return live === undefined ? [] : [[wanted, live]];
    });
    rows.push(measure(`roles of ${release.name} for ${next.name}`, pairs, seconds));
  }
  return {
    title: `Policies compared, each kind for ${seconds} s of CPU time; a pair is one statement asked for against one live statement`,
    rows,
  };
}

function measure(statements: string, pairs: Pairs, seconds: number): Row {
  const count = pairs.reduce(
    (sum, [wanted, live]) => sum + wanted.Statement.length * live.Statement.length,
    0,
  );
  const verdicts = new Set(
    pairs.map(([wanted, live]) => comparePermissions(wanted, { policies: [live] }).verdict),
  );
  // Compiled before it is timed.
  roundsPerSecond(pairs, seconds / 5);
  return {
    statements,
    verdict: [...verdicts].sort().join(', '),
    pairs: count,
    'pairs per second': Math.round(count * roundsPerSecond(pairs, seconds)),
  };
}

/** Seconds of CPU time: what else the machine does would be in any other. */
function roundsPerSecond(pairs: Pairs, seconds: number): number {
  const before = process.cpuUsage();
  let rounds = 0;
  let passed = 0;
  do {
    compareAll(pairs);
    rounds += 1;
    const { user, system } = process.cpuUsage(before);
    passed = (user + system) / 1e6;
  } while (passed < seconds);
  return rounds / passed;
}

function compareAll(pairs: Pairs): void {
  for (const [wanted, live] of pairs) comparePermissions(wanted, { policies: [live] });
}

interface ReleasePolicies {
  /** Such as 4.20. */
  readonly name: string;
  /** What its CredentialsRequests ask for, by the name of the request. */
  readonly policies: ReadonlyMap<string, PolicyDocument>;
}

/** Every release that there is a folder of, in their order. */
function policiesByRelease(folder: string): ReleasePolicies[] {
  return releaseFolders(folder).map((name) => {
    const files = globSync('*.yaml', { cwd: join(folder, name) });
    const policies = files.flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, name, file), 'utf8')).flatMap((document) =>
        policyOf(document.toJS()),
      ),
    );
    return { name, policies: new Map(policies) };
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
