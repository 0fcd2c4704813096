import { describe, expect, it } from 'vitest';
import { ChangedSincePlan } from '../../../../core/domain/errors.ts';
import type { RemovedManifest } from '../../../../core/domain/plan.ts';
import {
  observeUnusedManifests,
  removeManifest,
  undoManifestRemoval,
} from '../../../../core/resources/install-files/remove.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const PATH = 'manifests/gone-creds-credentials.yaml';
const KEY = `clusters/demo/install/${PATH}`;
const unused = demoCluster({}, [request('gone', 'creds', 'x')]).roles;
const desired = demoCluster();
const of = ({ issuer, roles }: typeof desired) => ({ cluster: 'demo', desired: { unused, issuer, roles } });
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
