import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { REJECTIONS, type RejectionName } from '../../core/domain/problem.ts';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import { type Snapshot, type TestAccount, testAccount } from '../support/account.ts';
import { paxHeader, type RawTarEntry, rawTar, rawZip, tarOf, tgzOf, zipOf } from '../support/archives.ts';
import {
  bundle,
  bundleFiles,
  bundleWithCluster,
  bundleWithRequest,
  CLUSTER_FILE,
  clusterYaml,
  type FileChanges,
  installConfig,
  PUBLIC_KEY_FILE,
  PULL_SECRET,
  privatePem,
  publicPem,
  REQUEST_FILE,
  request,
  requestOf,
  rsaKeyPair,
  statement,
} from '../support/bundles.ts';

/** Where the report must say that a problem is, and what it must say of it. */
interface Expected {
  /** The problem's own name, where it is not the bundle's. */
  readonly code?: RejectionName;
  readonly file?: string;
  readonly document?: number;
  readonly field?: string;
  /** A part of message or remedy. */
  readonly says?: string | RegExp;
}

type ReportedProblem = NonNullable<Report['problems']>[number];

interface BadBundle {
  readonly title: string;
  /** `prepare/bundle.tgz` unless said: a key that does not name a cluster. */
  readonly key?: string;
  readonly bundle: () => Uint8Array | Promise<Uint8Array>;
  readonly error: RejectionName;
  /** Every problem of the report, in its order. */
  readonly problems: readonly Expected[];
  /** Settings of the deployment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What happens between the upload and the reading. */
  readonly meanwhile?: (key: string, versionId: string) => Promise<unknown>;
}

const MIB = 1024 * 1024;
const ZIP_LINK = 0o120777;
const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';

const signingKey = rsaKeyPair();

let account: TestAccount;
let prepared: Snapshot;

const uploads: BadBundle[] = [
  ...['rotate-key/demo.tgz', 'nonsense/demo.tgz', 'Prepare/demo.tgz', 'demo.tgz'].map((key) => ({
    title: `the key ${key}, whose first segment is no operation of this release`,
    key,
    bundle: () => bundle(),
    error: 'UnsupportedOperation' as const,
    problems: [{ says: 'prepare/' }],
  })),
  ...['prepare/demo.rar', 'prepare/demo', 'prepare/demo.tar.xz'].map((key) => ({
    title: `the key ${key}, whose ending is not supported`,
    key,
    bundle: () => bundle(),
    error: 'UnsupportedBundleType' as const,
    problems: [{ says: '.tgz' }],
  })),
  mismatch('a zip archive named .tgz', 'tgz', () => zipOf(bundleFiles()), 'zip archive'),
  mismatch('a gzipped tar named .zip', 'zip', () => bundle(), 'gzip data'),
  mismatch('text named .tar', 'tar', () => Buffer.from(request()), 'text'),
  mismatch('an archive named .yaml', 'yaml', () => bundle(), 'gzip data'),
  mismatch('gzipped YAML named .tar.gz', 'tar.gz', () => gzipSync(request()), 'instead of a tar archive'),
  mismatch('xz data named .tgz', 'tgz', () => Buffer.from('\xfd7zXZ\0 and so on', 'latin1'), 'xz data'),
  {
    title: 'an object over the size limit',
    bundle: () => Buffer.alloc(16 * MIB + 1, gzipSync('x')),
    error: 'BundleTooLarge',
    problems: [{ says: '16777216 are allowed' }],
  },
  {
    title: 'a single YAML file over the size limit of files',
    key: 'prepare/us-east-2/demo.yaml',
    bundle: () => Buffer.from(`${request()}# ${'x'.repeat(4 * MIB)}`),
    error: 'BundleTooLarge',
    problems: [{ says: '4194304 are allowed' }],
  },
  {
    title: 'an object without bytes',
    bundle: () => new Uint8Array(),
    error: 'BundleEmpty',
    problems: [{}],
  },
  {
    title: 'an archive of directories only',
    bundle: () => tgzOf({ 'credreqs/': '' }),
    error: 'BundleEmpty',
    problems: [{}],
  },
  {
    title: 'a version that is gone when it is read',
    bundle: () => bundle(),
    meanwhile: (key, versionId) =>
      account.s3().send(new DeleteObjectCommand({ Bucket: account.intake, Key: key, VersionId: versionId })),
    error: 'BundleSuperseded',
    problems: [{ says: 'Upload the bundle again' }],
  },
];

function mismatch(title: string, ending: string, content: BadBundle['bundle'], says: string): BadBundle {
  return {
    title,
    key: `prepare/bundle.${ending}`,
    bundle: content,
    error: 'BundleTypeMismatch',
    problems: [{ says }],
  };
}

const archives: BadBundle[] = [
  forbiddenEntry('a symbolic link', { name: 'link.yaml', type: '2', linkName: '/etc/passwd' }),
  forbiddenEntry('a hard link', { name: 'link.yaml', type: '1', linkName: 'cluster.yaml' }),
  forbiddenEntry('a character device', { name: 'dev/null', type: '3' }),
  forbiddenEntry('a block device', { name: 'dev/sda', type: '4' }),
  forbiddenEntry('a named pipe', { name: 'pipe', type: '6' }),
  {
    title: 'a zip archive with a symbolic link',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'link.yaml', content: '/etc/passwd', mode: ZIP_LINK }),
    error: 'ArchiveEntryForbidden',
    problems: [{ file: 'link.yaml', says: 'symbolic link' }],
  },
  forbiddenPath('is absolute', '/etc/cron.d/job.yaml'),
  forbiddenPath('climbs', '../../outside.yaml'),
  forbiddenPath('climbs in the middle', 'credreqs/../../outside.yaml'),
  forbiddenPath('has a backslash', 'credreqs\\request.yaml'),
  forbiddenPath('starts with a drive letter', 'C:request.yaml'),
  forbiddenPath('is over 512 bytes long', `${'d'.repeat(200)}/`.repeat(2) + 'f'.repeat(200)),
  {
    title: 'a path with a control character',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'a\u001b[2Jb.yaml', content: request() }),
    error: 'ArchivePathForbidden',
    problems: [{ file: 'a\\u001b[2Jb.yaml' }],
  },
  {
    title: 'a path of 33 levels',
    bundle: () => tgzOf({ [`${'d/'.repeat(32)}request.yaml`]: request() }),
    error: 'ArchiveTooDeep',
    problems: [{ file: `${'d/'.repeat(32)}request.yaml`, says: '32 are allowed' }],
  },
  {
    title: 'a zip archive with an encrypted entry',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'request.yaml', content: request(), flags: 0x801 }),
    error: 'ArchiveEncrypted',
    problems: [{ file: 'request.yaml', says: 'without a password' }],
  },
  {
    title: 'a zip archive with strong encryption',
    key: 'prepare/bundle.zip',
    bundle: () => rawZip({ name: 'request.yaml', content: request(), flags: 0x41 }),
    error: 'ArchiveEncrypted',
    problems: [{}],
  },
  {
    title: 'an archive inside the archive',
    bundle: async () => tgzOf({ ...bundleFiles(), 'more.tgz': await bundle() }),
    error: 'ArchiveNested',
    problems: [{ file: 'more.tgz', says: 'Unpack it' }],
  },
  {
    title: 'an archive inside the archive that is named as text',
    bundle: async () => tgzOf({ ...bundleFiles(), 'notes.txt': await zipOf(bundleFiles()) }),
    error: 'ArchiveNested',
    problems: [{ file: 'notes.txt' }],
  },
  corruptArchive('a gzip stream that is cut off', 'tgz', async () => (await bundle()).subarray(0, -20)),
  corruptArchive('a tar archive that is cut off', 'tar', async () =>
    (await tarOf(bundleFiles())).subarray(0, -1536),
  ),
  corruptArchive('a tar archive without its end', 'tar', async () =>
    (await tarOf(bundleFiles())).subarray(0, -1024),
  ),
  corruptArchive('a tar archive that goes on after its end', 'tar', async () =>
    Buffer.concat([await tarOf(bundleFiles()), await tarOf({ 'hidden.yaml': request() })]),
  ),
  corruptArchive('a zip archive that is cut off', 'zip', async () =>
    (await zipOf(bundleFiles())).subarray(0, -30),
  ),
  corruptArchive(
    'a zip entry with a wrong checksum',
    'zip',
    () => rawZip({ name: 'request.yaml', content: request(), crc: 1 }),
    'request.yaml',
  ),
  corruptArchive('a zip entry of two names', 'zip', () =>
    rawZip({ name: 'request.yaml', content: request(), localName: 'cluster.yaml' }),
  ),
  {
    title: 'more than 5,000 entries',
    bundle: () => tgzOf(Array.from({ length: 5_001 }, (_, index) => [`${index}.yaml`, ''] as const)),
    error: 'ArchiveTooManyEntries',
    problems: [{ says: 'more than 5000' }],
  },
  {
    title: 'one path twice',
    bundle: () => gzipSync(rawTar({ name: 'a.yaml', content: 'a' }, { name: './a.yaml', content: 'b' })),
    error: 'ArchiveEntryDuplicate',
    problems: [{ file: 'a.yaml' }],
  },
  {
    title: 'one file of more than 4 MiB',
    bundle: () => tgzOf({ ...bundleFiles(), 'big.yaml': `${randomBytes(3 * MIB).toString('base64')}=` }),
    error: 'ArchiveEntryTooLarge',
    problems: [{ file: 'big.yaml' }],
  },
  {
    title: 'a gzip bomb',
    bundle: () => gzipSync(rawTar({ name: 'zeros.txt', content: Buffer.alloc(20 * MIB) })),
    error: 'ArchiveExpandsTooMuch',
    problems: [{}],
  },
  {
    title: 'a zip bomb',
    key: 'prepare/bundle.zip',
    bundle: () =>
      zipOf(Array.from({ length: 4 }, (_, index) => [`${index}.txt`, Buffer.alloc(3 * MIB)] as const)),
    error: 'ArchiveExpandsTooMuch',
    problems: [{}],
  },
  {
    title: 'several bad entries at once',
    bundle: () =>
      gzipSync(
        rawTar(
          { name: '../up.yaml', content: '' },
          { name: 'pipe', type: '6' },
          { name: 'request.yaml', content: request() },
        ),
      ),
    error: 'InvalidBundle',
    problems: [
      { code: 'ArchivePathForbidden', file: '../up.yaml' },
      { code: 'ArchiveEntryForbidden', file: 'pipe' },
    ],
  },
];

function forbiddenEntry(what: string, entry: RawTarEntry): BadBundle {
  return {
    title: `an archive with ${what}`,
    bundle: () => gzipSync(rawTar({ name: 'cluster.yaml', content: clusterYaml() }, entry)),
    error: 'ArchiveEntryForbidden',
    problems: [{ file: String(entry.name), says: what }],
  };
}

function forbiddenPath(why: string, path: string): BadBundle {
  return {
    title: `a path that ${why}`,
    bundle: () => gzipSync(rawTar(paxHeader({ path }), { name: 'cut', content: request() })),
    error: 'ArchivePathForbidden',
    problems: [{ file: path.length > 120 ? `${path.slice(0, 120)}…` : path }],
  };
}

function corruptArchive(
  title: string,
  ending: string,
  content: BadBundle['bundle'],
  file?: string,
): BadBundle {
  return {
    title,
    key: `prepare/bundle.${ending}`,
    bundle: content,
    error: 'ArchiveCorrupt',
    problems: [{ ...(file === undefined ? {} : { file }), says: 'upload it again' }],
  };
}

const yaml: BadBundle[] = [
  yamlFile('a bracket that is not closed', 'YamlMalformed', 'kind: [CredentialsRequest\n'),
  yamlFile('a tab as indentation', 'YamlMalformed', 'spec:\n\tsecretRef: x\n'),
  yamlFile('a key twice', 'YamlMalformed', 'kind: CredentialsRequest\nkind: CredentialsRequest\n'),
  yamlFile('a tag that makes an object', 'YamlMalformed', 'kind: !!python/object:os.system rm\n'),
  yamlFile('an unknown alias', 'YamlMalformed', 'kind: *nowhere\n'),
  yamlFile('a key named __proto__', 'YamlMalformed', '__proto__: {kind: CredentialsRequest}\n'),
  {
    title: 'a file that is not UTF-8',
    bundle: () => bundle({ [REQUEST_FILE]: Buffer.from('kind: \xff\xfe', 'latin1') }),
    error: 'YamlMalformed',
    problems: [{ file: REQUEST_FILE, says: 'UTF-8' }],
  },
  {
    title: 'a malformed document behind good ones',
    bundle: () => bundle({ [REQUEST_FILE]: `${request()}---\n${requestOf('registry')}---\nkind: "x\n` }),
    error: 'YamlMalformed',
    problems: [{ file: REQUEST_FILE, document: 3, says: 'Line' }],
  },
  {
    title: 'a malformed cluster.yaml',
    bundle: () => bundle({ [CLUSTER_FILE]: 'name: [demo\n' }),
    error: 'YamlMalformed',
    problems: [{ file: CLUSTER_FILE, document: 1 }],
  },
  {
    title: 'a malformed install-config.yaml',
    bundle: () => bundle({ [CLUSTER_FILE]: undefined, 'install-config.yaml': 'metadata: {name: demo\n' }),
    error: 'YamlMalformed',
    problems: [{ file: 'install-config.yaml', document: 1 }],
  },
  yamlFile(
    'a bomb of aliases',
    'YamlTooComplex',
    [
      'a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]',
      ...'bcdefgh'.split('').map((letter, index) => {
        const previous = 'abcdefg'[index];
        return `${letter}: &${letter} [${Array.from({ length: 10 }, () => `*${previous}`).join(', ')}]`;
      }),
    ].join('\n'),
  ),
  yamlFile('100 levels', 'YamlTooComplex', `a: ${'['.repeat(100)}${']'.repeat(100)}\n`),
  {
    title: 'more than 5,000 documents in a file',
    bundle: () => bundle({ [REQUEST_FILE]: '---\n'.repeat(5_001) }),
    error: 'YamlTooComplex',
    problems: [{ file: REQUEST_FILE, document: 5_001 }],
  },
];

function yamlFile(title: string, error: RejectionName, text: string): BadBundle {
  return {
    title: `${title} in a YAML file`,
    bundle: () => bundle({ [REQUEST_FILE]: text }),
    error,
    problems: [{ file: REQUEST_FILE, document: 1, says: /^Line \d+, column \d+: / }],
  };
}

const identities: BadBundle[] = [
  ...['prepare/bundle.tgz', 'prepare/team-a/demo.tgz', 'prepare/us-east-2/a/demo.tgz'].map((key) => ({
    title: `no cluster named, neither in the bundle nor by the key ${key}`,
    key,
    bundle: () => bundle({ [CLUSTER_FILE]: undefined }),
    error: 'ClusterIdentityMissing' as const,
    problems: [{ says: 'name and region' }],
  })),
  {
    title: 'a key with a misspelt region',
    key: 'prepare/us-esat-2/demo.tgz',
    bundle: () => bundle({ [CLUSTER_FILE]: undefined }),
    error: 'ClusterIdentityMissing',
    problems: [{ says: 'did you mean us-east-2' }],
  },
  {
    title: 'a cluster.yaml without a region',
    bundle: () => bundleWithCluster({ region: undefined }),
    error: 'ClusterIdentityMissing',
    problems: [{ says: "cluster's region" }],
  },
  conflict('name', {
    [CLUSTER_FILE]: clusterYaml({ name: 'other' }),
    'install-config.yaml': installConfig(),
  }),
  conflict('region', {
    [CLUSTER_FILE]: clusterYaml({ region: 'eu-west-1' }),
    'install-config.yaml': installConfig(),
  }),
  conflict('featureSet', {
    [CLUSTER_FILE]: clusterYaml({ featureSet: 'Default' }),
    'install-config.yaml': installConfig({ featureSet: 'TechPreviewNoUpgrade' }),
  }),
  {
    title: 'a cluster.yaml and a key that disagree',
    key: 'prepare/eu-west-1/other.tgz',
    bundle: () => bundle(),
    error: 'ClusterIdentityConflict',
    problems: [
      { file: 'key prepare/eu-west-1/other.tgz', field: 'name', says: 'demo' },
      { file: 'key prepare/eu-west-1/other.tgz', field: 'region', says: 'us-east-2' },
    ],
  },
  {
    title: 'an install-config.yaml and a key that disagree',
    key: 'prepare/us-east-2/other.tgz',
    bundle: () => bundle({ [CLUSTER_FILE]: undefined, 'install-config.yaml': installConfig() }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'key prepare/us-east-2/other.tgz', field: 'name', says: 'install-config.yaml' }],
  },
  {
    title: 'two files cluster.yaml',
    bundle: () => bundle({ 'credreqs/cluster.yml': clusterYaml() }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'credreqs/cluster.yml', says: 'second cluster.yaml' }],
  },
  {
    title: 'two files install-config.yaml',
    bundle: () =>
      bundle({ 'install-config.yaml': installConfig(), 'old/install-config.yaml': installConfig() }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'old/install-config.yaml' }],
  },
  ...[
    ['with upper case', 'Demo'],
    ['with a dot', 'demo.example'],
    ['with an underscore', 'my_demo'],
    ['with a space', 'my demo'],
    ['that begins with a hyphen', '-demo'],
    ['of 59 characters', 'd'.repeat(59)],
    ['that begins like a punycode name', 'xn--demo'],
    ['that begins with a prefix of S3', 'sthree-demo'],
    ['that begins with a prefix of its examples', 'amzn-s3-demo-one'],
  ].map(([what, name]) => ({
    title: `a cluster name ${what}`,
    bundle: () => bundleWithCluster({ name }),
    error: 'ClusterNameInvalid' as const,
    problems: [{ field: 'name', says: `"${name}"` }],
  })),
  {
    title: 'a key without a cluster name before its ending',
    key: 'prepare/us-east-2/.tgz',
    bundle: () => bundle({ [CLUSTER_FILE]: undefined }),
    error: 'ClusterNameInvalid',
    problems: [{ field: 'name' }],
  },
  {
    title: 'a misspelt region',
    bundle: () => bundleWithCluster({ region: 'us-esat-2' }),
    error: 'RegionUnknown',
    problems: [{ field: 'region', says: 'Did you mean us-east-2?' }],
  },
  {
    title: 'a region unlike any',
    bundle: () => bundleWithCluster({ region: 'atlantis' }),
    error: 'RegionUnknown',
    problems: [{ field: 'region', says: 'such as us-east-2' }],
  },
  {
    title: 'a region of another partition than the deployment',
    settings: { PLATFORM: 'aws', PARTITION: 'aws-us-gov' },
    bundle: () => bundle(),
    error: 'RegionOutsidePartition',
    problems: [{ field: 'region', says: 'aws-us-gov' }],
  },
  clusterConfig('an unknown field', { nmae: 'demo' }, 'ClusterConfigInvalid', 'nmae'),
  clusterConfig('an empty name', { name: '' }, 'ClusterConfigInvalid', 'name'),
  clusterConfig('a name that is a number', { name: 42 }, 'ClusterConfigInvalid', 'name'),
  clusterConfig('a release without quotes', { release: 4.2 }, 'ClusterConfigInvalid', 'release'),
  clusterConfig('an unknown feature set', { featureSet: 'Beta' }, 'ClusterConfigInvalid', 'featureSet'),
  clusterConfig('tags that are a list', { tags: ['a=b'] }, 'ClusterConfigInvalid', 'tags'),
  clusterConfig('a tag that is a number', { tags: { cost: 1 } }, 'ClusterConfigInvalid', 'tags.cost'),
  {
    title: 'a cluster.yaml that is a list',
    bundle: () => bundle({ [CLUSTER_FILE]: '- name: demo\n' }),
    error: 'ClusterConfigInvalid',
    problems: [{ file: CLUSTER_FILE }],
  },
  clusterConfig('a CloudFront issuer', { 'issuer.type': 'cloudfront' }, 'IssuerUnsupported', 'issuer.type'),
  clusterConfig('an unknown issuer', { 'issuer.type': 'carrier' }, 'ClusterConfigInvalid', 'issuer.type'),
  clusterConfig('an approval', { approval: 'required' }, 'ApprovalUnsupported', 'approval'),
  clusterConfig('a role path without slashes', { rolePath: 'openshift' }, 'RolePathInvalid', 'rolePath'),
  clusterConfig(
    'a role path of 513 characters',
    { rolePath: `/${'p'.repeat(511)}/` },
    'RolePathInvalid',
    'rolePath',
  ),
  clusterConfig(
    'a permissions boundary that is a name',
    { permissionsBoundaryArn: 'Boundary' },
    'PermissionsBoundaryInvalid',
    'permissionsBoundaryArn',
  ),
  {
    ...clusterConfig(
      'another permissions boundary than the deployment requires',
      { permissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      'PermissionsBoundaryRequired',
      'permissionsBoundaryArn',
    ),
    settings: { REQUIRED_BOUNDARY_ARN: BOUNDARY },
  },
  badTags('a tag that the pipeline sets', { Name: 'x' }, ['tags.Name']),
  badTags('a tag that the pipeline sets, in lower case', { name: 'x' }, ['tags.name']),
  badTags("the pipeline's own tag", { 'sts-prep/run': 'x' }, ['tags.sts-prep/run']),
  badTags("another cluster's tag", { 'openshift.io/cloud-credential-operator/other': 'owned' }, [
    'tags.openshift.io/cloud-credential-operator/other',
  ]),
  badTags('tags of AWS', { 'aws:one': 'x', 'AWS:two': 'x' }, ['tags.aws:one', 'tags.AWS:two']),
  badTags('characters that IAM does not take', { team: 'a;b', 'a*b': 'c' }, ['tags.team', 'tags.a*b']),
  badTags('a tag key of 129 characters', { ['k'.repeat(129)]: 'x' }, [`tags.${'k'.repeat(128)}`]),
  badTags('a tag value of 257 characters', { team: 'v'.repeat(257) }, ['tags.team']),
  badTags('48 tags', Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag-${index}`, 'x'])), [
    'tags',
  ]),
  badInstallConfig('another credentials mode', { credentialsMode: 'Mint' }, 'CredentialsModeNotManual', [
    'credentialsMode',
  ]),
  badInstallConfig('no name', { metadata: undefined }, 'InstallConfigInvalid', ['metadata.name']),
  badInstallConfig('another platform', { platform: { gcp: {} } }, 'InstallConfigInvalid', [
    'platform.aws.region',
  ]),
  badInstallConfig('an unknown feature set', { featureSet: 'Beta' }, 'InstallConfigInvalid', ['featureSet']),
  badInstallConfig('user tags as a list', { 'platform.aws.userTags': ['a'] }, 'InstallConfigInvalid', [
    'platform.aws.userTags',
  ]),
  {
    title: 'an install-config.yaml that is not a mapping',
    bundle: () => bundle({ 'install-config.yaml': '- metadata\n' }),
    error: 'InstallConfigInvalid',
    problems: [{ file: 'install-config.yaml' }],
  },
  {
    title: 'a reserved tag in install-config.yaml',
    bundle: () =>
      bundle({ 'install-config.yaml': installConfig({ 'platform.aws.userTags': { 'aws:x': 'y' } }) }),
    error: 'TagInvalid',
    problems: [{ field: 'tags.aws:x' }],
  },
];

function conflict(field: string, files: Record<string, string>): BadBundle {
  return {
    title: `a cluster.yaml and an install-config.yaml of another ${field}`,
    bundle: () => bundle(files),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'install-config.yaml', field, says: CLUSTER_FILE }],
  };
}

function clusterConfig(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  field: string,
): BadBundle {
  return {
    title: `a cluster.yaml with ${what}`,
    bundle: () => bundleWithCluster(changes),
    error,
    problems: [{ file: CLUSTER_FILE, field }],
  };
}

function badTags(what: string, tags: Record<string, string>, fields: readonly string[]): BadBundle {
  return {
    title: `tags: ${what}`,
    bundle: () => bundleWithCluster({ tags }),
    error: 'TagInvalid',
    problems: fields.map((field) => ({ field })),
  };
}

function badInstallConfig(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  fields: readonly string[],
): BadBundle {
  return {
    title: `an install-config.yaml with ${what}`,
    bundle: () => bundle({ 'install-config.yaml': installConfig(changes) }),
    error,
    problems: fields.map((field) => ({ file: 'install-config.yaml', field })),
  };
}

const publicKeys: BadBundle[] = [
  {
    title: 'a publicKeyFile that is not in the bundle',
    bundle: () => bundleWithCluster({ publicKeyFile: 'keys/signer.pub' }),
    error: 'PublicKeyInvalid',
    problems: [{ field: 'publicKeyFile', says: 'keys/signer.pub' }],
  },
  ...(
    [
      ['a private key', () => privatePem(signingKey.privateKey), 'private key'],
      [
        'an elliptic-curve key',
        () => publicPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
        'not RSA',
      ],
      ['a key of 1,024 bits', () => publicPem(rsaKeyPair(1024).publicKey), '1024 bits'],
      ['something else', () => 'ssh-rsa AAAAB3NzaC1yc2E=', 'not a PEM public key'],
    ] as const
  ).flatMap(([what, pem, says]) => [
    {
      title: `${what} where publicKeyFile points`,
      bundle: () => bundleWithCluster({ publicKeyFile: './keys/signer.pub' }, { 'keys/signer.pub': pem() }),
      error: 'PublicKeyInvalid' as const,
      problems: [{ file: 'keys/signer.pub', says }],
    },
  ]),
  {
    title: 'a private key under the name of the public one',
    bundle: () => bundle({ [PUBLIC_KEY_FILE]: privatePem(signingKey.privateKey) }),
    error: 'PublicKeyInvalid',
    problems: [{ file: PUBLIC_KEY_FILE, says: 'private key' }],
  },
];

const at = { file: REQUEST_FILE, document: 1 };
const ENTRIES = 'spec.providerSpec.statementEntries';

const requests: BadBundle[] = [
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
    { action: ['iam:CreateUser'], policyCondition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } },
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
      { ...at, field: 'spec.secretRef.name' },
      { ...at, field: 'spec.secretRef.namespace' },
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
        'credreqs/40.yaml': 'kind: [\n',
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

function badRequest(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  fields: readonly string[],
  codes: readonly RejectionName[] = [],
): BadBundle {
  return {
    title: `a request with ${what}`,
    bundle: () => bundleWithRequest(changes),
    error,
    problems: fields.map((field, index) => ({ ...at, field, code: codes[index] ?? error })),
  };
}

function badStatement(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  field: string,
): BadBundle {
  return badRequest(`a statement with ${what}`, statement(changes), error, [`${ENTRIES}[0].${field}`]);
}

function indent(text: string): string {
  return text.replace(/\n(?=.)/g, '\n  ');
}

/** Bundles for the cluster `demo`, which is prepared for 4.20.3. */
const UPGRADE = 'upgrade/demo/4.21.0.tgz';
const PRUNE = 'prune/demo/4.21.0.tgz';
const withoutConfig = (files: FileChanges = {}) => bundle({ [CLUSTER_FILE]: undefined, ...files });

const targets: BadBundle[] = [
  ...[
    'upgrade/demo.tgz',
    'upgrade/demo/next.tgz',
    'upgrade/demo/4.tgz',
    'upgrade/4.21.0/demo.tgz',
    'upgrade/us-east-2/demo.tgz',
    'upgrade/team-a/demo/4.21.0.tgz',
    'prune/demo.tgz',
    'prune/demo/latest.yaml',
  ].map((key) => ({
    title: `the key ${key}, which does not name a cluster and a release`,
    key,
    bundle: () => bundle(),
    error: 'ClusterIdentityMissing' as const,
    problems: [{ says: `${key.split('/')[0]}/<cluster>/<release>.tgz` }],
  })),
  ...['upgrade/other/4.21.0.tgz', 'prune/other/4.21.0.tgz', 'upgrade//4.21.0.tgz'].map((key) => ({
    title: `the key ${key} of a cluster that was not prepared here`,
    key,
    bundle: () => withoutConfig(),
    error: 'ClusterNotRegistered' as const,
    problems: [{ says: 'prepare/' }],
  })),
  ...[
    'upgrade/demo/4.20.3.tgz',
    'upgrade/demo/4.20.zip',
    'upgrade/demo/4.9.30.tar',
    'prune/demo/4.20.2.tgz',
  ].map((key) => ({
    title: `the key ${key} of a cluster that is prepared for 4.20.3`,
    key,
    bundle: () =>
      key.endsWith('.zip')
        ? zipOf(requestOnly())
        : key.endsWith('.tar')
          ? tarOf(requestOnly())
          : withoutConfig(),
    error: 'ReleaseNotNewer' as const,
    problems: [{ says: '4.20.3' }],
  })),
  ...(
    [
      ['name', 'other', '"demo"'],
      ['region', 'eu-west-1', '"us-east-2"'],
      ['release', '4.21.1', 'the key says "4.21.0"'],
      ['featureSet', 'CustomNoUpgrade', '"Default"'],
      ['rolePath', '/x/', '"/"'],
      ['permissionsBoundaryArn', BOUNDARY, 'prepared without'],
    ] as const
  ).flatMap(([field, value, says]) =>
    [UPGRADE, PRUNE].map((key) => ({
      title: `a cluster.yaml with another ${field} than the cluster has, at ${key}`,
      key,
      bundle: () => bundleWithCluster({ [field]: value }),
      error: 'ClusterIdentityConflict' as const,
      problems: [{ file: CLUSTER_FILE, field, says }],
    })),
  ),
  {
    title: 'an upgrade with other tags than the cluster has',
    key: UPGRADE,
    bundle: () => bundleWithCluster({ tags: { team: 'web' } }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: CLUSTER_FILE, field: 'tags.team', says: 'prepared without' }],
  },
  {
    title: 'an upgrade with the install-config.yaml of another cluster',
    key: UPGRADE,
    bundle: () => withoutConfig({ 'install-config.yaml': installConfig({ 'metadata.name': 'other' }) }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'install-config.yaml', field: 'name', says: '"demo"' }],
  },
  {
    title:
      'an upgrade without the boundary that the deployment requires by now, which its cluster.yaml replaces',
    key: UPGRADE,
    bundle: () => bundleWithCluster({ permissionsBoundaryArn: `${BOUNDARY}-other` }),
    settings: { REQUIRED_BOUNDARY_ARN: BOUNDARY },
    error: 'ClusterIdentityConflict',
    problems: [{ file: CLUSTER_FILE, field: 'permissionsBoundaryArn' }],
  },
  ...[UPGRADE, PRUNE].flatMap((key): BadBundle[] => [
    {
      title: `a request that the policy guard refuses, at ${key}`,
      key,
      bundle: () => withoutConfig({ [REQUEST_FILE]: request(statement({ action: ['iam:*'] })) }),
      error: 'PolicyRefused',
      problems: [{ file: REQUEST_FILE, document: 1, field: `${ENTRIES}[0].action` }],
    },
    {
      title: `no request, at ${key}`,
      key,
      bundle: () => withoutConfig({ [REQUEST_FILE]: undefined, 'a.yaml': 'kind: ConfigMap\n' }),
      error: 'NoCredentialsRequests',
      problems: [{}],
    },
  ]),
  {
    title: 'an upgrade whose policy is too large together with the one that the cluster has',
    key: UPGRADE,
    bundle: () => withoutConfig({ [REQUEST_FILE]: request(statement({ resource: 'x'.repeat(10_000) })) }),
    error: 'PolicyTooLarge',
    problems: [
      {
        file: REQUEST_FILE,
        document: 1,
        field: ENTRIES,
        says: 'demo-openshift-ingress-operator-cloud-credentials',
      },
    ],
  },
];

function requestOnly(): Record<string, string> {
  return { [REQUEST_FILE]: request() };
}

const BAD_BUNDLES = [...uploads, ...archives, ...yaml, ...identities, ...publicKeys, ...requests, ...targets];

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  const good = await account.run(
    'prepare/demo.tgz',
    await bundle({
      [CLUSTER_FILE]: clusterYaml({ release: '4.20.3' }),
      [PUBLIC_KEY_FILE]: publicPem(signingKey.publicKey),
    }),
  );
  expect(good).toMatchObject({ status: 'SUCCEEDED' });
  prepared = await account.snapshot();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a bad bundle is rejected, nothing is made, and the report says why', () => {
  it.each(BAD_BUNDLES.map((bad) => [bad.error, bad.title, bad] as const))(
    '%s: %s',
    async (_error, _title, { key = 'prepare/bundle.tgz', error, problems, ...bad }) => {
      for (const [name, value] of Object.entries(bad.settings ?? {})) vi.stubEnv(name, value);
      const called: string[] = [];
      const outcome = await account.run(key, await bad.bundle(), async (name, event, call) => {
        called.push(name);
        const { versionId = '' } = (event as { bundle: { versionId?: string } }).bundle;
        await bad.meanwhile?.(key, versionId);
        return call();
      });

      expect(outcome).toMatchObject({ status: 'FAILED', error });
      expect(outcome.states).toEqual(['ReadBundle', 'IsBundleAccepted', 'BundleRejected']);
      expect(called).toEqual(['read-bundle']);
      expect(await account.snapshot()).toEqual(prepared);

      const { report, text, keys } = await readReport(outcome.run);
      expect(keys.map((written) => written.split('/').at(-1))).toEqual(['report.json', 'report.md']);
      expect(report).toMatchObject({ outcome: 'rejected', error: { name: error, cause: outcome.cause } });
      expect(report.problems.map(location)).toEqual(
        problems.map(({ says: _, ...expected }) => ({ code: error, ...expected })),
      );
      for (const [index, problem] of report.problems.entries()) {
        const { message, remedy } = problem;
        expect(message).not.toBe('');
        expect(remedy).not.toBe('');
        expect(outcome.cause).toContain(`${message} ${remedy}`);
        expect(`${message} ${remedy}`).toMatch(problems[index]?.says ?? '');
      }
      for (const secret of [PULL_SECRET, 'PRIVATE KEY-----']) {
        expect(`${outcome.cause}${text}`).not.toContain(secret);
      }
    },
  );

  it('covers every name a bundle can be rejected with', () => {
    expect([...new Set(BAD_BUNDLES.map(({ error }) => error))].sort()).toEqual(
      Object.keys(REJECTIONS).sort(),
    );
  });

  it('cuts a long cause, and the report still lists every problem', async () => {
    const actions = Array.from({ length: 100 }, (_, index) => `iam:Nonsense${index}`);
    const outcome = await account.run(
      'prepare/bundle.tgz',
      await bundleWithRequest(statement({ action: actions })),
    );
    const { report } = await readReport(outcome.run);
    expect(report.problems).toHaveLength(100);
    expect(outcome.cause?.length).toBeLessThan(9_000);
    expect(outcome.cause).toMatch(/… and \d+ more; the report lists all 100\.$/);
  });
});

/** The report of a rejected bundle, as JSON and as all of its text, and the keys of all that its run wrote. */
async function readReport(run: string) {
  const keys = (await account.keys()).filter((key) => key.includes(`/${run}/`));
  const read = async (name: string) =>
    (await account.read(keys.find((key) => key.endsWith(`/${name}`)) ?? name)) ?? '';
  const [json, markdown] = await Promise.all([read('report.json'), read('report.md')]);
  const report = reportSchema.parse(JSON.parse(json));
  return { report: { ...report, problems: report.problems ?? [] }, text: json + markdown, keys };
}

function location({ message: _message, remedy: _remedy, ...rest }: ReportedProblem): object {
  return rest;
}

interface GoodBundle {
  readonly title: string;
  readonly key: string;
  readonly files?: Record<string, string | undefined>;
  readonly bytes?: () => Uint8Array | Promise<Uint8Array>;
  readonly cluster: { readonly name: string; readonly region: string };
  readonly warning?: RegExp;
}

const noClusterYaml = { [CLUSTER_FILE]: undefined };

const GOOD_BUNDLES: GoodBundle[] = [
  {
    title: 'cluster.yaml',
    key: 'prepare/any.tgz',
    files: { [CLUSTER_FILE]: clusterYaml({ name: 'from-config', region: 'eu-west-1' }) },
    cluster: { name: 'from-config', region: 'eu-west-1' },
  },
  {
    title: 'cluster.yml in a folder',
    key: 'prepare/team-a/any.tgz',
    files: { ...noClusterYaml, 'conf/cluster.yml': clusterYaml({ name: 'from-yml' }) },
    cluster: { name: 'from-yml', region: 'us-east-2' },
  },
  {
    title: 'install-config.yaml',
    key: 'prepare/any.tgz',
    files: {
      ...noClusterYaml,
      'install-config.yaml': installConfig({
        'metadata.name': 'from-installer',
        'platform.aws.region': 'us-west-2',
      }),
    },
    cluster: { name: 'from-installer', region: 'us-west-2' },
  },
  {
    title: 'install-config.yaml without a credentials mode',
    key: 'prepare/any.tgz',
    files: {
      ...noClusterYaml,
      'install-config.yaml': installConfig({ 'metadata.name': 'no-mode', credentialsMode: undefined }),
    },
    cluster: { name: 'no-mode', region: 'us-east-2' },
    warning: /credentialsMode/,
  },
  {
    title: 'the key, in a region of the first SDK',
    key: 'prepare/us-east-1/from-key.tgz',
    files: noClusterYaml,
    cluster: { name: 'from-key', region: 'us-east-1' },
  },
  {
    title: 'the key of a .tar.gz',
    key: 'prepare/ap-southeast-2/from-tar-gz.tar.gz',
    files: noClusterYaml,
    cluster: { name: 'from-tar-gz', region: 'ap-southeast-2' },
  },
  {
    title: 'the key of a .zip',
    key: 'prepare/us-east-2/from-zip.zip',
    bytes: () => zipOf(bundleFiles({ ...noClusterYaml, ...publicKey() })),
    cluster: { name: 'from-zip', region: 'us-east-2' },
  },
  {
    title: 'the key of a .tar',
    key: 'prepare/us-east-2/from-tar.tar',
    bytes: () => tarOf(bundleFiles({ ...noClusterYaml, ...publicKey() })),
    cluster: { name: 'from-tar', region: 'us-east-2' },
  },
  {
    title: 'the key of a single YAML file, whose key pair the pipeline makes',
    key: 'prepare/us-east-2/from-yaml.YAML',
    bytes: () => Buffer.from(request()),
    cluster: { name: 'from-yaml', region: 'us-east-2' },
  },
  {
    title: 'cluster.yaml and the key together, each with its part',
    key: 'prepare/us-east-2/both.tgz',
    files: { [CLUSTER_FILE]: 'release: "4.20.3"\n' },
    cluster: { name: 'both', region: 'us-east-2' },
  },
  {
    title: 'all three sources when they agree',
    key: 'prepare/us-east-2/agreed.tgz',
    files: {
      [CLUSTER_FILE]: clusterYaml({ name: 'agreed' }),
      'install-config.yaml': installConfig({ 'metadata.name': 'agreed' }),
    },
    cluster: { name: 'agreed', region: 'us-east-2' },
  },
  {
    title: 'an empty cluster.yaml and the key',
    key: 'prepare/us-east-2/empty-config.tgz',
    files: { [CLUSTER_FILE]: '# to be filled in\n' },
    cluster: { name: 'empty-config', region: 'us-east-2' },
  },
];

function publicKey(): Record<string, string> {
  return { [PUBLIC_KEY_FILE]: publicPem(signingKey.publicKey) };
}

describe('a cluster is prepared under the name and in the region that its bundle gives', () => {
  it.each(GOOD_BUNDLES.map((good) => [good.title, good] as const))(
    'by %s',
    async (_title, { key, files, bytes, cluster, warning }) => {
      const outcome = await account.run(
        key,
        (await bytes?.()) ?? (await bundle({ ...files, ...publicKey() })),
      );
      expect(outcome).toMatchObject({ status: 'SUCCEEDED' });

      const { report, text } = await readReport(outcome.run);
      expect(report).toMatchObject({ outcome: 'prepared', cluster });
      expect(report.warnings.join('\n')).toMatch(warning ?? '');
      expect(text).not.toContain(PULL_SECRET);
      const registry = JSON.parse((await account.read(`clusters/${cluster.name}/cluster.json`)) ?? '');
      expect(registry).toMatchObject(cluster);
      const { buckets, roles } = await account.snapshot();
      expect(buckets[`${cluster.name}-oidc`]).toMatchObject({ location: cluster.region });
      expect(Object.keys(roles)).toContain(`${cluster.name}-openshift-ingress-operator-cloud-credentials`);
    },
  );
});
