import { PutRolePermissionsBoundaryCommand, TagRoleCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { TestAccount } from '../account.ts';
import type { Intercept } from '../in-process.ts';
import { type OwnEmulator, ownEmulator } from '../own-emulator.ts';
import { type RecordingProxy, recordingProxy } from '../recording-proxy.ts';
import {
  allow,
  CLUSTER,
  clusterBundle,
  editPolicy,
  editTrust,
  NEWER_RELEASE,
  OLDER,
  releaseBundle,
  reportOf,
  roleOf,
  subjectOf,
} from '../upgrading.ts';
import { writesOf } from '../writes.ts';

export const KEY = `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`;
export const OWNER = `openshift.io/cloud-credential-operator/${CLUSTER}`;
/** The components that the newer release does not have any more. */
export const GONE = ['storage', 'cloud-token'];
export const WIDER = { ...OLDER, 'cloud-token': {} };

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

/** A cluster that was upgraded; the roles that will go have everything that a role can have. */
export async function upgradedCluster(): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  for (const [key, bundle] of [
    ['prepare/demo.tgz', clusterBundle(WIDER)],
    [`upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`, releaseBundle()],
  ] as const)
    expect(await account.run(key, await bundle)).toMatchObject({ status: 'SUCCEEDED' });
  const RoleName = roleOf('storage');
  const { iam } = account;
  await iam.send(
    new UpdateRoleCommand({ RoleName, Description: `It's "ours" $HOME`, MaxSessionDuration: 7_200 }),
  );
  await iam.send(
    new PutRolePermissionsBoundaryCommand({
      RoleName,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/Boundary',
    }),
  );
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'cost-center', Value: '47 11' }] }));
  await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetObject')]);
  await editTrust(account, 'storage', (trust) => trust.replace(subjectOf('storage'), subjectOf('other')));
}

export async function pruned(intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(KEY, await releaseBundle(), intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return {
    outcome,
    report: await reportOf(account, outcome.run),
    writes: writesOf(proxy.calls, account, CLUSTER),
  };
}

export const installed = async () =>
  (await account.keys(`clusters/${CLUSTER}/install/manifests/`)).map((key) => key.split('/install/')[1]);

/** Versions and delete markers of everything in the output bucket but records, to tell that an undo leaves none. */
export async function versions(): Promise<unknown> {
  const { Versions = [], DeleteMarkers = [] } = await account
    .s3()
    .send(new ListObjectVersionsCommand({ Bucket: account.output }));
  return [...Versions, ...DeleteMarkers]
    .map(({ Key = '', VersionId }) => `${Key} ${VersionId}`)
    .filter((version) => !/\/runs\/|^executions\/|\/lock /.test(version))
    .sort();
}

export function failing(step: string, when: 'before' | 'after'): Intercept {
  return async (name, _event, call) => {
    if (name !== step) return call();
    if (when === 'after') await call();
    throw Object.assign(new Error('by order of the test'), { name: 'AccessDenied' });
  };
}
