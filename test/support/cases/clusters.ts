import { CLUSTER_FILE, clusterYaml, installConfig, REQUEST_FILE, request } from '../bundles.ts';
import type { Case } from './case.ts';
import { files, INSTALL, install, tagged } from './of-files.ts';

/** What says which cluster a bundle is for. */
export const installConfigs: readonly Case[] = [
  install('empty texts in install-config.yaml', installConfig({ featureSet: '', credentialsMode: '' }), 1, {
    says: 'credentialsMode is not set',
  }),
  tagged('a tag that is a number', 'costCenter: 7536', 1, {
    tags: { costCenter: '7536' },
    says: 'costCenter is a number',
  }),
  tagged('a tag that is a boolean', 'temporary: true', 1, { tags: { temporary: 'true' } }),
  tagged('a tag without a value', 'team:', 1, { tags: { team: '' } }),
  tagged('a tag that loses a digit', 'version: 4.20', 'InstallConfigInvalid', { says: 'in quotes: "4.20"' }),
  tagged('a tag that is octal', 'code: 0123', 'InstallConfigInvalid', { says: 'in quotes: "0123"' }),
  tagged('a tag that is a YAML 1.1 boolean', 'prod: yes', 'InstallConfigInvalid', {
    says: 'in quotes: "yes"',
  }),
  tagged('the same in quotes', 'version: "4.20"', 1, { tags: { version: '4.20' } }),
  tagged('a fraction that stays as it is', 'rate: 4.5', 1, { tags: { rate: '4.5' } }),
  tagged('tags that differ in case only', 'Owner: a\n      owner: b', 'TagInvalid'),
  tagged('one bad tag among good ones', 'a: [x]\n      b: fine', 'InstallConfigInvalid', {
    says: 'must be text',
  }),
  install('a name that is a number', installConfig().replace('name: demo', 'name: 42'), 1, {
    says: 'metadata.name is a number',
  }),
  install(
    'a name that is octal',
    installConfig().replace('name: demo', 'name: 0123'),
    'InstallConfigInvalid',
    { says: '"0123"' },
  ),
  install(
    'another cloud',
    installConfig({ platform: { azure: { region: 'westeurope' } } }),
    'InstallConfigInvalid',
    { says: 'a cluster on azure' },
  ),
  install(
    'a mode in another spelling',
    installConfig({ credentialsMode: 'manual' }),
    'CredentialsModeNotManual',
    { says: 'in this spelling' },
  ),
  files(
    'a backup only',
    { [CLUSTER_FILE]: undefined, 'install-config.yaml.bak': installConfig() },
    'ClusterIdentityMissing',
    { says: 'install-config.yaml.bak: is not read under this name' },
  ),
  files('a backup beside cluster.yaml', { 'install-config.bak.yaml': installConfig() }, 1, {
    says: 'call it install-config.yaml',
  }),
  files(
    'cluster.yaml of Hive',
    {
      [CLUSTER_FILE]: 'apiVersion: hive.openshift.io/v1\nkind: ClusterDeployment\nmetadata: {name: demo}\n',
      [INSTALL]: installConfig(),
    },
    1,
    { says: 'of another tool (kind ClusterDeployment)' },
  ),
];

/** Names and regions. */
export const names: readonly Case[] = [
  files(
    'another name than the installer’s',
    { [CLUSTER_FILE]: clusterYaml({ name: 'demo-x7k2p' }), [INSTALL]: installConfig() },
    1,
    { says: 'metadata.name is "demo"' },
  ),
  install('a name with a dot', installConfig({ 'metadata.name': 'prod.east' }), 'ClusterNameInvalid', {
    says: 'Give it as name in cluster.yaml',
  }),
  files(
    'the remedy for it',
    { [CLUSTER_FILE]: 'name: prod-east\n', [INSTALL]: installConfig({ 'metadata.name': 'prod.east' }) },
    1,
  ),
  files('a region that is new', { [CLUSTER_FILE]: clusterYaml({ region: 'sa-west-1' }) }, 'RegionUnknown', {
    says: 'partition: aws',
  }),
  files(
    'the remedy for it, for a region',
    { [CLUSTER_FILE]: clusterYaml({ region: 'sa-west-1', partition: 'aws' }) },
    1,
  ),
  files('a region of a key that is none', { [CLUSTER_FILE]: undefined }, 'RegionUnknown', {
    key: 'prepare/mars-1/x.tgz',
    says: '"mars-1" is not an AWS region',
  }),
  files(
    'an ARN of aws in GovCloud',
    {
      [CLUSTER_FILE]: clusterYaml({ region: 'us-gov-west-1' }),
      [REQUEST_FILE]: request({ 'spec.providerSpec.statementEntries.0.resource': 'arn:aws:s3:::bucket' }),
    },
    'ResourceOutsidePartition',
  ),
  files(
    'a bucket of any partition',
    {
      [REQUEST_FILE]: request({
        'spec.providerSpec.statementEntries.0.action': ['s3:*'],
        'spec.providerSpec.statementEntries.0.resource': 'arn:*:s3:::bucket/*',
      }),
    },
    1,
  ),
];
