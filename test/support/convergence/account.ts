import { expect } from 'vitest';
import type { TestAccount } from '../account.ts';
import { type OwnEmulator, ownEmulator } from '../own-emulator.ts';
import { providerActions } from '../provider-actions.ts';
import { type RecordingProxy, recordingProxy } from '../recording-proxy.ts';
import {
  type BundleOptions,
  bundleOf,
  goldenCases,
  inAccount,
  type ReferenceCase,
  type Tags,
} from '../reference.ts';
import { aspectsOfAccount } from '../reference-aspects.ts';
import { writesOf } from '../writes.ts';

export const [GOLDEN] = goldenCases() as [ReferenceCase];
export const FOREIGN: Tags = { 'openshift.io/cloud-credential-operator/other': 'owned', Name: 'other' };

export interface Change {
  readonly action: string;
  readonly resource: string;
  readonly part: string;
}

let emulator: OwnEmulator;
export let proxy: RecordingProxy;
export let account: TestAccount;

/** Before all tests of the file. */
export async function open(): Promise<void> {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
  // The emulator cannot change tags or audiences of a provider.
  proxy.onRequest = (call) => providerActions(call, emulator.endpoint);
}
/** After them. */
export async function close(): Promise<void> {
  await proxy.close();
  await emulator.stop();
}

/** Empties the emulator; the case comes back with the ARNs of the new account. */
export async function newAccount(reference: ReferenceCase): Promise<ReferenceCase> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  return inAccount(reference, account.id);
}

/** Runs the pipeline, which must succeed, and returns the changes of its report and the writes it made. */
export async function prepare(
  wanted: ReferenceCase,
  options: BundleOptions = {},
): Promise<{ readonly changes: readonly Change[]; readonly writes: readonly string[] }> {
  proxy.clear();
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted, options));
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  expect(outcome.states.at(-1)).toBe('Prepared');
  const report = await account.read(`clusters/${wanted.name}/runs/${outcome.run}/report.json`);
  return { changes: JSON.parse(report ?? '').changes, writes: writesOf(proxy.calls, account, wanted.name) };
}

/** The whole state, without what tells one run from another. */
export async function stateOf(wanted: ReferenceCase) {
  const { results, ...state } = await account.snapshot();
  const files = Object.fromEntries(
    Object.entries(results).filter(([key]) => !/^executions\/|\/cluster\.json$/.test(key)),
  );
  return { ...withoutRunTags(state), files, aspects: await aspectsOfAccount(account, wanted) };
}

function withoutRunTags<State>(state: State): State {
  return JSON.parse(JSON.stringify(state, (key, value) => (key === 'sts-prep/run' ? undefined : value)));
}

export function partsOf(changes: readonly Change[]): string[] {
  return changes.map(({ action, resource, part }) => `${action} ${resource}: ${part}`);
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
