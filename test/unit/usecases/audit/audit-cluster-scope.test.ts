import { describe, expect, it } from 'vitest';
import type { ReleaseBundle } from '../../../../core/domain/audit/release-bundle.ts';
import { readRecord } from '../../../../core/usecases/audit/audit-cluster.ts';
import type { ClusterRecord } from '../../../../core/usecases/audit/cluster-record.ts';
import { releasesFor } from '../../../../core/usecases/audit/compare-bundles.ts';
import { RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import {
  asks,
  audited,
  bundleOf,
  INGRESS_REQUEST,
  preparedCluster,
  REGISTRY_REQUEST,
  RULES,
} from './audited.ts';
import { at, wanted } from './audited-cluster.ts';

const ENTRY = 'clusters/demo/cluster.json';

const DESIRED = `clusters/demo/runs/${RUN}/desired.json`;

describe('the record of a cluster', () => {
  it('is its registry entry and what its last run brought about', async () => {
    const { record } = await preparedCluster();
    const store = fakeStore({
      [ENTRY]: JSON.stringify(record.entry),
      [DESIRED]: JSON.stringify(record.desired),
      'clusters/demo/runs/earlier/desired.json': '{}',
    });
    await expect(readRecord('demo', store)).resolves.toEqual(record);
  });

  it.each<[string, (record: ClusterRecord) => Record<string, string>, RegExp]>([
    ['the cluster is not registered', () => ({}), /^No cluster of this name was prepared here\.$/],
    [
      'another cluster is registered',
      ({ entry }) => ({ 'clusters/demo-2/cluster.json': JSON.stringify(entry) }),
      /^No cluster of this name/,
    ],
    [
      'its entry is no JSON',
      () => ({ [ENTRY]: '{"version": 1' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry is null',
      () => ({ [ENTRY]: 'null' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry is something else',
      () => ({ [ENTRY]: '{"version": 1}' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'what the run brought about is gone',
      ({ entry }) => ({ [ENTRY]: JSON.stringify(entry) }),
      new RegExp(`^${DESIRED} is gone\\. Bring its last version back`),
    ],
    [
      'what the run brought about is no JSON',
      ({ entry }) => ({ [ENTRY]: JSON.stringify(entry), [DESIRED]: 'hello' }),
      /^clusters\/demo\/.*\.json cannot be read: .* Bring its last version back/,
    ],
    [
      'its entry does not know the keys yet',
      ({ entry: { keys: _, ...entry }, desired }) => ({
        [ENTRY]: JSON.stringify(entry),
        [DESIRED]: JSON.stringify(desired),
      }),
      /of an earlier version of the pipeline/,
    ],
    [
      'its entry does not know the thumbprints yet',
      ({ entry: { providerThumbprints: _, ...entry }, desired }) => ({
        [ENTRY]: JSON.stringify(entry),
        [DESIRED]: JSON.stringify(desired),
      }),
      /of an earlier version of the pipeline/,
    ],
  ])('is of no use when %s', async (_, objects, reason) => {
    const { record } = await preparedCluster();
    await expect(readRecord('demo', fakeStore(objects(record)))).resolves.toMatch(reason);
  });

  it('is not taken for missing when S3 refuses it', async () => {
    const store = fakeStore();
    store.get = () => Promise.reject(sdkError('AccessDenied', 403));
    await expect(readRecord('demo', store)).rejects.toThrow('AccessDenied');
  });
});

describe('the releases a cluster is compared with', () => {
  const fleet = (release: string, ending = 'tgz') =>
    bundleOf(release, [asks(...INGRESS_REQUEST)], { source: `releases/${release}.${ending}` });
  const own = (release: string, cluster = 'demo') =>
    bundleOf(release, [asks(...INGRESS_REQUEST)], { source: `audit/${cluster}/${release}.tgz`, cluster });

  it.each<[string, string | undefined, ReleaseBundle[], string[]]>([
    [
      'are those after its own',
      '4.20.3',
      ['4.19.9', '4.20.2', '4.20.3', '4.20.4', '4.21.0-rc.1', '4.21'].map((release) => fleet(release)),
      ['releases/4.20.4.tgz', 'releases/4.21.0-rc.1.tgz', 'releases/4.21.tgz'],
    ],
    ['are by version, not by text', '4.9.0', [fleet('4.10.0')], ['releases/4.10.0.tgz']],
    [
      'are all when its own is not known',
      undefined,
      [fleet('4.19.9'), fleet('4.21.0')],
      ['releases/4.19.9.tgz', 'releases/4.21.0.tgz'],
    ],
    ['are all when its own is not one', 'next', [fleet('4.19.9')], ['releases/4.19.9.tgz']],
    ['are none that cannot be read as one', '4.20.3', [fleet('next'), fleet('releases/next')], []],
    [
      'are its own and those of the fleet, and never those of others',
      '4.20.3',
      [fleet('4.21.0'), fleet('4.22.0'), own('4.21.0'), own('4.23.0'), own('4.24.0', 'demo-2')],
      ['audit/demo/4.21.0.tgz', 'releases/4.21.0.tgz', 'audit/demo/4.23.0.tgz', 'releases/4.22.0.tgz'],
    ],
    ['are its own only while they are newer', '4.20.3', [fleet('4.20.3'), own('4.20.3'), own('4.19.0')], []],
  ])('%s', async (_, release, bundles, sources) => {
    const { record } = await preparedCluster();
    const releases = releasesFor(at(record, release), bundles, RULES);
    expect(releases.map(({ bundle }) => bundle.source).sort()).toEqual([...sources].sort());
  });

  it('are unknown when they cannot be used', async () => {
    const { record } = await preparedCluster();
    const [release] = releasesFor(record, [bundleOf('4.21.0', [], { problems: ['It is broken.'] })], RULES);
    expect(release).toMatchObject({ problems: ['It is broken.'] });
  });
});

describe('several bundles of one release', () => {
  const LESS = [asks(...INGRESS_REQUEST)];
  const MORE = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST), asks('openshift-z', 'new', ['a'])];
  const SAME = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST)];
  const [fleet, own] = ['s3://intake/releases/4.21.0.tgz', 's3://intake/audit/demo/4.21.0.tgz'];

  it.each([
    ['one is ready and the other not', SAME, MORE, 'not-ready'],
    ['one is ready and the other not, the other way round', MORE, SAME, 'not-ready'],
    ['one is ready and the other is not the whole release', LESS, SAME, 'unknown'],
    ['both are ready', SAME, SAME, 'ready'],
  ] as const)('are no readier than the worst of them: %s', async (_, ofCluster, ofFleet, status) => {
    const cluster = await preparedCluster();
    const releases = wanted(
      cluster,
      bundleOf('4.21.0', ofCluster, { source: own, cluster: 'demo' }),
      bundleOf('4.21.0', ofFleet, { source: fleet }),
    );
    const audit = await audited(cluster, { releases });
    expect(audit.releases).toMatchObject([
      {
        release: '4.21.0',
        status,
        notes: [
          `${own} and ${fleet} are both for this release and this cluster; it is ready only for what both ask.`,
        ],
      },
    ]);
  });
});
