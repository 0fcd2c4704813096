import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatJwks, jwkThumbprint, publicJwk } from '../../core/domain/oidc.ts';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import type { TestAccount } from '../support/account.ts';
import { bundle, CLUSTER_FILE, PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';

const REGION = 'us-east-2';
/** The cluster whose issuer another one uses, as somebody who keeps it would. */
const KEEPER = 'keeper';
const keys = [rsaKeyPair().publicKey, rsaKeyPair().publicKey] as const;
const [FIRST, SECOND] = [publicJwk(keys[0]), publicJwk(keys[1])] as const;

let emulator: OwnEmulator;
let account: TestAccount;
let providerArn: string;

beforeAll(async () => {
  emulator = await ownEmulator();
  account = await emulator.account();
  providerArn = `arn:aws:iam::${account.id}:oidc-provider/${KEEPER}-oidc.s3.${REGION}.amazonaws.com`;
  const made = await account.run(
    `prepare/${KEEPER}.tgz`,
    await bundle({
      [CLUSTER_FILE]: `name: ${KEEPER}\nregion: ${REGION}\n`,
      [PUBLIC_KEY_FILE]: publicPem(keys[0]),
    }),
  );
  expect(made).toMatchObject({ status: 'SUCCEEDED' });
});
afterAll(() => emulator.stop());

const publish = (...jwks: (typeof FIRST)[]) =>
  account.s3(REGION).send(
    new PutObjectCommand({
      Bucket: `${KEEPER}-oidc`,
      Key: 'keys.json',
      Body: formatJwks({ keys: jwks }),
      ContentType: 'application/json',
    }),
  );
const prepare = async (name: string, config = '', files: Record<string, string> = {}) =>
  account.run(
    `prepare/${name}.tgz`,
    await bundle({
      [CLUSTER_FILE]: `name: ${name}\nregion: ${REGION}\nissuer: {type: existing, providerArn: "${providerArn}"}\n${config}\n`,
      ...files,
    }),
  );
const entryOf = async (name: string): Promise<RegistryEntry> =>
  JSON.parse((await account.read(`clusters/${name}/cluster.json`)) ?? '');
const statesOf = async (name: string) =>
  Object.fromEntries((await entryOf(name)).keys.map(({ kid, state }) => [kid, state]));

const archiveOf = async (name: string): Promise<Uint8Array> => {
  const Key = `clusters/${name}/install.tar.gz`;
  const { Body } = await account.s3().send(new GetObjectCommand({ Bucket: account.output, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};

describe('the keys of an issuer that somebody else keeps', () => {
  it('are recorded as a stranger’s and warned of, no pair is made, and no file has a key', async () => {
    await publish(FIRST, SECOND);
    const outcome = await prepare('silent');
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entryOf('silent')).not.toHaveProperty('keyId');
    expect(await statesOf('silent')).toEqual({ [FIRST.kid]: 'stranger', [SECOND.kid]: 'stranger' });
    const files = await account.keys('clusters/silent/install');
    expect(files.filter((key) => /\/tls\/|signer/.test(key))).toEqual([]);
    const archive = gunzipSync(await archiveOf('silent')).toString('latin1');
    expect(archive).toContain('cluster-authentication-02-config.yaml');
    expect(archive).not.toMatch(/tls\/|serviceaccount-signer/);
    const report = JSON.parse((await account.read(`clusters/silent/runs/${outcome.run}/report.json`)) ?? '');
    for (const { kid } of [FIRST, SECOND])
      expect(report.warnings).toContainEqual(expect.stringContaining(`the key ${kid}`));
    const again = await prepare('silent');
    expect(
      JSON.parse((await account.read(`clusters/silent/runs/${again.run}/report.json`)) ?? '').changes,
    ).toEqual([]);
  });

  it('are told by the bundle, and a rotation is a matter of telling', async () => {
    await publish(FIRST, SECOND);
    const first = { [PUBLIC_KEY_FILE]: publicPem(keys[0]) };
    expect(await prepare('told', `acceptedKeys: [${SECOND.kid}]`, first)).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await statesOf('told')).toEqual({ [FIRST.kid]: 'signing', [SECOND.kid]: 'next' });

    await publish(SECOND);
    expect(await prepare('told', '', first)).toMatchObject({ status: 'FAILED', error: 'SigningKeyConflict' });
    const second = { [PUBLIC_KEY_FILE]: publicPem(keys[1]) };
    expect(await prepare('told', '', second)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await statesOf('told')).toEqual({ [SECOND.kid]: 'signing', [FIRST.kid]: 'retired' });
  });

  it('are not joined by one that nobody accepted, nor by one of the bundle', async () => {
    await publish(FIRST);
    expect(await prepare('strict', `acceptedKeys: [${FIRST.kid}]`)).toMatchObject({ status: 'SUCCEEDED' });
    await publish(FIRST, SECOND);
    const refused = await prepare('strict');
    expect(refused).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(refused.cause).toContain(jwkThumbprint(SECOND));
    const files = { [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey) };
    expect(await prepare('strict', '', files)).toMatchObject({
      status: 'FAILED',
      error: 'SigningKeyConflict',
    });
  });
});
