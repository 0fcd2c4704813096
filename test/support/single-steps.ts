import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { STEP_OPERATIONS } from '../../core/domain/operation-kinds.ts';
import type { StepOperation } from '../../core/domain/operations.ts';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import type { Report } from '../../core/domain/report.ts';
import type { Snapshot, TestAccount } from './account.ts';
import { tgzOf } from './archives.ts';
import { clusterYaml } from './bundles.ts';
import type { Intercept, Outcome } from './in-process.ts';
import { type OwnEmulator, ownEmulator } from './own-emulator.ts';
import { CLUSTER, clusterBundle, OLDER, OLDER_RELEASE, requestFiles } from './upgrading.ts';

/** The single steps, in their order. */
export const [KEY, ISSUER, ROLES] = STEP_OPERATIONS as [StepOperation, StepOperation, StepOperation];

export const ENTRY = `clusters/${CLUSTER}/cluster.json`;
export const ARCHIVE = `clusters/${CLUSTER}/install.tar.gz`;
export const PUBLIC_KEY = `clusters/${CLUSTER}/install/serviceaccount-signer.public`;

export const FACTS = { name: CLUSTER, region: 'us-east-2', release: OLDER_RELEASE };

let emulator: OwnEmulator;
export let account: TestAccount;

/** Each test of the file begins with an account of its own. */
export function accountForEach(): void {
  beforeAll(async () => {
    emulator = await ownEmulator();
  });
  afterAll(() => emulator.stop());
  beforeEach(anotherAccount);
}

export async function anotherAccount(): Promise<void> {
  account = await emulator.account();
}

/** Runs an operation on the bundle that a prepare would have, or on another one. */
export async function step(
  operation: string,
  bundle?: Uint8Array,
  intercept?: Intercept,
): Promise<Outcome & { readonly run: string }> {
  return account.run(`${operation}/${CLUSTER}.tgz`, bundle ?? (await clusterBundle()), intercept);
}

/** The account after these operations, one after the other. */
export async function made(...operations: string[]): Promise<Snapshot> {
  for (const operation of operations) expect(await step(operation)).toMatchObject({ status: 'SUCCEEDED' });
  return account.snapshot();
}

/** What has to be made before a step. */
export function stepsBefore(operation: StepOperation): readonly StepOperation[] {
  return STEP_OPERATIONS.slice(0, STEP_OPERATIONS.indexOf(operation));
}

/** Leaves the key to the pipeline, or to the step before. */
export function keylessBundle(): Promise<Uint8Array> {
  return tgzOf({ 'cluster.yaml': clusterYaml(FACTS), ...requestFiles(OLDER) });
}

export async function reportOf(run: string): Promise<Report> {
  return JSON.parse((await account.read(`clusters/${CLUSTER}/runs/${run}/report.json`)) ?? '');
}

export async function entryOf(): Promise<RegistryEntry> {
  return JSON.parse((await account.read(ENTRY)) ?? '');
}
