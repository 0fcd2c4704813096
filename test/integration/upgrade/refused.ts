import { expect, it } from 'vitest';
import { account, KEY, newCluster, upgraded } from '../../support/upgrade/account.ts';
import { liveRole, releaseBundle } from '../../support/upgrading.ts';

it('an upgrade whose roles are within a required boundary gives new ones that boundary', async () => {
  await newCluster({ rolePath: '/ocp/', tags: { team: 'web' } }, 'Boundary');
  await upgraded();
  expect(liveRole(await account.snapshot(), 'machine-api')).toMatchObject({
    boundary: `arn:aws:iam::${account.id}:policy/Boundary`,
    path: '/ocp/',
    tags: expect.objectContaining({ team: 'web' }),
  });
});

it('a component of an upgrade that would share the role of another one is refused', async () => {
  await newCluster();
  const outcome = await account.run(
    KEY,
    await releaseBundle({
      dns: { 'spec.secretRef.namespace': 'openshift', 'spec.secretRef.name': 'dns-cloud-credentials' },
    }),
  );
  expect(outcome).toMatchObject({ error: 'RoleNameCollision', status: 'FAILED' });
});
