import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRelease } from '../../../../core/domain/release.ts';
import { addressOf, readReleases } from '../../../../core/usecases/audit/read-releases.ts';
import { tarOf, tgzOf, zipOf } from '../../../support/archives.ts';
import { request, requestOf } from '../../../support/bundles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { intakeOf, namesIn, read } from './released-bundles.ts';

describe('the address of a release', () => {
  it.each([
    ['releases/4.20.3.tgz', { release: '4.20.3' }],
    ['releases/4.20.tar.gz', { release: '4.20' }],
    ['releases/4.20.0-rc.1.zip', { release: '4.20.0-rc.1' }],
    ['releases/4.12-asof-2023-01-17.yaml', { release: '4.12-asof-2023-01-17' }],
    ['releases/4.20.3.YML', { release: '4.20.3' }],
    ['releases/4.20.3', { release: '4.20.3' }],
    ['audit/demo/4.20.3.tgz', { release: '4.20.3', cluster: 'demo' }],
    ['audit/my.demo-2/4.20.3.tar', { release: '4.20.3', cluster: 'my.demo-2' }],
  ])('%s', (key, address) => {
    expect(addressOf(key)).toEqual(address);
  });

  it.each([
    'releases/next.tgz',
    'releases/.tgz',
    'releases/4.tgz',
    'releases/x4.20.3.tgz',
    'releases/4.20.3.rar',
    'releases/demo/4.20.3.tgz',
    'releases//4.20.3.tgz',
    'audit/4.20.3.tgz',
    'audit//4.20.3.tgz',
    'audit/demo/next.tgz',
    'audit/demo/too/4.20.3.tgz',
  ])('%s is of neither form, so it is of no release and no cluster', (key) => {
    const address = addressOf(key);
    expect(address).toMatchObject({ problem: expect.stringContaining(`The key ${key} is not of the form`) });
    expect(address).not.toHaveProperty('cluster');
    expect(parseRelease(address.release)).toBeUndefined();
  });

  const release = fc
    .tuple(
      fc.nat(99),
      fc.nat(99),
      fc.option(fc.nat(99)),
      fc.option(fc.constantFrom('rc.1', 'ec.0', 'asof-2023-01-17')),
    )
    .map(([major, minor, patch, pre]) =>
      [`${major}.${minor}`, patch === null ? '' : `.${patch}`, pre === null ? '' : `-${pre}`].join(''),
    );
  const ending = fc.constantFrom('.tar.gz', '.tgz', '.tar', '.zip', '.yaml', '.yml', '.TGZ');
  const cluster = fc.stringMatching(/^[a-z0-9]([-.a-z0-9]{0,20}[a-z0-9])?$/);

  it('says again what it was made of', () => {
    fc.assert(
      fc.property(release, ending, fc.option(cluster), (version, file, name) => {
        const key = name === null ? `releases/${version}${file}` : `audit/${name}/${version}${file}`;
        expect(addressOf(key)).toEqual({ release: version, ...(name === null ? {} : { cluster: name }) });
      }),
    );
  });

  it('gives a release, or a problem, for any key', () => {
    const folder = fc.constantFrom('releases/', 'audit/');
    fc.assert(
      fc.property(folder, fc.string(), (start, rest) => {
        const address = addressOf(start + rest);
        expect('problem' in address).toBe(parseRelease(address.release) === undefined);
      }),
    );
  });
});

describe('the available releases', () => {
  it('are those of the fleet and those of single clusters', async () => {
    const bundles = await read({
      'releases/4.20.3.tgz': await tgzOf({ 'a/b.yaml': request() }),
      'releases/4.21.0.zip': await zipOf({ 'a.yml': request() }),
      'audit/demo/4.20.3.tar': await tarOf({ 'a.yaml': requestOf('a'), 'b.YAML': requestOf('b') }),
      'prepare/demo.tgz': 'of another operation',
      'upgrade/demo/4.20.3.tgz': 'of another operation',
    });
    expect(bundles.map(({ documents: _, gates: __, ignored: ___, ...rest }) => rest)).toEqual([
      { release: '4.20.3', source: 's3://intake/releases/4.20.3.tgz', problems: [] },
      { release: '4.21.0', source: 's3://intake/releases/4.21.0.zip', problems: [] },
      { release: '4.20.3', cluster: 'demo', source: 's3://intake/audit/demo/4.20.3.tar', problems: [] },
    ]);
    expect(bundles.map(namesIn)).toEqual([['ingress'], ['ingress'], ['a', 'b']]);
  });

  const metadata = (version: unknown) => JSON.stringify({ kind: 'cincinnati-metadata-v0', version });
  const images = (name: unknown) => JSON.stringify({ kind: 'ImageStream', metadata: { name } });

  it.each<[string, Record<string, string>, string]>([
    ['release-metadata', { 'p/release-metadata': metadata('4.20.3') }, 'p/release-metadata'],
    ['image-references', { 'image-references': images('4.20.3') }, 'image-references'],
    ['a cluster.yaml', { 'b/cluster.yaml': 'release: 4.20.3\n' }, 'b/cluster.yaml'],
  ])('are known to be another one than the key says by %s', async (_, files, file) => {
    const [bundle] = await read({ 'releases/4.21.0.tgz': await tgzOf({ 'a.yaml': request(), ...files }) });
    expect(bundle).toMatchObject({ release: '4.21.0', documents: [] });
    expect(bundle?.problems).toEqual([
      `${file} says that it is of release 4.20.3, and the key says 4.21.0. Put the bundle of 4.21.0 there.`,
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ['the same release', { 'release-metadata': metadata('4.21.0'), 'image-references': images('4.21.0') }],
    ['another patch', { 'release-metadata': metadata('4.21.7') }],
    ['no release', { 'release-metadata': metadata('4'), 'image-references': images('cli') }],
    ['nothing that can be read', { 'release-metadata': '{', 'image-references': 'kind: ImageStream' }],
    [
      'something else',
      { 'release-metadata': '[]', 'image-references': 'null', 'cluster.yaml': 'name: demo' },
    ],
    [
      'the same, and a file that is called alike says another',
      { 'old/release-metadata.txt': metadata('4.20.3') },
    ],
  ])('are what the key says where a payload says %s', async (_, files) => {
    const [bundle] = await read({ 'releases/4.21.0.tgz': await tgzOf({ 'a.yaml': request(), ...files }) });
    expect(bundle?.problems).toEqual([]);
  });

  it('are none in an empty bucket', async () => {
    await expect(read({})).resolves.toEqual([]);
  });

  it('are not the objects by which consoles show folders', async () => {
    await expect(read({ 'releases/': '', 'audit/': '', 'audit/demo/': '' })).resolves.toEqual([]);
  });

  it('lack a bundle that was removed while they were read', async () => {
    const store = await intakeOf({ 'releases/4.20.3.yaml': request(), 'releases/4.20.4.yaml': request() });
    const get = store.get;
    store.get = (key, options) => {
      if (key === 'releases/4.20.3.yaml') store.remove(key);
      return get(key, options);
    };
    const bundles = await readReleases('intake', store);
    expect(bundles.map(({ release }) => release)).toEqual(['4.20.4']);
  });

  it.each(['InvalidObjectState', 'InvalidRequest', 'AccessDenied'])(
    'lack one that S3 does not hand out (%s), which says so',
    async (name) => {
      const store = await intakeOf({ 'releases/4.20.3.yaml': request(), 'releases/4.20.4.yaml': request() });
      const get = store.get;
      store.get = (key, options) =>
        key === 'releases/4.20.3.yaml' ? Promise.reject(sdkError(name, 403)) : get(key, options);
      const bundles = await readReleases('intake', store);
      expect(bundles.map(({ problems }) => problems)).toEqual([
        [expect.stringContaining('S3 does not hand it out')],
        [],
      ]);
    },
  );

  it('are not known when S3 refuses one of them', async () => {
    const store = await intakeOf({ 'releases/4.20.3.yaml': request() });
    store.get = () => Promise.reject(sdkError('SlowDown', 503));
    await expect(readReleases('intake', store)).rejects.toThrow('SlowDown');
  });

  it.each<[string, Readonly<Record<string, string>>, number[]]>([
    ['with two endings', { 'releases/4.20.3.yaml': request(), 'releases/4.20.3.yml': request() }, [1, 1]],
    ['of one cluster', { 'audit/demo/4.20.3.yaml': request(), 'audit/demo/4.20.3.yml': request() }, [1, 1]],
    ['whose first is broken', { 'releases/4.20.3.tgz': 'x', 'releases/4.20.3.yml': request() }, [1, 1]],
    [
      'for different clusters',
      {
        'releases/4.20.3.yaml': request(),
        'audit/a/4.20.3.yaml': request(),
        'audit/b/4.20.3.yaml': request(),
      },
      [0, 0, 0],
    ],
    [
      'below a folder that does not belong there',
      { 'releases/0/4.20.3.yaml': request(), 'releases/4.20.3.yaml': request() },
      [1, 0],
    ],
    [
      'whose cluster was forgotten',
      { 'releases/4.20.3.yaml': request(), 'audit/4.20.3.yaml': request() },
      [0, 1],
    ],
  ])('count only alone: two of one release %s', async (_, objects, problems) => {
    const bundles = await read(objects);
    expect(bundles.map((bundle) => bundle.problems.length)).toEqual(problems);
    expect(bundles.map(({ documents }) => documents.length)).toEqual(problems.map((count) => 1 - count));
  });

  it('say of each which the others are', async () => {
    const bundles = await read({
      'releases/4.20.3.yaml': request(),
      'releases/v4.20.3-x86_64.yaml': request(),
    });
    for (const { release, documents, problems } of bundles)
      expect({ release, documents, problems }).toEqual({
        release: '4.20.3',
        documents: [],
        problems: [
          's3://intake/releases/4.20.3.yaml and s3://intake/releases/v4.20.3-x86_64.yaml are for the same release, so none of them counts. Keep the right one.',
        ],
      });
  });
});

describe('the name of a release', () => {
  it.each([
    ['releases/v4.21.0.tgz', '4.21.0'],
    ['releases/4.21.0-x86_64.tgz', '4.21.0'],
    ['releases/4.21.0-multi.tar.gz', '4.21.0'],
    ['releases/4.21.0-rc.1-aarch64.yaml', '4.21.0-rc.1'],
    ['audit/demo/v4.21.zip', '4.21'],
  ])('%s is %s', (key, release) => {
    expect(addressOf(key)).toMatchObject({ release });
    expect(addressOf(key)).not.toHaveProperty('problem');
  });

  it.each([
    'releases/4.022.0.tgz',
    'releases/04.22.0.tgz',
    'releases/4.22.00.tgz',
    'releases/4.21.0_x86_64.tgz',
  ])('%s is none', (key) => {
    expect(addressOf(key)).toHaveProperty('problem');
  });
});
