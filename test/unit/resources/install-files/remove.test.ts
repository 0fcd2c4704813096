import { describe, expect, it } from 'vitest';
import { ChangedSincePlan } from '../../../../core/domain/errors.ts';
import type { RemovedManifest } from '../../../../core/domain/plan.ts';
import { FROM_RELEASE, fromAddOn } from '../../../../core/domain/request-source.ts';
import {
  observeUnusedManifests,
  removeManifest,
  undoManifestRemoval,
} from '../../../../core/resources/install-files/remove.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const PATH = 'manifests/gone-creds-credentials.yaml';
const ADD_ON_PATH = `add-ons/efs/${PATH}`;
const EFS = fromAddOn('efs');
const KEY = `clusters/demo/install/${PATH}`;
const desired = demoCluster();
const [gone] = demoCluster({}, [request('gone', 'creds', 'x')]).roles;
if (gone === undefined) throw new Error('There is no role.');
const before = { ...desired, roles: [...desired.roles, gone] };
const of = (after: typeof desired) => ({ cluster: 'demo', desired: { before, after } });
const step = (found: RemovedManifest) => ({ cluster: 'demo', found });

async function planned(store = fakeStore({ [KEY]: 'secret' })) {
  const [manifest] = await observeUnusedManifests(of(desired), { store });
  if (manifest === undefined) throw new Error('There is no manifest.');
  return { store, manifest };
}

describe('the manifests of roles that no request asks for any more', () => {
  it('are those that are there, with their versions', async () => {
    const { store, manifest } = await planned();
    const facts = await store.head(KEY);
    expect(manifest).toEqual({ path: PATH, versionId: facts?.versionId, etag: facts?.etag });
    await expect(observeUnusedManifests(of(desired), { store: fakeStore() })).resolves.toEqual([]);
  });

  it('are not those that another role needs', async () => {
    const needed = demoCluster({}, [request('go', 'ne-creds', 'x'), request('gone', 'creds', 'x')]);
    const store = fakeStore({ [KEY]: 'secret' });
    await expect(observeUnusedManifests(of(needed), { store })).resolves.toEqual([]);
  });

  it.each<[string, typeof gone.requestedBy, typeof gone.requestedBy | undefined, string[]]>([
    ['an add-on that is taken away', [EFS], undefined, [ADD_ON_PATH]],
    ['the release, while an add-on still asks for it', [FROM_RELEASE, EFS], [EFS], [PATH]],
    ['an add-on, while the release still asks for it', [FROM_RELEASE, EFS], [FROM_RELEASE], [ADD_ON_PATH]],
    ['nobody that is known, and now of an add-on', [], [EFS], [PATH]],
  ])('are in the place of who asked: %s', async (_, had, has, removed) => {
    const keys = [KEY, `clusters/demo/${ADD_ON_PATH}`];
    const store = fakeStore(Object.fromEntries(keys.map((key) => [key, 'secret'])));
    const withRole = (requestedBy: typeof gone.requestedBy | undefined) => ({
      ...desired,
      roles: [...desired.roles, ...(requestedBy === undefined ? [] : [{ ...gone, requestedBy }])],
    });
    const found = await observeUnusedManifests(
      { cluster: 'demo', desired: { before: withRole(had), after: withRole(has) } },
      { store },
    );
    expect(found.map(({ path }) => path)).toEqual(removed);
    for (const each of found) await removeManifest(step(each), { store });
    expect(keys.filter((key) => store.text(key) === undefined)).toHaveLength(removed.length);
  });

  it('must have versions', async () => {
    const store = fakeStore({ [KEY]: 'secret' }, { versioned: false });
    await expect(observeUnusedManifests(of(desired), { store })).rejects.toThrow('must be versioned');
  });
});

describe('removing a manifest', () => {
  it('hides it, once', async () => {
    const { store, manifest } = await planned();
    await removeManifest(step(manifest), { store });
    await removeManifest(step(manifest), { store });
    expect(store.text(KEY)).toBeUndefined();
    expect(store.writes).toEqual([`remove ${KEY}`]);
  });

  it('stops at another one than was planned', async () => {
    const { store, manifest } = await planned();
    await store.put(KEY, 'other', { contentType: 'x' });
    await expect(removeManifest(step(manifest), { store })).rejects.toThrow(ChangedSincePlan);
    expect(store.text(KEY)).toBe('other');
    const denied = { ...store, remove: () => Promise.reject(sdkError('AccessDenied', 403)) };
    await expect(removeManifest(step(manifest), { store: denied })).rejects.toThrow('AccessDenied');
  });
});

describe('showing a removed manifest again', () => {
  it('takes away every delete marker above the version that was there', async () => {
    const { store, manifest } = await planned();
    const before = await store.versionsOf(KEY);
    for (let count = 0; count < 3; count += 1) await store.remove(KEY);
    const undo = () => undoManifestRemoval(step(manifest), { store, outputBucket: 'output' });
    await expect(undo()).resolves.toEqual({
      resource: `s3://output/${KEY}`,
      outcome: 'undone',
      detail: 'shown again',
    });
    expect(await store.versionsOf(KEY)).toEqual(before);
    await expect(undo()).resolves.toMatchObject({ outcome: 'untouched', detail: 'still there' });
  });

  it('shows nothing that was hidden before the run', async () => {
    const store = fakeStore({ [KEY]: 'first' });
    await store.remove(KEY);
    await store.put(KEY, 'second', { contentType: 'x' });
    const { manifest } = await planned(store);
    await removeManifest(step(manifest), { store });
    await undoManifestRemoval(step(manifest), { store, outputBucket: 'output' });
    expect(store.text(KEY)).toBe('second');
    expect(await store.versionsOf(KEY)).toHaveLength(3);
  });

  it.each<[string, (store: ReturnType<typeof fakeStore>, versionId: string) => Promise<unknown>, string]>([
    [
      'somebody else wrote it since',
      (store) => store.put(KEY, 'other', { contentType: 'x' }),
      'written by somebody else since this run',
    ],
    [
      'its version was removed for good',
      async (store, versionId) => {
        await store.remove(KEY);
        await store.remove(KEY, { versionId });
      },
      'its version is gone',
    ],
    [
      'it is hidden over and over',
      async (store) => {
        for (let count = 0; count < 30; count += 1) await store.remove(KEY);
      },
      'it has over 20 delete markers',
    ],
  ])('leaves it when %s', async (_, happens, detail) => {
    const { store, manifest } = await planned();
    await happens(store, manifest.versionId);
    await expect(
      undoManifestRemoval(step(manifest), { store, outputBucket: 'output' }),
    ).resolves.toMatchObject({
      outcome: 'left',
      detail,
      commands: [expect.stringContaining('list-object-versions')],
    });
  });
});
