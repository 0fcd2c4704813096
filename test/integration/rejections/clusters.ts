import type { RejectionName } from '../../../core/domain/problem.ts';
import {
  bundle,
  bundleWithCluster,
  CLUSTER_FILE,
  clusterYaml,
  installConfig,
} from '../../support/bundles.ts';
import { type BadBundle, BOUNDARY } from './bad-bundle.ts';

/** A cluster that has its key pair and nothing else. */
export const HALFWAY = 'halfway';

/** Clusters that are not told, told in two ways, or told wrongly. */
export const identities: BadBundle[] = [
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
    error: 'RegionUnknown',
    problems: [{ file: 'key prepare/us-esat-2/demo.tgz', field: 'region', says: 'us-east-2?' }],
  },
  {
    title: 'a cluster.yaml without a region',
    bundle: () => bundleWithCluster({ region: undefined }),
    error: 'ClusterIdentityMissing',
    problems: [{ says: "cluster's region" }],
  },
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
    problems: [{ field: 'region', says: 'us-east-2?' }],
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
  clusterConfig('a name that is a list', { name: ['a'] }, 'ClusterConfigInvalid', 'name'),
  clusterConfig('a release without quotes', { release: 4.2 }, 'ClusterConfigInvalid', 'release'),
  clusterConfig('an unknown feature set', { featureSet: 'Beta' }, 'ClusterConfigInvalid', 'featureSet'),
  clusterConfig('tags that are a list', { tags: ['a=b'] }, 'ClusterConfigInvalid', 'tags'),
  clusterConfig('a tag that is a list', { tags: { cost: [1] } }, 'ClusterConfigInvalid', 'tags.cost'),
  {
    title: 'a cluster.yaml that is a list',
    bundle: () => bundle({ [CLUSTER_FILE]: '- name: demo\n' }),
    error: 'ClusterConfigInvalid',
    problems: [{ file: CLUSTER_FILE }],
  },
  clusterConfig('a CloudFront issuer', { 'issuer.type': 'cloudfront' }, 'IssuerUnsupported', 'issuer.type'),
  clusterConfig('an unknown issuer', { 'issuer.type': 'carrier' }, 'ClusterConfigInvalid', 'issuer.type'),
  clusterConfig('an approval of another kind', { approval: 'maybe' }, 'ClusterConfigInvalid', 'approval'),
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
  badInstallConfig('another platform', { platform: { gcp: {} } }, 'InstallConfigInvalid', ['platform.gcp']),
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
      bundle({ 'install-config.yaml': installConfig({ 'platform.aws.userTags': { 'aws:x': 'z' } }) }),
    error: 'TagInvalid',
    problems: [{ field: 'tags.aws:x' }],
  },
  {
    title: 'an upgrade of a cluster that has its key pair and nothing else',
    key: `upgrade/${HALFWAY}/4.21.tgz`,
    bundle: () => bundle(),
    error: 'ClusterUnfinished',
    problems: [{ says: 'create-identity-provider/' }],
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
