import { createHash } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type TestAccount, testAccount } from '../support/account.ts';
import { forged, rewrite, STRANGERS_MARK } from '../support/attacks/records.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';

/*
 * What code in another function, or whoever else may write to the output bucket, can make a run do by writing its records:
 * nothing. Each attack changes a record at the moment when it would count, so that the run would make a role with all rights
 * that a stranger may assume.
 */

let account: TestAccount;
let name: string;
let clusters = 0;

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
});
beforeEach(() => {
  clusters += 1;
  name = `forged-${clusters}-${account.id}`;
});

const bundleOf = () =>
  bundle({
    [CLUSTER_FILE]: clusterYaml({ name }),
    [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey),
  });

/** Gives whatever roles a record asks for all rights, and a stranger the right to assume them. */
async function forge(key: string): Promise<string> {
  const before = JSON.stringify(JSON.parse((await account.read(key)) ?? ''));
  const after = await rewrite(account, key, forged);
  expect(after).not.toBe(before);
  return after;
}

async function rolesOfStrangers(): Promise<string[]> {
  const { roles } = await account.snapshot();
  return Object.entries(roles).flatMap(([role, state]) =>
    JSON.stringify(state).includes(STRANGERS_MARK) ? [role] : [],
  );
}

describe.each([
  ['what the bundle says, before it is planned with', 'plan-changes', 'reading.json', 'RolledBack'],
  ['the desired state, before roles are made', 'create-role', 'desired.json', 'RollbackIncomplete'],
  ['the plan, before documents are published', 'publish-oidc-documents', 'plan.json', 'RollbackIncomplete'],
  ['the desired state, before it is reported', 'publish-report', 'desired.json', 'RollbackIncomplete'],
])('%s', (_, functionName, file, end) => {
  it('cannot be another one than its writer wrote', async () => {
    let isForged = false;
    const outcome = await account.run(
      `prepare/${name}.tgz`,
      await bundleOf(),
      async (called, event, call) => {
        const { run } = event as { run: { id: string } };
        if (called === functionName && !isForged) {
          isForged = true;
          const key = `clusters/${name}/runs/${run.id}/${file}`;
          if (file === 'plan.json') {
            await rewrite(account, key, (text) => {
              const plan = JSON.parse(text);
              return JSON.stringify({ ...plan, roles: plan.roles.slice(1) });
            });
          } else await forge(key);
        }
        return call();
      },
    );
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'RecordTampered' });
    expect(outcome.cause).toContain(`runs/${outcome.run}/${file}`);
    expect(outcome.states.at(-1)).toBe(end);
    expect(await rolesOfStrangers()).toEqual([]);
  });
});

it('a desired state that its own writer made up makes no role', async () => {
  const outcome = await account.run(`prepare/${name}.tgz`, await bundleOf(), async (called, event, call) => {
    if (called !== 'plan-changes') return call();
    const { run } = event as { run: { id: string } };
    const planned = (await call()) as { records: Record<string, string> };
    const key = `clusters/${name}/runs/${run.id}/desired.json`;
    await forge(key);
    const text = (await account.read(key)) ?? '';
    return {
      ...planned,
      records: { ...planned.records, desired: createHash('sha256').update(text).digest('hex') },
    };
  });
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'GrantRefused' });
  expect(outcome.cause).toContain('would trust others than service accounts of the issuer');
  expect(outcome.cause).toContain('would be granted too much');
  expect(outcome.states.at(-1)).toBe('RolledBack');
  expect(await rolesOfStrangers()).toEqual([]);
});

it('the desired state of the last run is not gone by when it is another one', async () => {
  const first = await account.run(`prepare/${name}.tgz`, await bundleOf());
  expect(first).toMatchObject({ status: 'SUCCEEDED' });
  await forge(`clusters/${name}/runs/${first.run}/desired.json`);
  const second = await account.run(`prepare/${name}.tgz`, await bundleOf());
  expect(second).toMatchObject({ status: 'FAILED', error: 'RecordTampered' });
  expect(await rolesOfStrangers()).toEqual([]);
});

it('nor when it is gone: the cluster is a known one all the same', async () => {
  const first = await account.run(`prepare/${name}.tgz`, await bundleOf());
  expect(first).toMatchObject({ status: 'SUCCEEDED' });
  const before = await account.snapshot();
  const Key = `clusters/${name}/runs/${first.run}/desired.json`;
  await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key }));
  const second = await account.run(`prepare/${name}.tgz`, await bundleOf());
  expect(second).toMatchObject({ status: 'FAILED', error: 'DocumentUnreadable' });
  expect(second.cause).toContain(`${Key} cannot be read: it is gone`);
  const { roles, providers } = await account.snapshot();
  expect({ roles, providers }).toEqual({ roles: before.roles, providers: before.providers });
});
