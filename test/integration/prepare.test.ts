import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { readBundle } from '../../scripts/local/bundle.ts';
import { type TestAccount, testAccount } from '../support/account.ts';

const DEMO = fileURLToPath(new URL('../../events/bundles/demo', import.meta.url));

const demoBundle = async () => (await readBundle(DEMO)).bytes;

describe('preparing a cluster', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await testAccount(inject('endpoint'));
  });

  it('ends in Prepared, with every state on the way', async () => {
    const outcome = await account.run('prepare/demo.tgz', await demoBundle());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'Lock',
      'IsLockHeld',
      'PlanChanges',
      'HasChanges',
      'CreateKeyPair',
      'PublishOidcDocuments',
      'RegisterProvider',
      'CreateRoles',
      'AreRolesCreated',
      'RenderSecrets',
      'Verify',
      'PublishReport',
      'Unlock',
      'Prepared',
    ]);
    expect(Object.keys((await account.snapshot()).roles)).toHaveLength(6);
  });

  it('changes nothing when the same bundle comes again', async () => {
    const before = await account.snapshot();
    const outcome = await account.run('prepare/demo.tgz', await demoBundle());
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'Lock',
      'IsLockHeld',
      'PlanChanges',
      'HasChanges',
      'Verify',
      'PublishReport',
      'Unlock',
      'Prepared',
    ]);
    const after = await account.snapshot();
    const { ['clusters/demo/cluster.json']: _before, ...resultsBefore } = before.results;
    const { ['clusters/demo/cluster.json']: _after, ...resultsAfter } = after.results;
    expect({ ...after, results: resultsAfter }).toEqual({ ...before, results: resultsBefore });
  });
});
