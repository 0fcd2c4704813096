import { beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import { ADD, account, add, cluster, EFS, failing, NOTHING, REMOVE } from '../../support/add-ons/account.ts';
import { statement } from '../../support/bundles.ts';
import { type Components, releaseBundle } from '../../support/upgrading.ts';

const MAKING = ['create-role', 'render-secrets', 'verify', 'publish-report'];
/** Where the permissions alone are others, no file is. */
const CHANGING = ['create-role', 'verify', 'publish-report'];
const TAKING = ['verify', 'prune-resources', 'publish-report'];

describe.each<[string, string, () => Promise<Uint8Array>, Components, readonly string[]]>([
  [
    'an add',
    ADD,
    () => releaseBundle({ efs: {}, storage: statement({ action: ['ec2:DescribeVpcs'] }) }),
    {},
    MAKING,
  ],
  [
    'a replacement',
    ADD,
    () => releaseBundle({ efs: statement({ action: ['ec2:DescribeVpcs'] }) }),
    EFS,
    CHANGING,
  ],
  ['a remove', REMOVE, async () => NOTHING, { efs: {}, storage: {} }, TAKING],
])('%s that fails', (_, key, bundle, addOn, steps) => {
  let before: Snapshot;
  beforeAll(async () => {
    await cluster();
    if (Object.keys(addOn).length > 0) await add(addOn);
    before = await account.snapshot();
  });

  it.each(steps.flatMap((step) => (['before', 'after'] as const).map((when) => [step, when] as const)))(
    'in %s, %s its work, leaves everything as it was',
    async (step, when) => {
      const outcome = await account.run(key, await bundle(), failing(step, when));
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      expect(outcome.states.at(-1)).toBe('RolledBack');
      expect(await account.snapshot()).toEqual(before);
    },
  );
});
