import { tarOf, zipOf } from '../../support/archives.ts';
import {
  bundle,
  bundleWithCluster,
  CLUSTER_FILE,
  type FileChanges,
  installConfig,
  REQUEST_FILE,
  request,
  statement,
} from '../../support/bundles.ts';
import { type BadBundle, BOUNDARY } from './bad-bundle.ts';
import { ENTRIES } from './bad-request.ts';

/** Bundles for the cluster `demo`, which is prepared for 4.20.3. */
const UPGRADE = 'upgrade/demo/4.21.0.tgz';
const PRUNE = 'prune/demo/4.21.0.tgz';
const withoutConfig = (files: FileChanges = {}) => bundle({ [CLUSTER_FILE]: undefined, ...files });

/** Upgrades and prunes that do not fit the cluster they are for. */
export const targets: BadBundle[] = [
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
    title: 'an upgrade with the payload of another release',
    key: UPGRADE,
    bundle: () => withoutConfig({ 'release-metadata': '{"version":"4.2.9"}' }),
    error: 'ClusterIdentityConflict',
    problems: [{ file: 'release-metadata', says: '"4.2.9"' }],
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
  ...['add/demo/Efs.tgz', 'add/demo/efs.v2.tgz', 'add/demo/-efs.yaml', 'add/demo/.tgz'].map((key) => ({
    title: `the key ${key}, whose name is no DNS label`,
    key,
    bundle: () => (key.endsWith('.yaml') ? Buffer.from(request()) : withoutConfig()),
    error: 'AddOnNameInvalid' as const,
    problems: [{ says: 'efs.tgz' }],
  })),
  {
    title: 'the removal of an add-on that is not there',
    key: 'remove/demo/efs.yaml',
    bundle: () => new Uint8Array(),
    error: 'AddOnUnknown',
    problems: [{ says: 'no add-on "efs"' }],
  },
  ...[
    ['prepare/bundle.tgz', 'only a prune'],
    [UPGRADE, 'only a prune'],
    ['add/demo/efs.tgz', 'only a prune'],
    [PRUNE, 'has no role "demo-typo"'],
  ].map(([key = '', says = '']) => ({
    title: `roles to be removed that cannot be, at ${key}`,
    key,
    bundle: () => bundleWithCluster({ removeRoles: ['demo-typo'] }),
    error: 'RoleNotRemovable' as const,
    problems: [{ field: 'removeRoles', says }],
  })),
  {
    title: 'an upgrade whose policy is too large together with the one that the cluster has',
    key: UPGRADE,
    bundle: () =>
      withoutConfig({
        [REQUEST_FILE]: request(statement({ resource: `arn:aws:s3:::${'x'.repeat(10_000)}` })),
      }),
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
