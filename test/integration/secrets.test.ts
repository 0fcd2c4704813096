import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type TestAccount, testAccount } from '../support/account.ts';
import { bundle, clusterYaml, installConfig, privatePem, request, rsaKeyPair } from '../support/bundles.ts';
import type { Intercept, Outcome } from '../support/in-process.ts';
import {
  awsError,
  type Call,
  describeCall,
  objectOf,
  type RecordingProxy,
  recordingProxy,
} from '../support/recording-proxy.ts';
import { ANY_PRIVATE_KEY, privateKeySecret, type Secret, secretsIn, textSecret } from '../support/secrets.ts';

const PASSWORD = 'pull-user:correct horse battery staple';
const TOKEN = Buffer.from(PASSWORD).toString('base64');
const pullSecret = JSON.stringify({
  auths: { 'registry.example.com': { auth: TOKEN, email: 'pull-user@example.com' } },
});

/** A key that somebody left in a bundle. */
const LEFT_BEHIND = privatePem(rsaKeyPair().privateKey);

const BUNDLE_SECRETS: readonly Secret[] = [
  privateKeySecret('key of the bundle', LEFT_BEHIND),
  textSecret('pull secret', TOKEN),
  textSecret('password in the pull secret', PASSWORD),
  textSecret('e-mail address in the pull secret', 'pull-user@example.com'),
];

const KEY_FILE = 'install/tls/bound-service-account-signing-key.key';

let account: TestAccount;
let proxy: RecordingProxy;
let clusters = 0;
let cluster = '';
/** What handlers printed, and what went between the states, in the test at hand. */
let printed: string[] = [];
let state: string[] = [];

beforeAll(async () => {
  proxy = await recordingProxy(inject('endpoint'));
  account = await testAccount(inject('endpoint'), {
    AWS_ENDPOINT_URL: proxy.url,
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  });
});
afterAll(() => proxy.close());

beforeEach(() => {
  clusters += 1;
  cluster = `secrets-${account.id}-${clusters}`;
  printed = [];
  state = [];
  proxy.onRequest = () => undefined;
  proxy.clear();
  const keep = (text: unknown) => {
    printed.push(typeof text === 'string' ? text : Buffer.from(text as Uint8Array).toString());
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, method).mockImplementation((...args) => void keep(JSON.stringify(args)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const lookingOn =
  (then: Intercept = (_name, _event, call) => call()): Intercept =>
  async (name, event, call) => {
    state.push(JSON.stringify(event));
    try {
      const output = await then(name, event, call);
      state.push(JSON.stringify(output) ?? '');
      return output;
    } catch (error) {
      const { name: error_, message, stack, cause } = error as Error;
      state.push([error_, message, stack, String(cause)].join('\n'));
      throw error;
    }
  };

async function run(
  files: Parameters<typeof bundle>[0],
  intercept?: Intercept,
): Promise<Outcome & { run: string }> {
  const outcome = await account.run('prepare/bundle.tgz', await bundle(files), lookingOn(intercept));
  state.push(JSON.stringify(outcome));
  return outcome;
}

/** A bundle that is good, and carries what a careless user packs with it. */
const careless = () => ({
  'cluster.yaml': undefined,
  'install-config.yaml': installConfig({ 'metadata.name': cluster, pullSecret, sshKey: LEFT_BEHIND }),
  'tls/old.key': LEFT_BEHIND,
});

/** The key that the run made, as it went to S3. */
function signingKey(): Secret {
  const put = proxy.calls.find((call) => call.method === 'PUT' && objectOf(call)?.key.endsWith(KEY_FILE));
  return privateKeySecret('signing key', put?.body.toString() ?? '');
}

/** Every place where one of the secrets is, with the name of the secret. */
async function found(secrets: readonly Secret[]): Promise<string[]> {
  const places: { readonly place: string; readonly content: Uint8Array | string }[] = [
    ...(await everyVersion()),
    ...proxy.calls
      .filter((call) => !isUpload(call))
      .flatMap((call) => [
        { place: `call ${describeCall(call)}`, content: call.body },
        { place: `call ${describeCall(call)}`, content: JSON.stringify([call.path, call.headers]) },
      ]),
    { place: 'log', content: printed.join('') },
    { place: 'state', content: state.join('\n') },
  ];
  return places
    .flatMap(({ place, content }) => secretsIn(content, secrets).map((name) => `${name} in ${place}`))
    .map((line) => line.replaceAll(account.output, 'output').replaceAll(cluster, 'CLUSTER'))
    .sort();
}

/** The upload of the bundle is the test's own. */
function isUpload(call: Call): boolean {
  return call.method === 'PUT' && objectOf(call)?.bucket === account.intake;
}

/** Every version of every object of the output bucket that is of this test's run: content, name and metadata. */
async function everyVersion() {
  const s3 = account.s3();
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: account.output }));
  return (
    await Promise.all(
      Versions.map(async ({ Key = '', VersionId }) => {
        const object = await s3.send(new GetObjectCommand({ Bucket: account.output, Key, VersionId }));
        const place = `object ${Key}`;
        return [
          { place, content: (await object.Body?.transformToByteArray()) ?? new Uint8Array() },
          { place, content: JSON.stringify([Key, object.Metadata]) },
        ];
      }),
    )
  )
    .flat()
    .filter(({ place }) => place.includes(`${cluster}/`) || /^object (rejected|executions)\//.test(place));
}

/** Proves that there was something to look through. */
function expectTraces(tasks: readonly string[]): void {
  const log = printed.join('');
  for (const task of tasks) expect(log).toContain(`${task} done`);
  expect(state.join('\n')).toContain(account.intake);
  expect(proxy.calls.filter((call) => call.method === 'PUT' && !isUpload(call)).length).toBeGreaterThan(0);
}

describe('the private signing key and the secrets of a bundle', () => {
  it('are nowhere but the key in its two files, when a cluster is prepared', async () => {
    const outcome = await run(careless());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expectTraces(['read-bundle', 'plan-changes', 'create-key-pair', 'render-secrets', 'verify']);
    // That the key is found where it belongs shows that it would be found elsewhere.
    expect(await found([signingKey(), ANY_PRIVATE_KEY, ...BUNDLE_SECRETS])).toEqual(
      ['signing key', ANY_PRIVATE_KEY.name]
        .flatMap((name) => [
          `${name} in call s3 PUT /output/clusters/CLUSTER/${KEY_FILE}`,
          `${name} in call s3 PUT /output/clusters/CLUSTER/install.tar.gz`,
          `${name} in object clusters/CLUSTER/${KEY_FILE}`,
          `${name} in object clusters/CLUSTER/install.tar.gz`,
        ])
        .sort(),
    );
  });

  it('are nowhere but in the calls that stored the key, when everything is taken back', async () => {
    const outcome = await run(careless(), async (name, _event, call) => {
      const output = await call();
      if (name === 'verify') throw Object.assign(new Error('made up'), { name: 'VerificationFailed' });
      return output;
    });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'VerificationFailed' });
    expectTraces(['create-key-pair', 'undo-key-pair', 'report-failure']);
    expect(await found([signingKey(), ANY_PRIVATE_KEY, ...BUNDLE_SECRETS])).toEqual(
      ['signing key', ANY_PRIVATE_KEY.name]
        .flatMap((name) => [
          `${name} in call s3 PUT /output/clusters/CLUSTER/${KEY_FILE}`,
          `${name} in call s3 PUT /output/clusters/CLUSTER/install.tar.gz`,
        ])
        .sort(),
    );
  });

  it('are nowhere but in the call that stored the key, when S3 refuses it', async () => {
    proxy.onRequest = (call) =>
      call.method === 'PUT' && objectOf(call)?.key.endsWith(KEY_FILE)
        ? { insteadOfAnswer: awsError(call, 403, 'AccessDenied', 'Access Denied') }
        : undefined;
    const outcome = await run(careless());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expectTraces(['undo-key-pair', 'report-failure']);
    expect(printed.join('')).toContain('create-key-pair failed');
    expect(await found([signingKey(), ANY_PRIVATE_KEY, ...BUNDLE_SECRETS])).toEqual([
      `${ANY_PRIVATE_KEY.name} in call s3 PUT /output/clusters/CLUSTER/${KEY_FILE}`,
      `signing key in call s3 PUT /output/clusters/CLUSTER/${KEY_FILE}`,
    ]);
  });

  it.each<[string, string, () => Parameters<typeof bundle>[0]]>([
    [
      'asks for another credentials mode',
      'CredentialsModeNotManual',
      () => ({
        ...careless(),
        'install-config.yaml': installConfig({
          'metadata.name': cluster,
          credentialsMode: 'Mint',
          pullSecret,
          sshKey: LEFT_BEHIND,
        }),
      }),
    ],
    [
      'names its private key as the public one',
      'PublicKeyInvalid',
      () => ({
        ...careless(),
        'cluster.yaml': clusterYaml({ name: cluster, publicKeyFile: 'tls/old.key' }),
      }),
    ],
    [
      'has an install-config.yaml that is broken at the pull secret',
      'YamlMalformed',
      () => ({
        ...careless(),
        'install-config.yaml': `metadata: {name: ${cluster}}\npullSecret: '${pullSecret}\n`,
      }),
    ],
    [
      'has an install-config.yaml with the pull secret twice',
      'YamlMalformed',
      () => ({
        ...careless(),
        'install-config.yaml': `metadata: {name: ${cluster}}\npullSecret: '${pullSecret}'\npullSecret: '${pullSecret}'\n`,
      }),
    ],
    [
      'has an install-config.yaml that is nothing but the pull secret',
      'InstallConfigInvalid',
      () => ({ ...careless(), 'install-config.yaml': `- '${pullSecret}'` }),
    ],
    [
      'has a private key in a file that should be YAML',
      'YamlMalformed',
      () => ({
        'cluster.yaml': clusterYaml({ name: cluster }),
        'credreqs/key.yaml': `kind: CredentialsRequest\nkey: ${LEFT_BEHIND}`,
      }),
    ],
    [
      'has secrets where a request has text',
      'InvalidBundle',
      () => ({
        'cluster.yaml': clusterYaml({ name: cluster, publicKeyFile: 'old.key', pullSecret }),
        'old.key': LEFT_BEHIND,
        'pull-secret.yaml': pullSecret,
        'credreqs/secret.yaml': `apiVersion: v1\nkind: Secret\nstringData: {key: '${TOKEN}'}\n`,
        'credreqs/bad.yaml': request({ 'spec.serviceAccountNames': [pullSecret], 'spec.extra': LEFT_BEHIND }),
      }),
    ],
  ])('are nowhere, when the bundle is refused because it %s', async (_why, error, files) => {
    const outcome = await run(files());
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expectTraces(['read-bundle']);
    expect(await found([ANY_PRIVATE_KEY, ...BUNDLE_SECRETS])).toEqual([]);
  });
});
