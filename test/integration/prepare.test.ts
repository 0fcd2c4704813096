import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from '../../cli/bundle.ts';
import type { TestAccount } from '../support/account.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';

const DEMO = fileURLToPath(new URL('../../events/bundles/demo', import.meta.url));

const demoBundle = async () => (await readBundle(DEMO)).bytes;

describe('preparing a cluster', () => {
  let emulator: OwnEmulator;
  let account: TestAccount;
  beforeAll(async () => {
    emulator = await ownEmulator();
    account = await emulator.account();
  });
  afterAll(() => emulator.stop());

  it('ends in Prepared, with every state on the way', async () => {
    const outcome = await account.run('prepare/demo.tgz', await demoBundle());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'Lock',
      'IsLockHeld',
      'PlanChanges',
      'NeedsApproval',
      'RegistersOnly',
      'HasChanges',
      'IsKeyPairDue',
      'CreateKeyPair',
      'IsIssuerDue',
      'PublishOidcDocuments',
      'RegisterProvider',
      'AreRolesDue',
      'CreateRoles',
      'AreRolesCreated',
      'AreFilesDue',
      'RenderSecrets',
      'Verify',
      'HasRemovals',
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
      'NeedsApproval',
      'RegistersOnly',
      'HasChanges',
      'Verify',
      'HasRemovals',
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
