import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../functions/domain/policy-guard.ts';
import { type BundleContext, readBundle } from '../../../functions/read-bundle/read-bundle.ts';
import { PUBLIC_KEY, smallKeyPair } from '../../support/fakes/signing-keys.ts';

const CLUSTER = 'name: demo\nregion: us-east-2\n';
const SIGNER = 'serviceaccount-signer.public';

function manifest(namespace: string, more = ''): string {
  return `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata: {name: ${namespace}}
spec:
  secretRef: {namespace: ${namespace}, name: cloud-credentials}
  serviceAccountNames: [operator]
  providerSpec:
    kind: AWSProviderSpec
    statementEntries:
      - {effect: Allow, action: ['s3:GetObject'], resource: '*'}
${more}`;
}

function read(files: Readonly<Record<string, string>>, context: Partial<BundleContext> = {}) {
  return readBundle(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    {
      run: 'run-1',
      bundle: { bucket: 'intake', key: 'prepare/demo.tgz' },
      rules: { partition: 'aws' },
      guard: DEFAULT_RULES,
      placement: { iamPartition: 'aws', accountId: '123456789012' },
      ...context,
    },
  );
}

const codes = (...given: Parameters<typeof read>) =>
  read(...given).problems.map(({ code, file }) => `${code} ${file ?? '-'}`);
const roleNames = (...given: Parameters<typeof read>) =>
  read(...given).desired?.roles.map(({ name }) => name);

describe('reading a bundle', () => {
  it('takes the requests of all files and documents, wherever they lie, in their order', () => {
    const files = {
      'out/cluster.yaml': CLUSTER,
      'out/b.yml': `${manifest('two')}---\n${manifest('one')}`,
      'out/deep/er/a.yaml': manifest('three'),
      'README.md': 'no YAML',
    };
    expect(roleNames(files)).toEqual(['two', 'one', 'three'].map((name) => `demo-${name}-cloud-credentials`));
  });

  it('skips what is not for this cluster, and says why', () => {
    const secret = 'apiVersion: v1\nkind: Secret\n';
    const { skipped, desired } = read({
      'cluster.yaml': CLUSTER,
      'a.yaml': `${secret}---\n---\n${manifest('one')}`,
    });
    expect(skipped).toEqual([
      { file: 'a.yaml', document: 1, reason: 'kind Secret' },
      { file: 'a.yaml', document: 2, reason: 'empty document' },
    ]);
    expect(desired?.skipped).toEqual(skipped);
  });

  it('takes further documents of cluster.yaml for requests', () => {
    expect(roleNames({ 'cluster.yaml': `${CLUSTER}---\n${manifest('one')}` })).toEqual([
      'demo-one-cloud-credentials',
    ]);
  });

  it('reads the sample that the demo uploads', () => {
    const folder = fileURLToPath(new URL('../../../events/bundles/demo', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(`${folder}/${path}`).isFile())
      .map((path) => [path, readFileSync(`${folder}/${path}`, 'utf8')]);
    const { desired, problems } = read(Object.fromEntries(files));
    expect(problems).toEqual([]);
    expect(desired?.roles.length).toBeGreaterThan(0);
  });
});

describe('a bundle is refused', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['without requests', { 'cluster.yaml': CLUSTER }, ['NoCredentialsRequests -']],
    ['without a cluster', { 'a.yaml': manifest('one') }, ['ClusterIdentityMissing -']],
    [
      'with two clusters',
      { 'cluster.yaml': CLUSTER, 'b/cluster.yml': CLUSTER, 'a.yaml': manifest('one') },
      ['ClusterIdentityConflict b/cluster.yml'],
    ],
    ['with a file that is no YAML', { 'cluster.yaml': CLUSTER, 'a.yaml': 'a: [' }, ['YamlMalformed a.yaml']],
    [
      'with a cluster.yaml that is no YAML, and not for what that may hold',
      { 'cluster.yaml': 'name: [', 'a.yaml': manifest('one') },
      ['YamlMalformed cluster.yaml'],
    ],
    [
      'with one Secret twice',
      { 'cluster.yaml': CLUSTER, 'a.yaml': manifest('one'), 'b.yaml': manifest('one') },
      ['SecretRefDuplicate b.yaml'],
    ],
    [
      'when it asks for more than the guard allows',
      {
        'cluster.yaml': CLUSTER,
        'a.yaml': manifest('one', "      - {effect: Allow, action: ['iam:*', '*'], resource: '*'}\n"),
      },
      ['PolicyRefused a.yaml', 'PolicyRefused a.yaml'],
    ],
    [
      'for everything that is wrong at once',
      {
        'cluster.yaml': 'name: Demo\nregion: us-east-2\n',
        'a.yaml': manifest('one').replace('Allow', 'allow').replace('[operator]', '[]'),
        'b.yaml': 'a: [',
      },
      [
        'YamlMalformed b.yaml',
        'ClusterNameInvalid -',
        'ServiceAccountNamesMissing a.yaml',
        'StatementEffectInvalid a.yaml',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(codes(files)).toEqual(expected);
  });
});

describe('the public key of a bundle', () => {
  const base = { 'cluster.yaml': CLUSTER, 'a.yaml': manifest('one') };

  it('is none when there is none: a pair is made', () => {
    expect(read(base).desired).not.toHaveProperty('publicKeyPem');
  });

  it('is the file that ccoctl leaves, with a warning that no pair is made', () => {
    const { desired, warnings } = read({ ...base, [`x/${SIGNER}`]: PUBLIC_KEY.pkcs1Pem });
    expect(desired?.publicKeyPem).toBe(PUBLIC_KEY.pem);
    expect(warnings).toEqual([
      `x/${SIGNER}: taken as the cluster's public signing key; no key pair is made.`,
    ]);
  });

  it('is the file that cluster.yaml names', () => {
    const named = { ...base, 'cluster.yaml': `${CLUSTER}publicKeyFile: ./keys/my.pub\n` };
    const { desired, warnings } = read({ ...named, 'keys/my.pub': PUBLIC_KEY.pem, [SIGNER]: 'not this' });
    expect(desired?.publicKeyPem).toBe(PUBLIC_KEY.pem);
    expect(warnings).toEqual([]);
    expect(codes(named)).toEqual(['PublicKeyInvalid -']);
  });

  it('is refused when it is private, and nothing of it is repeated', () => {
    const pem = smallKeyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const reading = read({ ...base, [SIGNER]: pem });
    expect(reading.problems).toMatchObject([{ code: 'PublicKeyInvalid', file: SIGNER }]);
    expect(reading.warnings).toContainEqual(expect.stringContaining('holds a private key'));
    expect(JSON.stringify(reading)).not.toContain(pem.split('\n')[1]);
  });
});

it('a pull secret in a bundle goes nowhere', () => {
  const install = `apiVersion: v1
credentialsMode: Manual
metadata: {name: demo}
platform: {aws: {region: us-east-2}}
pullSecret: '{"auths":{"registry":{"auth":"bWFya2Vy"}}}'
`;
  const reading = read({ 'install-config.yaml': install, 'a.yaml': manifest('one') });
  expect(reading.desired).toBeDefined();
  expect(JSON.stringify(reading)).not.toContain('bWFya2Vy');
});
