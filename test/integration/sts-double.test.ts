import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { trustPolicy } from '../../core/domain/policy-document.ts';
import { emulatedAccount } from '../../scripts/local/sts-double/emulated-account.ts';
import { stsServer } from '../../scripts/local/sts-double/server.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import { bundle, clusterYaml, rsaKeyPair } from '../support/bundles.ts';
import { skipPauses } from '../support/pauses.ts';

/*
 * The STS of the local environment before a real emulator: what it goes by is what the pipeline made there. Names of errors:
 * AWS STS API Reference, AssumeRoleWithWebIdentity.
 */

const REGION = 'us-east-2';
/** Bucket names can be had once in all accounts. */
const NAME = 'verified';
const BUCKET = `${NAME}-oidc`;
const HOST = `${BUCKET}.s3.${REGION}.amazonaws.com`;
const ROLE = `${NAME}-openshift-ingress-operator-cloud-credentials`;
const SUBJECT = 'system:serviceaccount:openshift-ingress-operator:ingress-operator';

let account: TestAccount;
let server: Server;
let address: string;
let lastPauses: () => void;

beforeAll(async () => {
  const endpoint = inject('endpoint');
  lastPauses = skipPauses();
  account = await testAccount(endpoint, { TOKEN_VERIFIER: 'local' });
  const credentials = { accessKeyId: account.id, secretAccessKey: 'test' };
  server = stsServer(
    () => endpoint,
    'of a test',
    (at) => emulatedAccount(at, credentials),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_ENDPOINT_URL_STS'] = address;
});
afterAll(() => {
  // Files share a process.
  delete process.env['AWS_ENDPOINT_URL_STS'];
  lastPauses();
  server.closeAllConnections();
  server.close();
});

const prepared = (name: string) => bundleOf(name).then((bytes) => account.run(`prepare/${name}.tgz`, bytes));
const bundleOf = (name: string) => bundle({ 'cluster.yaml': clusterYaml({ name }), [KEY_FILE]: undefined });
const KEY_FILE = 'serviceaccount-signer.public';

async function summaryOf(name: string, run: string) {
  const report = JSON.parse((await account.read(`clusters/${name}/runs/${run}/report.json`)) ?? '{}');
  const checks = report.verification as readonly { check: string }[];
  return checks.filter(({ check }) => check.startsWith('token-'));
}

describe('a cluster that the pipeline prepared', () => {
  const provider = () => `arn:aws:iam::${account.id}:oidc-provider/${HOST}`;
  const role = () => `arn:aws:iam::${account.id}:role/${ROLE}`;
  let key: ReturnType<typeof createPrivateKey>;
  let kid: string;
  let documents: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const { status, run } = await prepared(NAME);
    expect(status).toBe('SUCCEEDED');
    const provedBy = 'a local verifier, not AWS';
    expect(await summaryOf(NAME, run)).toEqual([
      { check: 'token-accepted', proved: 1, notProved: 0, provedBy },
      { check: 'token-refused', proved: 1, notProved: 0, provedBy },
    ]);
    expect(await account.read(`clusters/${NAME}/runs/${run}/report.md`)).toContain(
      '| STS refuses a token of another service account | 1, by a local verifier, not AWS |',
    );
    key = createPrivateKey(
      (await account.read(`clusters/${NAME}/install/tls/bound-service-account-signing-key.key`)) ?? '',
    );
    documents = Object.fromEntries(
      await Promise.all(
        ['.well-known/openid-configuration', 'keys.json'].map(async (document) => [
          document,
          await (await fetch(`${account.endpoint}/${BUCKET}/${document}`)).text(),
        ]),
      ),
    );
    kid = JSON.parse(documents['keys.json'] ?? '').keys[0].kid;
  });

  const put = (Key: string, Body: string) =>
    account.s3(REGION).send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const trust = (policy: object) =>
    account.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument: JSON.stringify(policy) }),
    );
  afterEach(async () => {
    for (const [document, body] of Object.entries(documents)) await put(document, body);
    await trust(trustPolicy(provider(), HOST, [SUBJECT]));
  });

  /** What the STS of the local environment says of a token with these differences. */
  async function answer({
    header = {},
    signedWith = key,
    roleArn = role(),
    ...claims
  }: {
    readonly header?: object;
    readonly signedWith?: ReturnType<typeof createPrivateKey>;
    readonly roleArn?: string;
    readonly [claim: string]: unknown;
  } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: `https://${HOST}`, sub: SUBJECT, aud: 'openshift', iat: now, exp: now + 60 };
    const token = await new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', ...header })
      .sign(signedWith);
    return tried(token, roleArn);
  }

  async function tried(token: string, roleArn = role()): Promise<string> {
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'test',
      WebIdentityToken: token,
    });
    const text = await (await fetch(address, { method: 'POST', body })).text();
    return /<Code>(\w+)/.exec(text)?.[1] ?? (text.includes('<AccessKeyId>') ? 'accepted' : text);
  }

  const hour = 3_600;
  const now = () => Math.floor(Date.now() / 1_000);
  it.each<[string, () => Promise<string>, string]>([
    ['its own', () => answer(), 'accepted'],
    ['its own for AWS', () => answer({ aud: 'sts.amazonaws.com' }), 'accepted'],
    ['another key', () => answer({ signedWith: rsaKeyPair().privateKey }), 'InvalidIdentityToken'],
    ['another key id', () => answer({ header: { kid: 'other' } }), 'InvalidIdentityToken'],
    ['another issuer', () => answer({ iss: `https://other-${HOST}` }), 'InvalidIdentityToken'],
    ['another audience', () => answer({ aud: 'kubernetes' }), 'InvalidIdentityToken'],
    ['another subject', () => answer({ sub: `${SUBJECT}-2` }), 'AccessDenied'],
    ['a role that is not there', () => answer({ roleArn: `${role()}-2` }), 'AccessDenied'],
    ['a role on another path', () => answer({ roleArn: role().replace('role/', 'role/x/') }), 'AccessDenied'],
    ['expired', () => answer({ iat: now() - 2 * hour, exp: now() - hour }), 'ExpiredTokenException'],
    ['not valid yet', () => answer({ nbf: now() + hour, exp: now() + 2 * hour }), 'InvalidIdentityToken'],
    ['no token', () => tried('abc'), 'InvalidIdentityToken'],
  ])('the answer to a token: %s', async (_, ask, expected) => {
    expect(await ask()).toBe(expected);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['keys.json is gone', () => remove('keys.json'), 'InvalidIdentityToken'],
    ['keys.json has no keys', () => put('keys.json', '{"keys":[]}'), 'InvalidIdentityToken'],
    ['keys.json is broken', () => put('keys.json', '{"keys":['), 'InvalidIdentityToken'],
    [
      'the discovery document is gone',
      () => remove('.well-known/openid-configuration'),
      'InvalidIdentityToken',
    ],
    [
      'the role trusts another provider',
      () => trust(trustPolicy(`${provider()}/x`, HOST, [SUBJECT])),
      'AccessDenied',
    ],
    [
      'the condition names another issuer',
      () => trust(trustPolicy(provider(), `x-${HOST}`, [SUBJECT])),
      'AccessDenied',
    ],
    ['the role trusts nobody', () => trust({ Version: '2012-10-17', Statement: [] }), 'AccessDenied'],
  ])('its own token is refused where %s', async (_, change, expected) => {
    await change();
    expect(await answer()).toBe(expected);
  });
  const remove = (Key: string) => account.s3(REGION).send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));

  it('its own token is refused where its provider is gone', async () => {
    const arn = { OpenIDConnectProviderArn: provider() };
    const { Url, ClientIDList, ThumbprintList } = await account.iam.send(
      new GetOpenIDConnectProviderCommand(arn),
    );
    await account.iam.send(new DeleteOpenIDConnectProviderCommand(arn));
    const given = await answer();
    await account.iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: `https://${Url}`, ClientIDList, ThumbprintList }),
    );
    expect(given).toBe('InvalidIdentityToken');
  });
});

describe('Verify fails, and the run is undone,', () => {
  /** Does something when all is made and Verify is to begin. Returns where the run ended, and why. */
  async function spoiled(name: string, change: () => unknown) {
    const bytes = await bundleOf(name);
    const { status, error, cause, states } = await account.run(
      `prepare/${name}.tgz`,
      bytes,
      async (functionName, _, call) => {
        if (functionName === 'verify') await change();
        return call();
      },
    );
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'VerificationFailed' });
    const RoleName = `${name}-openshift-ingress-operator-cloud-credentials`;
    await expect(account.iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow(RoleName);
    return { state: states.at(-1), cause };
  }
  const REFUSED = `STS gives credentials for a token of the service account: not so for ${SUBJECT}, STS answers "invalid"`;

  it('where its keys are not published', async () => {
    const object = { Bucket: 'unpublished-oidc', Key: 'keys.json' };
    const ended = await spoiled('unpublished', () =>
      account.s3(REGION).send(new DeleteObjectCommand(object)),
    );
    expect(ended).toEqual({ state: 'RolledBack', cause: expect.stringContaining(REFUSED) });
  });

  it('but for the document, where somebody else broke what is published', async () => {
    const object = { Bucket: 'spoiled-oidc', Key: 'keys.json', Body: '{"keys":[]}' };
    const ended = await spoiled('spoiled', () => account.s3(REGION).send(new PutObjectCommand(object)));
    expect(ended).toEqual({ state: 'RollbackIncomplete', cause: expect.stringContaining(REFUSED) });
    expect(ended.cause).toContain("it holds what is not this run's: keys.json");
  });

  it('where STS is said to verify tokens and takes any', async () => {
    const ended = await spoiled('credulous', () => {
      process.env['AWS_ENDPOINT_URL_STS'] = account.endpoint;
    }).finally(() => {
      process.env['AWS_ENDPOINT_URL_STS'] = address;
    });
    expect(ended).toEqual({
      state: 'RolledBack',
      cause: expect.stringContaining('STS refuses a token of another service account: not so'),
    });
  });
});
