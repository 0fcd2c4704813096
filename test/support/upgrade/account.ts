import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { extract } from 'tar-stream';
import { expect } from 'vitest';
import type { RegistryEntry } from '../../../core/domain/registry.ts';
import type { TestAccount } from '../account.ts';
import type { Intercept } from '../in-process.ts';
import { type OwnEmulator, ownEmulator } from '../own-emulator.ts';
import { type RecordingProxy, recordingProxy } from '../recording-proxy.ts';
import { CLUSTER, clusterBundle, NEWER_RELEASE, OLDER, releaseBundle, reportOf } from '../upgrading.ts';
import { writesOf } from '../writes.ts';

export const KEY = `upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`;
export const SECRETS = `clusters/${CLUSTER}/upgrades/${NEWER_RELEASE}/`;

let emulator: OwnEmulator;
let proxy: RecordingProxy;
export let account: TestAccount;

/** Before all tests of the file. */
export async function open(): Promise<void> {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
}
/** After them. */
export async function close(): Promise<void> {
  await proxy.close();
  await emulator.stop();
}

/** @param boundary Name of the policy that bounds its roles. */
export async function newCluster(facts = {}, boundary?: string): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  const bounded =
    boundary === undefined ? {} : { permissionsBoundaryArn: `arn:aws:iam::${account.id}:policy/${boundary}` };
  const bundle = await clusterBundle(OLDER, { ...facts, ...bounded });
  expect(await account.run('prepare/demo.tgz', bundle)).toMatchObject({ status: 'SUCCEEDED' });
}

export async function upgraded(bundle = releaseBundle(), key = KEY, intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(key, await bundle, intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return {
    run: outcome.run,
    report: await reportOf(account, outcome.run),
    writes: writesOf(proxy.calls, account, CLUSTER),
  };
}

export async function registry(): Promise<RegistryEntry> {
  return JSON.parse((await account.read(`clusters/${CLUSTER}/cluster.json`)) ?? '');
}

export async function filesOfArchive(): Promise<string[]> {
  const { Body } = await account
    .s3()
    .send(new GetObjectCommand({ Bucket: account.output, Key: `clusters/${CLUSTER}/install.tar.gz` }));
  const names: string[] = [];
  const tar = extract();
  tar.end(gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()));
  for await (const entry of tar) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

export const ADDRESS = (path: string) => `s3://${account.output}/${SECRETS}${path}`;
