import { describe, expect, it } from 'vitest';
import { ChangedSincePlan } from '../../../../core/domain/errors.ts';
import { observeUnusedManifests } from '../../../../core/resources/install-files/remove.ts';
import { runFiles } from '../../../../core/storage/run-files.ts';
import { pruneResources } from '../../../../core/usecases/prepare/prune-resources.ts';
import { DEMO_RUN, demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const gone = demoCluster({}, [request('a', 'creds', 'x'), request('b', 'creds', 'x')]).roles;
const needed = demoCluster();
const key = (namespace: string) => `clusters/demo/install/manifests/${namespace}-creds-credentials.yaml`;

async function planned() {
  const store = fakeStore({ [key('a')]: 'a', [key('b')]: 'b' });
  const states = gone.map(({ name, arn, path, policy, trust }) => [
    name,
    { arn, path, policy, trust, tags: { Name: 'demo' } },
  ]);
  const roles = fakeRoles(Object.fromEntries(states));
  const removals = {
    roles: gone.map(({ name }) => ({ name, before: structuredClone(roles.state.get(name)) as never })),
    manifests: await observeUnusedManifests(
      {
        cluster: 'demo',
        desired: { before: { ...needed, roles: [...needed.roles, ...gone] }, after: needed },
      },
      { store },
    ),
    kept: [],
  };
  const files = runFiles(DEMO_RUN, store);
  return { store, roles, files, remove: () => pruneResources(removals, 'demo', { store, roles, files }) };
}

describe('taking away what nothing asks for', () => {
  it('notes that it begins, then takes manifests and roles away', async () => {
    const { store, roles, files, remove } = await planned();
    await remove();
    expect(store.writes.map((write) => write.split('/').at(-1))).toEqual([
      'removal.json',
      'a-creds-credentials.yaml',
      'b-creds-credentials.yaml',
    ]);
    expect(roles.state.size).toBe(0);
    await expect(files.hasBegunRemoval()).resolves.toBe(true);
  });

  it('takes nothing away, and notes nothing, when one of them is another one by now', async () => {
    const { store, roles, files, remove } = await planned();
    await roles.putPolicy(gone[1]?.name ?? '', { Version: '2012-10-17', Statement: [] });
    await expect(remove()).rejects.toThrow(ChangedSincePlan);
    expect(store.writes).toEqual([]);
    expect(roles.state.size).toBe(2);
    await expect(files.hasBegunRemoval()).resolves.toBe(false);
  });

  it('goes on after it was stopped, wherever that was', async () => {
    const { roles, remove } = await planned();
    const { deletePolicy, delete: deleteRole } = roles;
    let calls = 0;
    const stopping =
      <Act extends (name: string) => Promise<void>>(act: Act, stopAt: number) =>
      async (name: string) => {
        calls += 1;
        if (calls === stopAt) throw sdkError('ServiceFailure', 500);
        await act(name);
      };
    for (const stopAt of [1, 3, 4]) {
      calls = 0;
      Object.assign(roles, {
        deletePolicy: stopping(deletePolicy, stopAt),
        delete: stopping(deleteRole, stopAt),
      });
      await remove().catch(() => undefined);
    }
    Object.assign(roles, { deletePolicy, delete: deleteRole });
    await remove();
    expect(roles.state.size).toBe(0);
  });
});
