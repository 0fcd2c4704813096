import { describe, expect, it } from 'vitest';
import type { ClusterSpec } from '../../../core/domain/cluster-spec.ts';
import { ALL, identify, installConfig, NAMED, problemsOf } from './identified.ts';

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
      known: { ...spec, ...more },
      misstated: new Set(),
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

  it('keep a tag that is named like what every object has', () => {
    const { spec: found, warnings } = identify({
      config: NAMED,
      install: installConfig({}, { userTags: { constructor: 'us' } }),
    });
    expect(found?.tags).toEqual({ constructor: 'us' });
    expect(warnings).toEqual([]);
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
    ['an approval of another kind', { ...NAMED, approval: 'maybe' }, ['ClusterConfigInvalid approval']],
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

describe('install-config.yaml', () => {
  it.each([
    ['text', 'hello', ['InstallConfigInvalid -']],
    ['nothing', null, ['InstallConfigInvalid -']],
    ['no name', installConfig({ metadata: {} }), ['InstallConfigInvalid metadata.name']],
    [
      'a name that is a list',
      installConfig({ metadata: { name: ['a'] } }),
      ['InstallConfigInvalid metadata.name'],
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
