import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project } from '../../../scripts/local/paths.ts';
import { type Files, tgzOf } from '../../support/archives.ts';
import {
  clusterYaml,
  installConfig,
  PULL_SECRET,
  request,
  requestOf,
  statement,
} from '../../support/bundles.ts';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('check-bundle-');
afterAll(removeTemporaryFolders);

/** Runs the command as npm does, in the project's folder, for somebody who is in another one. */
function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [project('scripts', 'check-bundle.ts'), ...args],
    { cwd: project(), env: { ...process.env, INIT_CWD: folder }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

function directory(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, path, '..'), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return name;
}

async function archive(name: string, files: Files): Promise<string> {
  writeFileSync(join(folder, name), await tgzOf(files));
  return name;
}

describe('a good bundle', () => {
  const FILES = {
    'cluster.yaml': clusterYaml({ name: 'prod-east', region: 'us-east-1', release: '4.20.3' }),
    'install-config.yaml': installConfig({
      'metadata.name': 'prod-east',
      'platform.aws.region': 'us-east-1',
    }),
    'credreqs/10-ingress.yaml': request(),
    'credreqs/20-azure.yaml': request({ 'spec.providerSpec.kind': 'AzureProviderSpec' }),
    'tls/key.pem': '-----BEGIN RSA PRIVATE KEY-----\nmarker-of-the-key\n',
  };

  beforeAll(async () => {
    directory('prod-east', FILES);
    await archive('prod-east.tgz', FILES);
  });

  test('as a directory is what it is as an archive: the cluster, what counts and is skipped, and the roles', () => {
    const [ofDirectory, ofArchive] = [check('prod-east'), check('prod-east.tgz')];
    expect(ofDirectory).toMatchObject({ status: 0, stderr: '' });
    expect(ofDirectory.stdout.replace('prod-east:', 'prod-east.tgz:')).toBe(ofArchive.stdout);
    expect(ofArchive.stdout).toMatchInlineSnapshot(`
      "prod-east.tgz: would be accepted
      Cluster: prod-east, us-east-1, release 4.20.3, feature set Default

      Warnings
        tls/key.pem: holds a private key. It was not read; remove it from the bundle and delete this version from the intake bucket.

      Requests that count, and their roles
        ingress (credreqs/10-ingress.yaml, document 1)
          role prod-east-openshift-ingress-operator-cloud-credentials for ingress-operator; Secret openshift-ingress-operator/cloud-credentials
          Allow on *: elasticloadbalancing:DescribeLoadBalancers, route53:ListHostedZones

      Skipped
        credreqs/20-azure.yaml, document 1: for another cloud (AzureProviderSpec)

      Not looked at, as only the deployment or the account knows it: npm run check-bundle -- --help has a list.
      "
    `);
  });

  test('is told as JSON to programs', () => {
    const { status, stdout } = check('prod-east.tgz', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: true,
      cluster: { name: 'prod-east', region: 'us-east-1', release: '4.20.3', featureSet: 'Default' },
      requests: [
        {
          file: 'credreqs/10-ingress.yaml',
          document: 1,
          secret: 'openshift-ingress-operator/cloud-credentials',
          serviceAccounts: ['ingress-operator'],
          role: 'prod-east-openshift-ingress-operator-cloud-credentials',
          statements: [{ effect: 'Allow', resource: '*' }],
        },
      ],
      problems: [],
    });
  });

  test('gives away no secret', () => {
    for (const each of [check('prod-east'), check('prod-east', '--json')]) {
      expect(each.stdout).toContain('holds a private key');
      for (const secret of [PULL_SECRET, 'marker-of-the-key']) expect(each.stdout).not.toContain(secret);
    }
  });

  test('gives away no key that stands where none belongs', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nmarker-of-the-key\n';
    directory('misplaced', {
      'cluster.yaml': clusterYaml(),
      'a.yaml': request(
        statement({ action: [key], resource: key, policyCondition: { Bool: { [key]: key } } }),
      ),
    });
    for (const args of [[], ['--json']]) {
      const { stdout } = check('misplaced', ...args);
      expect(stdout).toContain('left out');
      expect(stdout).not.toContain('marker-of-the-key');
    }
  });

  test('is read by the commands of the README as they are written', () => {
    const commands = readFileSync(project('README.md'), 'utf8').match(/^npm run check-bundle -- .*$/gm) ?? [];
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const args = command
        .replace(/\s+#.*$/, '')
        .split(/\s+/)
        .slice(4);
      expect(check(...args), command).toMatchObject({ status: 0, stderr: '' });
    }
    const { scripts } = JSON.parse(readFileSync(project('package.json'), 'utf8'));
    expect(scripts['check-bundle']).toMatch(/ scripts\/check-bundle\.ts$/);
  });
});

describe('a bad bundle', () => {
  test('is told with file, line, document, field and remedy of each problem, and ends in 1', () => {
    const twoDocuments = `${requestOf('a')}---\n${requestOf('b', { 'spec.serviceAccountNames': [] })}`;
    const { status, stdout } = check(
      directory('bad', {
        'cluster.yaml': 'region: us-esat-2\nname: prod-east\n',
        'a.yaml': twoDocuments,
        'b.yaml': requestOf('c', statement({ action: ['sqs:SendMessage'] })),
        'c.yaml': 'kind: [CredentialsRequest\n',
      }),
    );
    expect(status).toBe(1);
    const line = twoDocuments.split('\n').findIndex((each) => each.includes('serviceAccountNames: []')) + 1;
    expect(line).toBeGreaterThan(20);
    expect(stdout).toContain(
      `ServiceAccountNamesMissing: a.yaml:${line}, document 2, spec.serviceAccountNames\n    No service account`,
    );
    expect(stdout).toMatch(
      /PolicyRefused: b\.yaml:\d+, document 1, spec\.providerSpec\.statementEntries\[0\]\.action/,
    );
    expect(stdout).toMatch(/YamlMalformed: c\.yaml, document 1\n {4}Line 2, column 1: /);
    expect(stdout).toContain('RegionUnknown');
    expect(stdout).toContain('npm run deploy -- -c policyGuardAdditions=sqs:SendMessage');
    expect(stdout).toContain('would be refused (InvalidBundle)');
  });

  test('is told to be one where it is no archive, or none that is unpacked', async () => {
    writeFileSync(join(folder, 'broken.tgz'), 'no archive');
    expect(check('broken.tgz')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('BundleTypeMismatch'),
    });
    writeFileSync(join(folder, 'notes.txt'), 'notes');
    expect(check('notes.txt')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('UnsupportedBundleType'),
    });
    symlinkSync('/etc/passwd', join(folder, directory('linked', { 'a.yaml': request() }), 'passwd'));
    expect(check('linked')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('ArchiveEntryForbidden'),
    });
  });

  test('does nothing to a terminal', () => {
    const name = String.raw`x\u001b]0;PWNED\u0007\u202e\u009b2J`;
    directory('escapes', {
      'cluster.yaml': `{name: "${name}", region: us-east-2}`,
      'a.yaml': request(),
    });
    for (const args of [[], ['--json']]) {
      const { status, stdout } = check('escapes', ...args);
      expect(status).toBe(1);
      expect(stdout).toMatch(/PWNED/);
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
    // The caller's own path may be one that somebody else made.
    const { stdout } = check(directory('es\u001b[2Jcape', { 'a.yaml': request() }));
    expect(stdout).toMatch(/^es\\u\{1b\}\[2Jcape: would be refused/);
    const { problems } = JSON.parse(check('escapes', '--json').stdout);
    expect(problems[0].code).toBe('ClusterNameInvalid');
  });
});

describe('what no file says', () => {
  beforeAll(() => {
    directory('requests-only', { '10.yaml': request() });
    directory('gated', {
      '10.yaml': request(),
      '20.yaml': requestOf('tech', {
        'metadata.annotations': { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' },
      }),
    });
    directory('released', { '10.yaml': request(), 'cluster.yaml': clusterYaml({ release: '4.20.3' }) });
  });

  test('is missed, and all else is told nevertheless', () => {
    const { status, stdout } = check('requests-only');
    expect(status).toBe(1);
    expect(stdout).toContain(
      "ClusterIdentityMissing\n    The bundle does not give the cluster's name and region.",
    );
    expect(stdout).toContain('--name and --region');
    expect(stdout).toContain(
      'role <cluster>-openshift-ingress-operator-cloud-credentials for ingress-operator',
    );
  });

  test('is said by options: the cluster, and its release', () => {
    const { status, stdout } = check(
      'requests-only',
      '--name',
      'prod',
      '--region',
      'eu-west-1',
      '--release',
      'v4.20.3',
    );
    expect(status).toBe(0);
    expect(stdout).toContain('Cluster: prod, eu-west-1, release 4.20.3, feature set Default\n');
    expect(stdout).not.toContain('Nothing says which release');
  });

  test('is said by options: the feature set', () => {
    const cluster = ['--name', 'prod', '--region', 'eu-west-1', '--json'];
    const counted = (...args: string[]) =>
      JSON.parse(check('gated', ...cluster, ...args).stdout).requests.map(
        ({ file }: { file: string }) => file,
      );
    expect(counted()).toEqual(['10.yaml']);
    expect(counted('--feature-set', 'TechPreviewNoUpgrade')).toEqual(['10.yaml', '20.yaml']);
  });

  test('is not said over what a file says', () => {
    expect(check('released', '--release', '4.20.3').status).toBe(0);
    const { status, stdout } = check('released', '--release', '4.21.0');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /ClusterIdentityConflict: cluster\.yaml:\d+, document 1, release\n.*option: 4\.21\.0/,
    );
  });

  test('is said by options: what the deployment allows', () => {
    directory('queue', {
      'cluster.yaml': clusterYaml(),
      'a.yaml': request(statement({ action: ['sqs:SendMessage', 'sns:Publish'] })),
    });
    expect(check('queue', '--allow', 'sqs:*').stdout).toContain(
      "replaces the present one, which is sqs:*: npm run deploy -- -c 'policyGuardAdditions=sqs:*,sns:Publish'",
    );
    expect(check('queue', '--allow', 'sqs:*,sns:Publish').status).toBe(0);
  });
});

describe('a command that is not understood ends in 2:', () => {
  test.each([
    [[], 'Which directory or bundle?'],
    [['a', 'b'], 'One bundle at a time'],
    [['nowhere'], 'does not exist'],
    [['.', '--release', 'latest'], '--release "latest"'],
    [['.', '--feature-set', 'All'], '--feature-set "All"'],
    [['.', '--name', 'prod'], '--name and --region go together'],
    [['.', '--allow', 'iam:*'], '--allow "iam:*"'],
    [['.', '--bogus'], '--bogus'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = check(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: npm run check-bundle');
  });

  test('and a question for help in 0', () => {
    expect(check('--help')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('--feature-set'),
    });
  });
});
