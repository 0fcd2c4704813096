import { beforeEach, expect } from 'vitest';
import type { RegistryEntry } from '../../../core/domain/registry.ts';
import type { Snapshot, TestAccount } from '../account.ts';
import type { Intercept } from '../in-process.ts';
import { type OwnEmulator, ownEmulator } from '../own-emulator.ts';
import { type RecordingProxy, recordingProxy } from '../recording-proxy.ts';
import {
  CLUSTER,
  type Components,
  clusterBundle,
  NEWER,
  NEWER_RELEASE,
  releaseBundle,
  reportOf,
  roleOf,
} from '../upgrading.ts';
import { writesOf } from '../writes.ts';

export const ADD = `add/${CLUSTER}/efs.tgz`;
export const REMOVE = `remove/${CLUSTER}/efs.yaml`;
const UPGRADE = `upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`;
export const PRUNE = `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`;
export const FOLDER = `clusters/${CLUSTER}/add-ons/efs/`;
/** The component of an optional operator. */
export const EFS: Components = { efs: {} };
export const NOTHING = new Uint8Array();

let emulator: OwnEmulator;
export let proxy: RecordingProxy;
export let account: TestAccount;

/** Before all tests of the file. */
export async function open(): Promise<void> {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
}
beforeEach(() => {
  proxy.onRequest = () => undefined;
});
/** After them. */
export async function close(): Promise<void> {
  await proxy.close();
  await emulator.stop();
}

export async function cluster(): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  await run('prepare/demo.tgz', await clusterBundle());
}

export async function run(key: string, bundle: Uint8Array, intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(key, bundle, intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return { report: await reportOf(account, outcome.run), writes: writesOf(proxy.calls, account, CLUSTER) };
}

export const add = async (components = EFS) => run(ADD, await releaseBundle(components));
export const remove = () => run(REMOVE, NOTHING);
export const upgrade = async () => run(UPGRADE, await releaseBundle());
export const prune = async (components = NEWER) => run(PRUNE, await releaseBundle(components));

export async function registry(): Promise<RegistryEntry> {
  return JSON.parse((await account.read(`clusters/${CLUSTER}/cluster.json`)) ?? '');
}

export const sourcesOf = async (component: string) =>
  (await registry()).roles.find(({ name }) => name === roleOf(component))?.requestedBy;
export const FROM_EFS = { type: 'add-on', name: 'efs' };
export const FROM_RELEASE = { type: 'release' };

export function failing(step: string, when: 'before' | 'after'): Intercept {
  return async (name, _event, call) => {
    if (name !== step) return call();
    if (when === 'after') await call();
    throw Object.assign(new Error('by order of the test'), { name: 'AccessDenied' });
  };
}

/** Everything but the registry entry and the add-on's Secrets. */
export function ofTheRelease({ roles, results, ...rest }: Snapshot) {
  const { [roleOf('efs')]: _, ...others } = roles;
  const files = Object.entries(results).filter(
    ([key]) => !key.startsWith(FOLDER) && !key.endsWith('/cluster.json'),
  );
  return { ...rest, roles: others, results: Object.fromEntries(files) };
}
