import { beforeAll, describe, expect, inject, it } from 'vitest';
import * as layout from '../../core/storage/layout.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';
import { uploadDeletion } from '../support/deleting.ts';
import type { Intercept } from '../support/in-process.ts';

/* Functions that die for good, before their work or after it; the state machine is the one that is deployed. */

const KEY = publicPem(rsaKeyPair().publicKey);

let account: TestAccount;

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
});

class FunctionDied extends Error {
  override readonly name = 'FunctionDied';
}

const dying =
  (name: string, when: 'before' | 'after'): Intercept =>
  async (functionName, _event, call) => {
    if (functionName !== name) return call();
    if (when === 'after') await call();
    throw new FunctionDied(`${name} died ${when} its work`);
  };

const PARTS = ['delete-roles', 'delete-provider', 'delete-issuer', 'delete-files'];
const DEATHS = ['plan-deletion', ...PARTS, 'report-deletion', 'unlock'].flatMap((name) =>
  (['before', 'after'] as const).map((when) => [name, when] as const),
);

describe('a deletion in which a function dies', () => {
  it.each(DEATHS)('%s, %s its work, is finished by the same file', async (name, when) => {
    const cluster = `${name}-${when}-${account.id}`;
    const bytes = await bundle({ [CLUSTER_FILE]: clusterYaml({ name: cluster }), [PUBLIC_KEY_FILE]: KEY });
    expect(await account.run(`prepare/${cluster}.tgz`, bytes)).toMatchObject({ status: 'SUCCEEDED' });
    const key = `delete/${cluster}.yaml`;
    // The tombstone knows the region of one whose entry was gone before the end.
    const text = `confirm: ${cluster}\nrelease-name: true`;

    // What is on record of a part is known, whether or not the function lived to say so.
    const isDone = name === 'unlock' || (when === 'after' && PARTS.includes(name));
    const died = await uploadDeletion(account, key, text, dying(name, when));
    if (!isDone) expect(died).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('died') });
    expect(died.states.at(-1)).toBe(
      isDone ? 'Deleted' : name === 'plan-deletion' ? 'DeletionRefused' : 'DeletionIncomplete',
    );
    const lock = await account.read(layout.lock.of({ cluster }));
    if (name !== 'unlock' || when === 'after') expect(lock).toBeUndefined();

    const outcome = await uploadDeletion(account, key, text);
    expect(outcome, outcome.cause).toMatchObject({ status: 'SUCCEEDED' });
    const { buckets, roles, providers } = await account.snapshot();
    expect(JSON.stringify({ buckets, roles, providers })).not.toContain(cluster);
    const left = await account.keys(layout.clusterFolder.of({ cluster }));
    expect(left.filter((each) => !each.includes('/runs/'))).toEqual([layout.tombstone.of({ cluster })]);
  });
});
