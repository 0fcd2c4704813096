import { expect, it } from 'vitest';
import { ownerTags } from '../../../../core/domain/names.ts';
import { observeUsers } from '../../../../core/usecases/delete/observe-users.ts';
import { fakeAccount, roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';

const desired = demoCluster();
const trust = desired.roles[0]?.trust ?? { Version: '2012-10-17', Statement: [] };
const about = { cluster: 'demo', arn: desired.providerArn, bucket: {} };
const role = (name: string, tags: Record<string, string>) => roleSnapshot(name, { tags, trust });

it('of another cluster stand against the end of an issuer, each cluster with its roles', async () => {
  const account = fakeAccount({
    roles: [
      role('demo-a', ownerTags('demo')),
      role('blue-a', ownerTags('blue')),
      role('blue-b', { ...ownerTags('demo'), ...ownerTags('blue') }),
      role('web', { team: 'web' }),
      roleSnapshot('green-a', { tags: ownerTags('green') }),
    ],
  });
  const refusals = await observeUsers(about, { account });
  expect(refusals).toEqual([
    {
      message: `Cluster blue uses the issuer: IAM role blue-a, blue-b trusts ${about.arn}, which would go.`,
      remedy: expect.stringContaining('delete/blue.yaml'),
    },
  ]);
});

it('are nobody’s business where the issuer is somebody else’s, and stays', async () => {
  const account = fakeAccount({ roles: [role('blue-a', ownerTags('blue'))] });
  await expect(observeUsers({ ...about, bucket: undefined }, { account })).resolves.toEqual([]);
  expect(account.reads).toEqual([]);
});
