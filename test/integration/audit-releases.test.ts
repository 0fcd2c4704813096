import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseAudit } from '../../core/domain/audit/report.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount } from '../support/audit.ts';
import {
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
  statement,
} from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import {
  differenceOf,
  filesOf,
  type ReleaseDifference,
  type ReleaseRequests,
  requestsIn,
  sharedRelease,
  withServiceAccounts,
} from '../support/releases.ts';

/** Given with each bundle: to make a pair takes the pipeline seconds, and no audit of a release is about it. */
const SIGNING_KEY = { [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey) };

interface Pair {
  readonly title: string;
  readonly from: { readonly release: string; readonly requests: ReleaseRequests };
  readonly to: { readonly release: string; readonly requests: ReleaseRequests };
  /** False where minor versions lie between, of which no bundle is available. */
  readonly adjacent: boolean;
}

const OWN: Pair = {
  title: 'two releases of our own',
  from: {
    release: '4.13.5',
    requests: requestsIn([requestOf('ingress'), requestOf('image-registry'), requestOf('cluster-api')]),
  },
  to: {
    release: '4.14.0',
    requests: requestsIn([
      requestOf(
        'ingress',
        statement({
          action: [
            'elasticloadbalancing:DescribeLoadBalancers',
            'route53:ListHostedZones',
            'sts:AssumeRole',
            'ec2:DescribeVpcs',
          ],
        }),
      ),
      requestOf('image-registry', {
        'spec.serviceAccountNames': ['image-registry-operator', 'registry'],
      }),
      requestOf('machine-api'),
    ]),
  },
  adjacent: true,
};

const FOLDERS: readonly (readonly [
  from: string,
  fromRelease: string,
  to: string,
  toRelease: string,
  adjacent: boolean,
])[] = [
  ['4.7', '4.7', '4.8', '4.8', true],
  ['4.12', '4.12', '4.13', '4.13', true],
  ['4.13', '4.13', '4.14', '4.14', true],
  ['4.17', '4.17', '4.18', '4.18', true],
  ['4.18', '4.18', '4.19', '4.19', true],
  ['4.19', '4.19', '4.20', '4.20', true],
  ['4.10-asof-2022-03-10', '4.10', '4.12', '4.12', false],
  ['4.12-asof-2023-01-17', '4.12-asof-2023-01-17', '4.12', '4.12', true],
  ['4.18-asof-2025-02-25', '4.18-asof-2025-02-25', '4.18', '4.18', true],
  ['all-clouds-4.12', '4.12', 'all-clouds-4.14', '4.14', false],
  [
    'optional-operators/aws-efs-csi-driver-operator-4.16',
    '4.16',
    'optional-operators/aws-efs-csi-driver-operator-4.17',
    '4.17',
    true,
  ],
  [
    'optional-operators/aws-efs-csi-driver-operator-4.19',
    '4.19',
    'optional-operators/aws-efs-csi-driver-operator-4.20',
    '4.20',
    true,
  ],
  // Operators with versions of their own, as if they came with these releases.
  [
    'optional-operators/aws-load-balancer-operator-0.1',
    '4.12',
    'optional-operators/aws-load-balancer-operator-0.2',
    '4.13',
    true,
  ],
  [
    'optional-operators/aws-load-balancer-operator-0.2',
    '4.13',
    'optional-operators/aws-load-balancer-operator-1.0',
    '4.14',
    true,
  ],
  [
    'optional-operators/aws-load-balancer-operator-1.1',
    '4.15',
    'optional-operators/aws-load-balancer-operator-1.2',
    '4.16',
    true,
  ],
];

function sharedPairs(): Pair[] {
  return FOLDERS.flatMap(([from, fromRelease, to, toRelease, adjacent]) => {
    const [before, after] = [sharedRelease(from), sharedRelease(to)];
    if (before === undefined || after === undefined) {
      console.log(`Skipped: there are no manifests of ${from} and ${to} beside the project.`);
      return [];
    }
    return [
      {
        title: `${from} to ${to}`,
        from: { release: fromRelease, requests: withServiceAccounts(before) },
        // Operators fill in their service accounts when they are installed.
        to: { release: toRelease, requests: withServiceAccounts(after) },
        adjacent,
      },
    ];
  });
}

const CLUSTER = 'demo';

/** What an audit found, in the terms of the textual difference. */
function foundIn({ findings }: ReleaseAudit): ReleaseDifference {
  const of = (kind: string) => findings.filter((found) => found.kind === kind);
  const secret = (resource: string) => resource.replace(`role ${CLUSTER}-`, '');
  return {
    added: of('ComponentNew')
      .map(({ resource }) => secret(resource))
      .sort(),
    gone: of('BundleIncomplete')
      .map(({ resource }) => secret(resource))
      .sort(),
    actions: Object.fromEntries(
      of('PermissionsMissing').map(({ resource, actions }) => [
        secret(resource),
        [...(actions ?? [])].sort(),
      ]),
    ),
    serviceAccounts: Object.fromEntries(
      of('ServiceAccountMissing').map(({ resource, live = '', wanted = '' }) => [
        secret(resource),
        wanted
          .split('\n')
          .filter((subject) => !live.split('\n').includes(subject))
          .map((subject) => subject.split(':').at(-1) ?? '')
          .sort(),
      ]),
    ),
  };
}

/** The same difference, with Secrets named as they are in role names. */
function inRoleNames(difference: ReleaseDifference): ReleaseDifference {
  const dashed = (key: string) => key.replace('/', '-').slice(0, 64 - CLUSTER.length - 1);
  const keys = <Value>(record: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [dashed(key), value]));
  return {
    added: difference.added.map(dashed).sort(),
    gone: difference.gone.map(dashed).sort(),
    actions: keys(difference.actions),
    serviceAccounts: keys(difference.serviceAccounts),
  };
}

const table: Record<string, Record<string, string>> = {};

describe('the audit of a release', () => {
  let emulator: OwnEmulator;
  beforeAll(async () => {
    emulator = await ownEmulator();
  });
  afterAll(async () => {
    await emulator.stop();
    console.table(table);
  });

  it.each([OWN, ...sharedPairs()])(
    'names what it asks for in addition, and nothing else: $title',
    async (pair) => {
      const account = await emulator.account();
      const { from, to } = pair;
      const cluster = { name: CLUSTER, region: 'us-east-2', release: from.release };
      const prepared = await account.run(
        'prepare/demo.tgz',
        await tgzOf({ 'cluster.yaml': clusterYaml(cluster), ...filesOf(from.requests), ...SIGNING_KEY }),
      );
      expect(prepared).toMatchObject({ status: 'SUCCEEDED' });

      const bundle = await tgzOf(filesOf(to.requests));
      await account.upload(`releases/${to.release}.tgz`, bundle);
      const before = await auditAccount(account);
      const expected = differenceOf(from.requests, to.requests);
      const first = before.release(CLUSTER, to.release);
      expect(before.cluster(CLUSTER).drift).toEqual([]);
      expect(foundIn(first)).toEqual(inRoleNames(expected));
      const different = Object.keys({ ...expected.actions, ...expected.serviceAccounts });
      const changes = different.length + expected.added.length;
      expect(first.unchanged).toBe(to.requests.size - changes);
      expect(first.status).toBe(
        changes > 0 ? 'not-ready' : pair.adjacent && expected.gone.length === 0 ? 'ready' : 'unknown',
      );
      expect(first.gate === undefined).toBe(first.status !== 'ready');

      const upgraded = await account.run(`upgrade/${CLUSTER}/${to.release}.tgz`, bundle);
      expect(upgraded).toMatchObject({ status: 'SUCCEEDED' });
      const after = await auditAccount(account);
      const second = after.release(CLUSTER, to.release);
      expect(after.cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
      const left = second.findings.filter(({ severity }) => severity !== 'info');
      // Whether a component without a tombstone is gone, or the bundle is not whole, nobody knows.
      expect(left.map(({ kind }) => kind)).toEqual(expected.gone.map(() => 'BundleIncomplete'));
      const isOpen = pair.adjacent && expected.gone.length === 0;
      expect(second.status).toBe(isOpen ? 'ready' : 'unknown');
      expect(second.gate).toEqual(isOpen ? gateOf(account, pair, expected) : undefined);
      table[pair.title] = {
        added: expected.added.join(' '),
        gone: expected.gone.join(' '),
        actions: Object.values(expected.actions).flat().join(' '),
        'service accounts': Object.values(expected.serviceAccounts).flat().join(' '),
        before: first.status,
        after: second.status,
      };
    },
  );

  function gateOf({ output }: TestAccount, { from, to }: Pair, { added }: ReleaseDifference): string[] {
    const namespaces = [...new Set(added.map((secret) => secret.split('/')[0] ?? ''))].sort();
    const minor = (release: string) => release.split(/[.-]/).slice(0, 2).join('.');
    const version = /^\d+\.\d+$/.test(to.release) ? `${to.release}.0` : to.release;
    return [
      ...namespaces.map((namespace) => `oc get namespace ${namespace} || oc create namespace ${namespace}`),
      ...added.map(
        (secret) =>
          `aws s3 cp s3://${output}/clusters/${CLUSTER}/install/manifests/${secret.replace('/', '-')}-credentials.yaml - | oc apply -f -`,
      ),
      ...(minor(from.release) === minor(to.release)
        ? []
        : [
            `oc annotate --overwrite cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to=${version}`,
          ]),
    ];
  }
});
