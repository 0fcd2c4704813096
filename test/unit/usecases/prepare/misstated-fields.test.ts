import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BundleContext } from '../../../../core/usecases/prepare/read-bundle.ts';
import { installConfig, request, requestOf, statement } from '../../../support/bundles.ts';
import { readTexts } from './read-texts.ts';

const GATED = request({
  'metadata.annotations': { 'release.openshift.io/feature-gate': 'SomeGate' },
  ...statement({ effect: 'allow' }),
});
const TECH_PREVIEW = request({
  'metadata.annotations': { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' },
});
const OF_CAPABILITY = request({
  'metadata.annotations': { 'capability.openshift.io/name': 'ImageRegistry' },
  ...statement({ action: ['iam:*'] }),
});

/** Codes and fields of the problems of a bundle with these files, and its warnings. */
function read(files: Readonly<Record<string, string>>, more: Partial<BundleContext> = {}) {
  const { problems, warnings, skipped, clusterName } = readTexts(files, more);
  return {
    told: problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)),
    problems,
    warnings,
    skipped,
    clusterName,
  };
}

describe('a field of cluster.yaml that is wrong', () => {
  const at = 'name: demo\nregion: us-east-2\nrelease: "4.20.3"\n';
  it.each<[string, string, readonly string[]]>([
    ['an unknown field', `${at}colour: red\n`, ['ClusterConfigInvalid colour']],
    ['no text for the name', 'name: [a]\nregion: us-east-2\n', ['ClusterConfigInvalid name']],
    ['no text for the region', 'name: demo\nregion: [a]\n', ['ClusterConfigInvalid region']],
    ['a name that YAML reads as a boolean', 'name: yes\nregion: us-east-2\n', ['ClusterConfigInvalid name']],
    ['a misspelt region', 'name: demo\nregoin: us-east-2\n', ['ClusterConfigInvalid regoin']],
    ['a misspelt name', 'Name: demo\nregion: us-east-2\n', ['ClusterConfigInvalid Name']],
    [
      'a misspelt field of the issuer',
      `${at}issuer: {typ: existing, providerArn: "arn:aws:iam::123456789012:oidc-provider/a.example"}\n`,
      ['ClusterConfigInvalid issuer.typ'],
    ],
    [
      'a misspelt provider of the issuer',
      `${at}issuer: {type: existing, providerARN: "arn:aws:iam::123456789012:oidc-provider/a.example"}\n`,
      ['ClusterConfigInvalid issuer.providerARN'],
    ],
    ['an unknown kind of issuer', `${at}issuer: {type: Existing}\n`, ['ClusterConfigInvalid issuer.type']],
    [
      'a partition that is none, and a region that is new',
      'name: demo\nregion: us-north-9\npartition: AWS\n',
      ['ClusterConfigInvalid partition'],
    ],
    [
      'a key file that is a list, where two keys could be meant',
      `${at}publicKeyFile: [a]\n`,
      ['ClusterConfigInvalid publicKeyFile'],
    ],
    [
      'several wrong fields',
      `${at}colour: red\nrolePath: 7\napproval: maybe\n`,
      ['ClusterConfigInvalid rolePath', 'ClusterConfigInvalid approval', 'ClusterConfigInvalid colour'],
    ],
    [
      'a tag of a list, and one that is reserved',
      `${at}tags: {a: [1], Name: x}\n`,
      ['ClusterConfigInvalid tags.a', 'TagInvalid tags.Name'],
    ],
    ['an install-config.yaml', installConfig(), ['ClusterConfigInvalid']],
    ['no mapping', '- name\n', ['ClusterConfigInvalid']],
    ['not YAML', 'name: [\n', ['YamlMalformed']],
  ])('%s: that is told, and nothing that follows from it', (_, text, told) => {
    const keys = { 'a/serviceaccount-signer.public': 'x', 'b/serviceaccount-signer.public': 'y' };
    const files = { 'cluster.yaml': text, 'a.yaml': request() };
    expect(read(text.includes('publicKeyFile') ? { ...files, ...keys } : files).told).toEqual(told);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'the region is missing',
      'name: demo\ncolour: red\n',
      ['ClusterConfigInvalid colour', 'ClusterIdentityMissing'],
    ],
    [
      'the name cannot be used',
      'name: Demo\nregion: us-east-2\ncolour: red\n',
      ['ClusterConfigInvalid colour', 'ClusterNameInvalid name'],
    ],
    [
      'the role path and the boundary cannot be used',
      `${at}colour: red\nrolePath: a\npermissionsBoundaryArn: b\n`,
      [
        'ClusterConfigInvalid colour',
        'RolePathInvalid rolePath',
        'PermissionsBoundaryInvalid permissionsBoundaryArn',
      ],
    ],
    [
      'the existing issuer is another account’s',
      `${at}colour: red\nissuer: {type: existing, providerArn: "arn:aws:iam::666666666666:oidc-provider/a.example"}\n`,
      ['ClusterConfigInvalid colour', 'ClusterConfigInvalid issuer.providerArn'],
    ],
    [
      'the key file is missing',
      `${at}colour: red\npublicKeyFile: signer.pub\n`,
      ['ClusterConfigInvalid colour', 'PublicKeyInvalid publicKeyFile'],
    ],
    [
      'a role to remove is asked for',
      `${at}removeRoles: [7, demo-openshift-ingress-operator-cloud-credentials]\n`,
      ['ClusterConfigInvalid removeRoles[0]', 'RoleNotRemovable removeRoles'],
    ],
  ])('does not keep what else is wrong from being told: %s', (_, text, told) => {
    expect(read({ 'cluster.yaml': text, 'a.yaml': request() }).told).toEqual(told);
  });

  it('does not keep a resource of another partition from being told', () => {
    const files = {
      'cluster.yaml': `${at}colour: red\n`,
      'a.yaml': request(statement({ resource: 'arn:aws-cn:s3:::a' })),
    };
    expect(read(files).told).toEqual([
      'ClusterConfigInvalid colour',
      'ResourceOutsidePartition spec.providerSpec.statementEntries[0].resource',
    ]);
  });

  it('leaves it to no other file to say what it would say', () => {
    const { told, clusterName } = read({
      'cluster.yaml': 'name: [a]\nregion: us-east-2\n',
      'install-config.yaml': installConfig({ 'metadata.name': 'Not.For.S3' }),
      'a.yaml': request(),
    });
    expect(told).toEqual(['ClusterConfigInvalid name']);
    expect(clusterName).toBeUndefined();
  });

  it('needs no signing key that it may name', () => {
    const told = (more: string) =>
      read({ 'cluster.yaml': `${at}${more}`, 'a.yaml': request() }, { signsAlready: true }).told;
    expect(told('')).toEqual(['SigningKeyNeeded']);
    expect(told('colour: red\n')).toEqual(['ClusterConfigInvalid colour', 'SigningKeyNeeded']);
    expect(told('publicKeyFile: 7\n')).toEqual(['ClusterConfigInvalid publicKeyFile']);
    expect(told('issuer: {type: 1}\n')).toEqual(['ClusterConfigInvalid issuer.type']);
  });

  it.each([
    ['the feature set', 'featureSet: TechPreview\n', TECH_PREVIEW, ['ClusterConfigInvalid featureSet']],
    ['feature gates', 'featureGates: [SomeGate]\n', GATED, ['ClusterConfigInvalid featureGates[0]']],
    [
      'capabilities',
      'capabilities: {baselineCapabilitySet: none}\n',
      OF_CAPABILITY,
      ['ClusterConfigInvalid capabilities.baselineCapabilitySet'],
    ],
    ['the release', 'release: latest\n', GATED, ['ClusterConfigInvalid release']],
  ])('tells nothing of requests that count by it: %s', (_, line, text, problems) => {
    const cluster = `name: demo\nregion: us-east-2\n${line.startsWith('release') ? '' : 'release: 4.20.3\n'}${line}`;
    // A bundle with a request of another cloud was not filtered for one cluster.
    const azure = request({ 'spec.providerSpec.kind': 'AzureProviderSpec' });
    const { told, skipped, warnings } = read({ 'cluster.yaml': cluster, 'a.yaml': text, 'b.yaml': azure });
    expect(told).toEqual(problems);
    const [left] = skipped.filter(({ file }) => file === 'a.yaml');
    expect(left?.reason).toMatch(/not known|not on record|nothing says/);
    expect(warnings).toEqual([]);
  });

  it('leaves every other field as it is, whichever it is', () => {
    const fields = Object.entries({
      name: '"demo"',
      region: '"us-east-2"',
      release: '"4.20.3"',
      rolePath: '/a/',
      approval: 'required',
      tags: '{a: b}',
      publicKeyFile: 'serviceaccount-signer.public',
    });
    fc.assert(
      fc.property(fc.subarray(fields.map(([key]) => key)), (bad) => {
        const text = fields.map(([key, value]) => `${key}: ${bad.includes(key) ? '[[]]' : value}\n`).join('');
        const { told, warnings } = read({ 'cluster.yaml': text, 'a.yaml': requestOf('other') });
        const expected = bad.map((key) => `ClusterConfigInvalid ${key}`);
        const missing = bad.includes('publicKeyFile') ? [] : ['PublicKeyInvalid publicKeyFile'];
        expect(told.toSorted()).toEqual([...expected, ...missing].sort());
        expect(warnings).toEqual([]);
      }),
    );
  });
});

describe('what is said of a field of cluster.yaml', () => {
  const problemOf = (line: string) =>
    read({ 'cluster.yaml': `name: demo\nregion: us-east-2\n${line}\n`, 'a.yaml': request() }).problems[0];
  it.each([
    ['release: 4.20', /number as it is written, 4\.2, and must be text/, 'Put it in quotes: "4.20".'],
    ['release: 4.21', /number as it is written, and must be text/, 'Put it in quotes: "4.21".'],
    ['rolePath: true', /boolean as it is written, and must be text/, 'Put it in quotes: "true".'],
    ['acceptedKeys: [1234]', /number as it is written, and must be text/, 'Put it in quotes: "1234".'],
    ['relase: "4.20.3"', /no such field/, expect.stringMatching(/^Write release, if that is meant\. /)],
    ['role_path: /a/', /no such field/, expect.stringMatching(/^Write rolePath, if that is meant\. /)],
    ['release:', /has no value/, 'Give it one, or leave the field out.'],
    ['tags: ~', /has no value/, 'Give it one, or leave the field out.'],
    ['colour: red', /no such field/, expect.stringMatching(/^See docs/)],
    ['names: red', /no such field/, expect.stringMatching(/^See docs/)],
  ])('%s', (line, message, remedy) => {
    expect(problemOf(line)).toMatchObject({ message: expect.stringMatching(message), remedy });
  });
});

describe('a field of install-config.yaml that is wrong', () => {
  it.each<[string, Parameters<typeof installConfig>[0], readonly string[]]>([
    ['a name that is a list', { 'metadata.name': ['a'] }, ['InstallConfigInvalid metadata.name']],
    ['no name', { 'metadata.name': undefined }, ['InstallConfigInvalid metadata.name']],
    [
      'a region that is a list',
      { 'platform.aws.region': ['a'] },
      ['InstallConfigInvalid platform.aws.region'],
    ],
    ['another cloud', { platform: { gcp: {} } }, ['InstallConfigInvalid platform.gcp']],
    ['a mode that is a list', { credentialsMode: ['Manual'] }, ['InstallConfigInvalid credentialsMode']],
    [
      'a misspelt feature set, with gates',
      { featureSet: 'customNoUpgrade', featureGates: ['SomeGate=true'] },
      ['InstallConfigInvalid featureSet'],
    ],
    [
      'two fields of the capabilities',
      { capabilities: { baselineCapabilitySet: 'none', additionalEnabledCapabilities: 'a' } },
      [
        'InstallConfigInvalid capabilities.baselineCapabilitySet',
        'InstallConfigInvalid capabilities.additionalEnabledCapabilities',
      ],
    ],
  ])('%s: that is told, and nothing that follows from it', (_, changes, told) => {
    const found = read({
      'cluster.yaml': 'release: "4.20.3"\n',
      'install-config.yaml': installConfig(changes),
      'a.yaml': request(),
    });
    expect(found.told).toEqual(told);
    expect(found.warnings).toEqual([]);
  });

  it('does not keep a name that nobody gives from being told', () => {
    const text = 'platform: {aws: {region: us-east-2}}\ncredentialsMode: Mint\n';
    expect(read({ 'install-config.yaml': text, 'a.yaml': request() }).told).toEqual([
      'InstallConfigInvalid metadata.name',
      'CredentialsModeNotManual credentialsMode',
    ]);
  });
});
