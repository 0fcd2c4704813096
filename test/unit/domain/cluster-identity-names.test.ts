import { describe, expect, it } from 'vitest';
import { stripEnding } from '../../../core/domain/bundle-endings.ts';
import { clusterAndRelease } from '../../../core/domain/cluster-identity.ts';
import type { ReleaseOperation } from '../../../core/domain/operations.ts';
import { identify, installConfig, NAMED, problemsOf } from './identified.ts';

describe('a cluster name', () => {
  it.each(['a', '1', 'demo', 'prod-east', 'a'.repeat(58), 'xn', 'a--b', 'demo-'])(
    '"%s" is accepted',
    (name) => {
      expect(problemsOf({ config: { ...NAMED, name } })).toEqual([]);
    },
  );

  it.each([
    'Demo',
    'de.mo',
    'de_mo',
    '-demo',
    'démo',
    'a b',
    '../x',
    'a'.repeat(59),
    'xn--demo',
    'sthree-x',
    'amzn-s3-demo-x',
  ])('"%s" is refused', (name) => {
    const { problems, name: usable } = identify({ config: { ...NAMED, name } });
    expect(problems.map(({ code }) => code)).toEqual(['ClusterNameInvalid']);
    expect(usable).toBeUndefined();
  });
});

describe('a name that a template left', () => {
  it.each(['${CLUSTER}', '{{ .Name }}'])('is told to be one: %s', (name) => {
    expect(identify({ config: { ...NAMED, name } }).problems[0]?.remedy).toMatch(
      /^It is the placeholder of a template/,
    );
  });
});

describe('the name of what is made', () => {
  it('may be another one than the installer has, as ccoctl’s could', () => {
    const sources = { config: { ...NAMED, name: 'demo-x7k2p' }, install: installConfig() };
    const { spec, problems, warnings } = identify(sources);
    expect(problems).toEqual([]);
    expect(spec?.name).toBe('demo-x7k2p');
    expect(warnings).toEqual([
      'install-config.yaml: metadata.name is "demo"; what is made is named "demo-x7k2p", as cluster.yaml says.',
    ]);
  });

  it('that cannot be used comes with a way to give another', () => {
    const [problem] = identify({ install: installConfig({ metadata: { name: 'prod.east' } }) }).problems;
    expect(problem).toMatchObject({ code: 'ClusterNameInvalid' });
    expect(problem?.remedy).toContain('Give it as name in cluster.yaml');
    expect(
      identify({ config: { name: 'prod-east' }, install: installConfig({ metadata: { name: 'prod.east' } }) })
        .problems,
    ).toEqual([]);
  });
});

describe('a region that this release does not know', () => {
  const NEW = { name: 'demo', region: 'sa-west-1' };
  it('is one when cluster.yaml says its partition', () => {
    const { spec, problems } = identify({ config: { ...NEW, partition: 'aws' } }, { partition: 'aws' });
    expect(problems).toEqual([]);
    expect(spec).toMatchObject({ region: 'sa-west-1', partition: 'aws' });
  });

  it.each([
    [
      'of another partition than the deployment',
      { ...NEW, partition: 'aws-cn' },
      'RegionOutsidePartition region',
    ],
    ['that is no region at all', { ...NEW, region: 'somewhere', partition: 'aws' }, 'RegionUnknown region'],
    ['of a partition that is none', { ...NEW, partition: 'aws-moon' }, 'ClusterConfigInvalid partition'],
  ])('%s is refused', (_, config, problem) => {
    expect(problemsOf({ config }, { partition: 'aws' })).toEqual([problem]);
  });

  it('a known region needs none, and another one is refused', () => {
    expect(identify({ config: { ...NAMED, partition: 'aws' } }).spec).not.toHaveProperty('partition');
    expect(problemsOf({ config: { ...NAMED, partition: 'aws-cn' } })).toEqual([
      'RegionOutsidePartition partition',
    ]);
  });

  it('in a key is called that', () => {
    expect(problemsOf({ key: 'prepare/mars-1/demo.tgz' })).toEqual(['RegionUnknown region']);
    expect(problemsOf({ key: 'prepare/team-a/demo.tgz' })).toEqual(['ClusterIdentityMissing -']);
  });
});

describe('a region', () => {
  it.each([
    [
      'us-east-9',
      'RegionUnknown region',
      'Correct it (us-east-1?); or, if AWS has opened it since, say its partition in cluster.yaml: partition: aws.',
    ],
    ['somewhere', 'RegionUnknown region', 'Give a region such as us-east-2.'],
  ])('"%s" is refused', (region, problem, remedy) => {
    const { problems, name } = identify({ config: { name: 'demo', region } });
    expect(problems.map(({ code, field }) => `${code} ${field}`)).toEqual([problem]);
    expect(problems[0]?.remedy).toBe(remedy);
    // The report still goes to the cluster's folder.
    expect(name).toBe('demo');
  });

  it.each([
    ['cn-north-1', 'aws', ['RegionOutsidePartition region']],
    ['us-gov-west-1', 'aws', ['RegionOutsidePartition region']],
    ['us-east-1', 'aws-us-gov', ['RegionOutsidePartition region']],
    ['us-gov-west-1', 'aws-us-gov', []],
    ['cn-north-1', undefined, []],
  ])('%s in a deployment of partition %s', (region, partition, problems) => {
    const rules = partition === undefined ? {} : { partition };
    expect(problemsOf({ config: { name: 'demo', region } }, rules)).toEqual(problems);
  });
});

describe('tags', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  it.each([
    ['plain', { team: 'platform' }, 0],
    ['with every allowed sign', { 'a b_.:/=+-@ü': 'ß_.:/=+-@' }, 0],
    ['with an empty value', { team: '' }, 0],
    ['at the limits', { ['k'.repeat(128)]: 'v'.repeat(256) }, 0],
    ['47 of them', many(47), 0],
    ['48 of them', many(48), 1],
    ['with an empty key', { '': 'x' }, 1],
    ['with too long a key', { ['k'.repeat(129)]: 'v' }, 1],
    ['with too long a value', { k: 'v'.repeat(257) }, 1],
    ['with a forbidden sign', { 'a<b': 'v' }, 1],
    ['with a line end in the value', { a: 'x\ny' }, 1],
    ['of AWS', { 'AWS:x': 'v' }, 1],
    ['that are the name', { name: 'v' }, 1],
    ['that are the run', { 'sts-prep/run': 'v' }, 1],
    ['that are the owner', { 'openshift.io/cloud-credential-operator/demo': 'owned' }, 1],
    ['that are another owner', { 'openshift.io/cloud-credential-operator/other': 'owned' }, 1],
  ])('%s: problems %#', (_, tags, problems) => {
    expect(problemsOf({ config: { ...NAMED, tags } }).map((text) => text.split(' ')[0])).toEqual(
      Array(problems).fill('TagInvalid'),
    );
  });
});

describe('the ending of a bundle', () => {
  it.each([
    ['demo.tar.gz', 'demo'],
    ['demo.tgz', 'demo'],
    ['demo.TAR', 'demo'],
    ['demo.zip', 'demo'],
    ['demo.yaml', 'demo'],
    ['demo.yml', 'demo'],
    ['demo.v1.yml', 'demo.v1'],
    ['demo.JSON', 'demo'],
    ['demo.gz', 'demo.gz'],
    ['demo', 'demo'],
  ])('%s without it is %s', (file, name) => {
    expect(stripEnding(file)).toBe(name);
  });
});

describe('a key that names a cluster and a release', () => {
  it.each<[ReleaseOperation, string, string, string]>([
    ['upgrade', 'upgrade/demo/v4.14.0.tgz', 'demo', '4.14.0'],
    ['prune', 'prune/demo/4.14.0-x86_64.tgz', 'demo', '4.14.0'],
    ['upgrade', 'upgrade/demo/4.14.0.tgz', 'demo', '4.14.0'],
    ['prune', 'prune/prod-east/4.14.tar.gz', 'prod-east', '4.14'],
    ['upgrade', 'upgrade/demo/4.18.0-rc.1.zip', 'demo', '4.18.0-rc.1'],
    ['upgrade', 'upgrade/demo/4.12-asof-2023-01-17.yml', 'demo', '4.12-asof-2023-01-17'],
    ['upgrade', 'upgrade/demo/4.14.0.yaml', 'demo', '4.14.0'],
    ['upgrade', 'upgrade/demo/4.14.0.tar', 'demo', '4.14.0'],
  ])('%s: %s', (operation, key, name, release) => {
    expect(clusterAndRelease(operation, key)).toEqual({ name, release });
  });

  it.each([
    'upgrade/demo.tgz',
    'upgrade/demo/x.tgz',
    'upgrade/demo/4.014.0.tgz',
    'upgrade/a/demo/4.14.0.tgz',
    'upgrade',
    'upgrade/demo/',
    'prune/demo/4.14.0.tgz',
    '',
  ])('is not %s', (key) => {
    expect(clusterAndRelease('upgrade', key)).toBeUndefined();
  });
});
