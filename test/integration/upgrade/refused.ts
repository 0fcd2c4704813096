import { expect, it } from 'vitest';
import { account, KEY, newCluster, upgraded } from '../../support/upgrade/account.ts';
import { liveRole, releaseBundle } from '../../support/upgrading.ts';

it('an upgrade whose roles are within a required boundary gives new ones that boundary', async () => {
  const boundary = 'arn:aws:iam::123456789012:policy/Boundary';
  await newCluster({ permissionsBoundaryArn: boundary, rolePath: '/ocp/', tags: { team: 'web' } });
  await upgraded();
  expect(liveRole(await account.snapshot(), 'machine-api')).toMatchObject({
    boundary,
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
