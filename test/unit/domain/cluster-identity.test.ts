import { describe, expect, it } from 'vitest';
import type { DeploymentRules } from '../../../core/domain/cluster-checks.ts';
import type { IdentitySources } from '../../../core/domain/cluster-claims.ts';
import {
  clusterAndRelease,
  identifyCluster,
  identifyRegistered,
} from '../../../core/domain/cluster-identity.ts';
import type { ClusterSpec } from '../../../core/domain/cluster-spec.ts';
import { stripEnding } from '../../../core/domain/key-form.ts';
import type { ReleaseOperation } from '../../../core/domain/operations.ts';

const KEY = 'prepare/demo.tgz';
const NAMED = { name: 'demo', region: 'us-east-2' };

function identify(
  { key = KEY, config, install }: { key?: string; config?: unknown; install?: unknown },
  rules: DeploymentRules = {},
) {
  const sources: IdentitySources = {
    key,
    ...(config === undefined ? {} : { clusterConfig: { file: 'cluster.yaml', value: config } }),
    ...(install === undefined ? {} : { installConfig: { file: 'install-config.yaml', value: install } }),
  };
  return identifyCluster(sources, rules);
}

/** Codes and fields of all problems. */
function problemsOf(sources: Parameters<typeof identify>[0], rules?: DeploymentRules): string[] {
  return identify(sources, rules).problems.map(({ code, field }) => `${code} ${field ?? '-'}`);
}

function installConfig(more: Record<string, unknown> = {}, aws: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    metadata: { name: 'demo' },
    credentialsMode: 'Manual',
    platform: { aws: { region: 'us-east-2', ...aws } },
    pullSecret: '{"auths":{"registry":{"auth":"c2VjcmV0"}}}',
    ...more,
  };
}

/** What an install-config.yaml says that does not mention capabilities: the installer enables all. */
const ALL = { capabilities: { baseline: 'vCurrent', additional: [] } };

describe('the sources of a cluster', () => {
  const spec: ClusterSpec = { ...NAMED, featureSet: 'Default', rolePath: '/', tags: {} };
  it.each([
    ['cluster.yaml', { config: NAMED }, {}],
    ['install-config.yaml', { install: installConfig() }, ALL],
    ['the key', { key: 'prepare/us-east-2/demo.tar.gz' }, {}],
    ['all of them', { key: 'prepare/us-east-2/demo.tgz', config: NAMED, install: installConfig() }, ALL],
    [
      'cluster.yaml for the name, install-config.yaml for the region',
      { config: { name: 'demo' }, install: installConfig() },
      ALL,
    ],
  ])('%s', (_, sources, more) => {
    const { problems, warnings, ...rest } = identify(sources);
    expect(rest).toEqual({
      spec: { ...spec, ...more },
      name: 'demo',
      featureSet: spec?.featureSet,
      ...more,
      removeRoles: [],
    });
    expect([...problems, ...warnings]).toEqual([]);
  });

  it('say everything that cluster.yaml may say', () => {
    const config = {
      ...NAMED,
      release: '4.20.3',
      issuer: { type: 'public-bucket' },
      permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Boundary',
      rolePath: '/ocp/',
      featureSet: 'TechPreviewNoUpgrade',
      tags: { team: 'platform' },
      publicKeyFile: 'keys/signer.public',
    };
    const { issuer: _, ...expected } = config;
    expect(identify({ config }).spec).toEqual(expected);
  });

  it('are told which keys of the JWKS are theirs', () => {
    expect(identify({ config: { ...NAMED, acceptedKeys: ['kid'] } }).acceptedKeys).toEqual(['kid']);
  });

  it('are put together: tags of both, those of cluster.yaml first', () => {
    const { spec: found } = identify({
      config: { ...NAMED, tags: { team: 'mine', a: '1' } },
      install: installConfig({}, { userTags: { team: 'theirs', b: '2' } }),
    });
    expect(found?.tags).toEqual({ team: 'mine', a: '1', b: '2' });
  });

  it.each([
    ['region', { config: NAMED, install: installConfig({}, { region: 'us-west-2' }) }],
    ['name', { key: 'prepare/us-east-2/other.tgz', config: NAMED }],
    ['region', { key: 'prepare/us-west-2/demo.tgz', install: installConfig() }],
    [
      'featureSet',
      {
        config: { ...NAMED, featureSet: 'Default' },
        install: installConfig({ featureSet: 'CustomNoUpgrade' }),
      },
    ],
  ])('that disagree about the %s are a problem', (field, sources) => {
    const { problems, name } = identify(sources);
    expect(problems.map(({ code, field: at }) => `${code} ${at}`)).toEqual([
      `ClusterIdentityConflict ${field}`,
    ]);
    expect(name).toBeUndefined();
  });

  it.each([
    ['neither name nor region', { key: 'prepare/demo.tgz' }, /name and region/],
    ['no region', { config: { name: 'demo' } }, /region/],
    ['no name', { config: { region: 'us-east-2' } }, /name/],
    ['a folder that is no region', { key: 'prepare/team-a/demo.tgz' }, /name and region/],
    ['a key that is too deep', { key: 'prepare/us-east-2/x/demo.tgz' }, /name and region/],
  ])('give %s', (_, sources, message) => {
    expect(identify(sources).problems).toEqual([
      expect.objectContaining({
        code: 'ClusterIdentityMissing',
        message: expect.stringMatching(message),
      }),
    ]);
  });

  it('are told of a folder that is nearly a region', () => {
    expect(identify({ key: 'prepare/us-east2/demo.tgz' }).problems[0]?.remedy).toContain(
      'did you mean us-east-2 for us-east2?',
    );
  });
});

describe('cluster.yaml', () => {
  it.each([
    ['an unknown field', { ...NAMED, colour: 'red' }, ['ClusterConfigInvalid colour']],
    [
      'an unknown field of the issuer',
      { ...NAMED, issuer: { type: 'public-bucket', a: 1 } },
      ['ClusterConfigInvalid issuer.a'],
    ],
    ['a release that YAML read as a number', { ...NAMED, release: 4.2 }, ['ClusterConfigInvalid release']],
    ['a release that is none', { ...NAMED, release: 'latest' }, ['ClusterConfigInvalid release']],
    ['an unknown feature set', { ...NAMED, featureSet: 'Beta' }, ['ClusterConfigInvalid featureSet']],
    ['a tag that is a list', { ...NAMED, tags: { a: [1] } }, ['ClusterConfigInvalid tags.a']],
    ['a sequence for all of it', [], ['ClusterConfigInvalid -']],
    [
      'an issuer of CloudFront',
      { ...NAMED, issuer: { type: 'cloudfront' } },
      ['IssuerUnsupported issuer.type'],
    ],
    ['approval', { ...NAMED, approval: {} }, ['ApprovalUnsupported approval']],
    ['a role path without slashes', { ...NAMED, rolePath: 'ocp' }, ['RolePathInvalid rolePath']],
    ['a role path with a double slash', { ...NAMED, rolePath: '/a//b/' }, ['RolePathInvalid rolePath']],
    [
      'a role path of AWS services',
      { ...NAMED, rolePath: '/aws-service-role/x/' },
      ['RolePathInvalid rolePath'],
    ],
    ['tags that differ in case only', { ...NAMED, tags: { Team: 'a', team: 'b' } }, ['TagInvalid tags.team']],
    ['a role path over 512', { ...NAMED, rolePath: `/${'a'.repeat(511)}/` }, ['RolePathInvalid rolePath']],
    [
      'a boundary that is a name',
      { ...NAMED, permissionsBoundaryArn: 'Boundary' },
      ['PermissionsBoundaryInvalid permissionsBoundaryArn'],
    ],
    [
      'a boundary that is a role',
      { ...NAMED, permissionsBoundaryArn: 'arn:aws:iam::123456789012:role/x' },
      ['PermissionsBoundaryInvalid permissionsBoundaryArn'],
    ],
  ])('with %s is refused', (_, config, problems) => {
    expect(problemsOf({ config })).toEqual(problems);
  });

  it.each([
    ['an empty file', null, { key: 'prepare/us-east-2/demo.tgz' }],
    ['a release without patch', { ...NAMED, release: '4.20' }, {}],
    ['a release candidate', { ...NAMED, release: '4.20.0-rc.1' }, {}],
    ['a role path of one slash', { ...NAMED, rolePath: '/' }, {}],
    [
      'a boundary of AWS',
      { ...NAMED, permissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      {},
    ],
    [
      'a boundary with a path in GovCloud',
      { ...NAMED, permissionsBoundaryArn: 'arn:aws-us-gov:iam::123456789012:policy/a/b' },
      {},
    ],
  ])('with %s is accepted', (_, config, more) => {
    expect(problemsOf({ config, ...more })).toEqual([]);
  });
});

describe('the permissions boundary', () => {
  const rules = { partition: 'aws', accountId: '123456789012' };
  it.each([
    ['arn:aws:iam::123456789012:policy/Boundary', []],
    ['arn:aws:iam::aws:policy/PowerUserAccess', []],
    ['arn:aws:iam::666666666666:policy/Boundary', ['PermissionsBoundaryInvalid permissionsBoundaryArn']],
    ['arn:aws-us-gov:iam::123456789012:policy/B', ['PermissionsBoundaryInvalid permissionsBoundaryArn']],
  ])('%s is one of the account that IAM takes: problems %j', (permissionsBoundaryArn, problems) => {
    expect(problemsOf({ config: { ...NAMED, permissionsBoundaryArn } }, rules)).toEqual(problems);
  });
});

describe('install-config.yaml', () => {
  it.each([
    ['text', 'hello', ['InstallConfigInvalid -']],
    ['nothing', null, ['InstallConfigInvalid -']],
    ['no name', installConfig({ metadata: {} }), ['InstallConfigInvalid metadata.name']],
    [
      'a name that is a list',
      installConfig({ metadata: { name: ['a'] } }),
      ['InstallConfigInvalid metadata.name', 'InstallConfigInvalid metadata.name'],
    ],
    ['another platform', installConfig({ platform: { gcp: {} } }), ['InstallConfigInvalid platform.gcp']],
    ['mode Mint', installConfig({ credentialsMode: 'Mint' }), ['CredentialsModeNotManual credentialsMode']],
    ['an unknown feature set', installConfig({ featureSet: 'Beta' }), ['InstallConfigInvalid featureSet']],
    [
      'tags in a list',
      installConfig({}, { userTags: ['a'] }),
      ['InstallConfigInvalid platform.aws.userTags'],
    ],
  ])('with %s is refused', (_, install, problems) => {
    expect(problemsOf({ install })).toEqual(problems);
  });

  it('without credentialsMode is accepted with a warning', () => {
    const { problems, warnings } = identify({ install: installConfig({ credentialsMode: undefined }) });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('set it to Manual')]);
  });

  it('gives nothing of its pull secret to anybody', () => {
    const all = JSON.stringify([
      identify({ install: installConfig() }),
      identify({ install: installConfig({ metadata: 7, credentialsMode: 'Mint', featureSet: 'x' }) }),
    ]);
    expect(all).not.toContain('auths');
    expect(all).not.toContain('c2VjcmV0');
  });
});

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

describe('values that are no text', () => {
  const tagged = (userTags: unknown) => identify({ install: installConfig({}, { userTags }) });

  it('are taken as the installer takes them, and said', () => {
    const { spec, problems, warnings } = tagged({
      cost: 7536,
      temporary: true,
      rate: 4.5,
      team: null,
      a: '',
    });
    expect(problems).toEqual([]);
    expect(spec?.tags).toEqual({ cost: '7536', temporary: 'true', rate: '4.5', team: '', a: '' });
    expect(warnings.map((warning) => warning.split(' ')[1])).toEqual([
      'platform.aws.userTags.cost',
      'platform.aws.userTags.temporary',
      'platform.aws.userTags.rate',
    ]);
  });

  it('each wrong one is a problem of its own, with its name', () => {
    const { problems } = tagged({ list: ['a'], map: {}, fine: 'x' });
    expect(problems.map(({ field }) => field)).toEqual([
      'platform.aws.userTags.list',
      'platform.aws.userTags.map',
    ]);
  });

  it('in cluster.yaml are taken likewise', () => {
    const { spec, problems, warnings } = identify({ config: { ...NAMED, name: 42, tags: { cost: 7536 } } });
    expect(problems).toEqual([]);
    expect(spec).toMatchObject({ name: '42', tags: { cost: '7536' } });
    expect(warnings).toHaveLength(2);
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

describe('a required permissions boundary', () => {
  const required = 'arn:aws:iam::123456789012:policy/Required';
  const rules = { requiredBoundaryArn: required };

  it('is taken when the bundle names none, or the same', () => {
    expect(identify({ config: NAMED }, rules).spec?.permissionsBoundaryArn).toBe(required);
    const config = { ...NAMED, permissionsBoundaryArn: required };
    expect(identify({ config }, rules).spec?.permissionsBoundaryArn).toBe(required);
  });

  it('cannot be replaced by another', () => {
    const config = { ...NAMED, permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Other' };
    expect(problemsOf({ config }, rules)).toEqual(['PermissionsBoundaryRequired permissionsBoundaryArn']);
  });
});

describe('what decides which requests count', () => {
  const custom = (gates: unknown) => installConfig({ featureSet: 'CustomNoUpgrade', featureGates: gates });
  const choice = (baselineCapabilitySet: unknown, additionalEnabledCapabilities?: unknown) =>
    installConfig({ capabilities: { baselineCapabilitySet, additionalEnabledCapabilities } });

  it('are feature gates that were set by hand, of either file', () => {
    const gates = ['B=true', 'A=False', 'C=1'];
    const featureGates = { A: false, B: true, C: true };
    expect(identify({ install: custom(gates) })).toMatchObject({ featureGates, spec: { featureGates } });
    expect(identify({ config: { ...NAMED, featureGates: gates } })).toMatchObject({ featureGates });
    expect(problemsOf({ config: { ...NAMED, featureGates: ['A=true'] }, install: custom(gates) })).toEqual([
      'ClusterIdentityConflict featureGates',
    ]);
  });

  it('are the capabilities that install-config.yaml chooses', () => {
    const capabilities = { baseline: 'v4.11', additional: ['Ingress', 'Storage'] };
    expect(identify({ install: choice('v4.11', ['Storage', 'Ingress']) })).toMatchObject({ capabilities });
    expect(
      identify({
        config: {
          ...NAMED,
          capabilities: {
            baselineCapabilitySet: 'v4.11',
            additionalEnabledCapabilities: ['Ingress', 'Storage'],
          },
        },
      }),
    ).toMatchObject({ capabilities });
  });

  it('may be a set that is not known here, or nothing', () => {
    const of = (capabilities: unknown) => identify({ install: installConfig({ capabilities }) }).capabilities;
    expect(of({ baselineCapabilitySet: 'v4.99' })).toEqual({ baseline: 'v4.99', additional: [] });
    for (const nothing of [null, {}, { baselineCapabilitySet: '', additionalEnabledCapabilities: null }])
      expect(of(nothing)).toEqual(ALL.capabilities);
  });

  it('is refused when it is malformed', () => {
    const install = [
      custom('A=true'),
      custom(['A']),
      custom(['A=yes']),
      installConfig({ featureGates: ['A=true'] }),
      choice('none'),
      choice('None', 'Storage'),
      installConfig({ capabilities: 'None' }),
    ];
    expect(install.flatMap((each) => problemsOf({ install: each }))).toEqual([
      'InstallConfigInvalid featureGates',
      'InstallConfigInvalid featureGates',
      'InstallConfigInvalid featureGates',
      'InstallConfigInvalid featureGates',
      'InstallConfigInvalid capabilities.baselineCapabilitySet',
      'InstallConfigInvalid capabilities.additionalEnabledCapabilities',
      'InstallConfigInvalid capabilities',
    ]);
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

describe('a cluster that was prepared before', () => {
  const spec: ClusterSpec = {
    ...NAMED,
    release: '4.13.5',
    featureSet: 'TechPreviewNoUpgrade',
    rolePath: '/ocp/',
    tags: { team: 'web' },
  };
  const registered = (sources: Partial<IdentitySources>, rules: DeploymentRules = {}) =>
    identifyRegistered({ key: 'upgrade/demo/4.14.0.tgz', ...sources }, spec, '4.14.0', rules);
  const config = (value: unknown) => ({ clusterConfig: { file: 'cluster.yaml', value } });
  const install = (value: unknown) => ({ installConfig: { file: 'install-config.yaml', value } });

  it.each<[string, Partial<IdentitySources>, Partial<ClusterSpec>?]>([
    ['nothing', {}],
    ['an empty cluster.yaml', config(null)],
    [
      'all of it again',
      config({
        ...NAMED,
        release: '4.14',
        featureSet: spec.featureSet,
        rolePath: '/ocp/',
        tags: spec.tags,
      }),
    ],
    [
      'an install-config.yaml',
      install(installConfig({ featureSet: spec.featureSet }, { userTags: spec.tags })),
      ALL,
    ],
  ])('has the facts of that time when the bundle says %s', (_, sources, learned = {}) => {
    expect(registered(sources)).toEqual({
      spec: { ...spec, ...learned },
      name: 'demo',
      featureSet: spec.featureSet,
      release: '4.14.0',
      ...learned,
      removeRoles: [],
      problems: [],
      warnings: [],
    });
  });

  it('cannot be made another one by the bundle; every difference is a problem', () => {
    const { problems, spec: none } = registered({
      ...config({ name: 'other', release: '4.14.1', rolePath: '/', tags: { team: 'x', new: 'y' } }),
      ...install(installConfig({}, { region: 'eu-west-1' })),
    });
    expect(none).toBeUndefined();
    expect(problems.map(({ code, file, field }) => `${code} ${file} ${field}`)).toEqual([
      'ClusterIdentityConflict cluster.yaml release',
      'ClusterIdentityConflict cluster.yaml name',
      'ClusterIdentityConflict cluster.yaml rolePath',
      'ClusterIdentityConflict cluster.yaml tags.team',
      'ClusterIdentityConflict cluster.yaml tags.new',
      'ClusterIdentityConflict install-config.yaml region',
    ]);
  });

  it('is told of what is wrong with the files of the bundle', () => {
    expect(registered(config({ nme: 'demo' })).problems.map(({ code }) => code)).toEqual([
      'ClusterConfigInvalid',
    ]);
    expect(registered(config({ issuer: { type: 'cloudfront' } })).problems.map(({ code }) => code)).toEqual([
      'IssuerUnsupported',
    ]);
  });

  it('keeps its signing key, and says so', () => {
    const { warnings, problems } = registered(config({ publicKeyFile: 'a.pub', acceptedKeys: ['kid'] }));
    expect(warnings).toEqual([
      'cluster.yaml: publicKeyFile was not read; the cluster keeps its signing key.',
      'cluster.yaml: acceptedKeys was not read; keys are accepted below prepare/ only.',
    ]);
    expect(problems).toEqual([]);
  });

  it('gets a boundary that is required by now; another one is a problem', () => {
    const required = { requiredBoundaryArn: 'arn:aws:iam::123456789012:policy/Boundary' };
    expect(registered({}, required).spec?.permissionsBoundaryArn).toBe(required.requiredBoundaryArn);
    const other = { ...spec, permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Other' };
    const { problems } = identifyRegistered({ key: 'upgrade/demo/4.14.0.tgz' }, other, '4.14.0', required);
    expect(problems.map(({ code }) => code)).toEqual(['PermissionsBoundaryRequired']);
  });
});
