import { fork } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import type { BucketIssuer, DesiredState } from '../../core/domain/desired-state.ts';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import { archiveDigest, desiredManifests } from '../../core/resources/install-files/desired.ts';
import { sealOf } from '../../core/resources/install-files/seal.ts';
import { digestOf } from '../../core/storage/document.ts';
import { LocalError } from '../../scripts/local/local-error.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml, requestOf, statement } from '../support/bundles.ts';
import type { Sizes } from './arguments.ts';
import type { FleetAudit } from './fleet-audit.ts';
import { makeKeysFree } from './free-keys.ts';
import type { Measured, Row } from './table.ts';

const ROLES = 6;
const RELEASES = ['4.14.0', '4.15.0', '4.16.0', '4.17.0', '4.18.0'];
/** V8 fills what it is given before it collects; this is what the audit needs: the report is of the whole fleet. */
const v8Limits = (clusters: number) => [
  `--max-old-space-size=${60 + Math.ceil(clusters / 10)}`,
  '--max-semi-space-size=1',
];
const REGION = 'us-east-2';

const nameOf = (index: number) => `fleet-${String(index).padStart(3, '0')}`;
const ORIGINAL = nameOf(0);

/**
 * Measures an audit of a fleet, in-process, with a delay added to every AWS call: one cluster is prepared by the
 * pipeline, the others are copies of what it made, under names of the same length.
 */
export async function measureAudit(
  { clusters, releases, delay }: Pick<Sizes, 'clusters' | 'releases' | 'delay'>,
  endpoint: string,
): Promise<Measured> {
  makeKeysFree();
  const account = await testAccount(endpoint);
  await makeFleet(account, clusters);
  const rows: Row[] = [];
  let available = 0;
  for (const count of new Set([1, releases])) {
    for (; available < count; available += 1)
      await account.upload(`releases/${RELEASES[available]}.tgz`, await bundleOf(undefined, available + 1));
    const audit = await auditInProcess(clusters, delay);
    check(audit, clusters, count);
    rows.push({
      audit: `${clusters} cluster${clusters === 1 ? '' : 's'} of ${ROLES} roles, ${count} release${count === 1 ? '' : 's'}`,
      seconds: audit.seconds.toFixed(1),
      calls: audit.calls,
      'calls per cluster': (audit.calls / clusters).toFixed(2),
      'peak MiB': Math.round(audit.peakMiB),
    });
  }
  return {
    title: `Audit, ${delay} ms added to every AWS call, one process for all functions, ${v8Limits(clusters).join(' ')}`,
    rows,
  };
}

/** The benchmark measures work that was done: every cluster compared with every release, nothing drifted. */
function check({ status, counts, unclean }: FleetAudit, clusters: number, releases: number): void {
  if (unclean !== undefined)
    throw new LocalError(
      `The audit found ${counts.clean} of ${clusters} clusters clean, and should have found all. ${unclean}`,
      'A timeout means that the machine is too busy: measure when less else runs, or with fewer --clusters.',
    );
  const pairs = counts.ready + counts.notReady + counts.unknownReleases;
  if (status !== 'SUCCEEDED' || counts.clean !== clusters || pairs !== clusters * releases)
    throw new Error(`${status}: ${JSON.stringify(counts)}`);
}

/** Requests of a size that releases have; every later release asks for one action more. */
function bundleOf(cluster: string | undefined, more: number): Promise<Uint8Array> {
  const actions = [
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:CreateTags',
    'ec2:CreateSnapshot',
    'elasticloadbalancing:DescribeLoadBalancers',
    'route53:ListHostedZones',
    ...[
      'ec2:AttachVolume',
      'ec2:DetachVolume',
      'ec2:ModifyVolume',
      'ec2:DeleteVolume',
      'ec2:CreateVolume',
    ].slice(0, more),
  ];
  return tgzOf({
    ...(cluster === undefined
      ? {}
      : { 'cluster.yaml': clusterYaml({ name: cluster, region: REGION, release: '4.13.0' }) }),
    ...Object.fromEntries(
      Array.from({ length: ROLES }, (_, index) => [
        `${index}.yaml`,
        requestOf(`component-${index}`, statement({ action: actions })),
      ]),
    ),
  });
}

async function makeFleet(account: TestAccount, clusters: number): Promise<void> {
  const outcome = await account.run(`prepare/${ORIGINAL}.tgz`, await bundleOf(ORIGINAL, 0));
  if (outcome.status !== 'SUCCEEDED') throw new Error(`${outcome.error}: ${outcome.cause}`);
  const copies = Array.from({ length: clusters - 1 }, (_, index) => nameOf(index + 1));
  const desired = JSON.parse(
    (await account.read(`clusters/${ORIGINAL}/runs/${outcome.run}/desired.json`)) ?? '',
  ) as BucketCluster;
  await pMap(copies, (name) => copy(account, desired, name), { concurrency: 4 });
}

/** The benchmark's clusters have buckets of their own. */
type BucketCluster = DesiredState & { readonly issuer: BucketIssuer };

/** Makes what the pipeline made for the original once more, under another name. */
async function copy(account: TestAccount, original: BucketCluster, name: string): Promise<void> {
  const renamed = (text: string) => text.replaceAll(ORIGINAL, name);
  const desired = JSON.parse(renamed(JSON.stringify(original))) as BucketCluster;
  const { iam, output } = account;
  const s3 = account.s3();
  const put = async (from: string, Bucket: string, more: object = {}) => {
    const [bucket, client] = Bucket === output ? [output, s3] : [original.issuer.bucket, account.s3(REGION)];
    const { Body, Metadata, ContentType } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: from }),
    );
    const content = renamed((await Body?.transformToString()) ?? '');
    const { ETag = '' } = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: renamed(from),
        Body: content,
        ContentType,
        Metadata,
        ...more,
      }),
    );
    return sealOf(ETag, { content });
  };
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: output, Prefix: `clusters/${ORIGINAL}/` }),
  );
  const install = `clusters/${ORIGINAL}/install/`;
  const seals: Record<string, string> = {};
  for (const { Key = '' } of Contents.filter((object) => !object.Key?.endsWith('.tar.gz'))) {
    const seal = await put(Key, output);
    if (Key.startsWith(`${install}manifests/`)) seals[Key.slice(install.length)] = seal;
  }
  const entry = JSON.parse((await account.read(`clusters/${name}/cluster.json`)) ?? '') as RegistryEntry;
  const archive = `clusters/${ORIGINAL}/install.tar.gz`;
  const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: output, Key: archive }));
  const { ETag: archiveEtag = '' } = await s3.send(
    new PutObjectCommand({
      Bucket: output,
      Key: renamed(archive),
      Body: gzipSync(''),
      Metadata: {
        ...Metadata,
        'sts-prep-digest': archiveDigest(desiredManifests(desired), entry.keyId ?? ''),
      },
    }),
  );
  const { lastRun } = entry;
  const record = (await account.read(`clusters/${name}/runs/${lastRun.id}/desired.json`)) ?? '';
  const registered: RegistryEntry = {
    ...entry,
    archiveEtag,
    seals,
    // The audit goes by no record of another digest.
    lastRun: { ...lastRun, desired: digestOf(record) },
  };
  await s3.send(
    new PutObjectCommand({
      Bucket: output,
      Key: `clusters/${name}/cluster.json`,
      Body: JSON.stringify(registered),
    }),
  );

  const regional = account.s3(REGION);
  const Bucket = desired.issuer.bucket;
  await regional.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  const TagSet = Object.entries(desired.tags).map(([Key, Value]) => ({ Key, Value }));
  await regional.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await regional.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
    }),
  );
  const { Policy = '' } = await regional.send(new GetBucketPolicyCommand({ Bucket: original.issuer.bucket }));
  await regional.send(new PutBucketPolicyCommand({ Bucket, Policy: renamed(Policy) }));
  const Tagging = new URLSearchParams(desired.tags).toString();
  for (const key of ['keys.json', '.well-known/openid-configuration']) await put(key, Bucket, { Tagging });

  const provider = await iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: original.providerArn }),
  );
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: desired.issuer.url,
      ClientIDList: provider.ClientIDList,
      ThumbprintList: provider.ThumbprintList,
      Tags: TagSet,
    }),
  );
  for (const [index, { name: RoleName }] of desired.roles.entries()) {
    const from = original.roles[index]?.name ?? '';
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: from }));
    const policy = await iam.send(new GetRolePolicyCommand({ RoleName: from, PolicyName: from }));
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: renamed(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')),
        Tags: Role?.Tags?.map(({ Key, Value }) => ({ Key: renamed(Key ?? ''), Value: renamed(Value ?? '') })),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: RoleName,
        PolicyDocument: decodeURIComponent(policy.PolicyDocument ?? ''),
      }),
    );
  }
}

/** The audit in a process of its own, with the heap of a small function. */
function auditInProcess(clusters: number, delay: number): Promise<FleetAudit> {
  const child = fork(new URL('fleet-audit.ts', import.meta.url), {
    env: { ...process.env, BENCH_DELAY_MS: String(delay) },
    execArgv: v8Limits(clusters),
  });
  return new Promise((resolve, reject) => {
    child.once('message', (audit) => resolve(audit as FleetAudit));
    child.once('exit', (code) => reject(new Error(`The audit ended with ${code}.`)));
  });
}
