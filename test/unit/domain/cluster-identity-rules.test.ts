import { describe, expect, it } from 'vitest';
import type { DeploymentRules } from '../../../core/domain/cluster-checks.ts';
import type { IdentitySources } from '../../../core/domain/cluster-claims.ts';
import type { ClusterSpec } from '../../../core/domain/cluster-spec.ts';
import { identifyRegistered } from '../../../core/domain/registered-identity.ts';
import { ALL, identify, installConfig, NAMED, problemsOf } from './identified.ts';

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

  it.each<[string, Partial<IdentitySources>, Partial<ClusterSpec>?, string[]?]>([
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
    [
      'tags of install-config.yaml that its cluster.yaml overrules',
      {
        ...config({ ...NAMED, tags: spec.tags }),
        ...install(installConfig({ featureSet: spec.featureSet }, { userTags: { team: 'theirs' } })),
      },
      ALL,
      ['install-config.yaml: the tag "team" is "theirs"; what is made has "web", as cluster.yaml says.'],
    ],
  ])(
    'has the facts of that time when the bundle says %s',
    (_, sources, learned = {}, warnings: string[] = []) => {
      expect(registered(sources)).toEqual({
        spec: { ...spec, ...learned },
        known: spec,
        misstated: new Set(),
        name: 'demo',
        featureSet: spec.featureSet,
        release: '4.14.0',
        ...learned,
        removeRoles: [],
        problems: [],
        warnings,
      });
    },
  );

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
