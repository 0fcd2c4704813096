import { describe, expect, it } from 'vitest';
import { observeInstallFiles } from '../../../../core/resources/install-files/observe.ts';
import { sealOf } from '../../../../core/resources/install-files/seal.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { keyOf, MANIFESTS, spec } from './files.ts';

const [FIRST, ...OTHERS] = MANIFESTS;
if (FIRST === undefined) throw new Error('The demo cluster has manifests.');

/** A store that holds all manifests, and notes which are read. */
function storeOfManifests() {
  const store = fakeStore(Object.fromEntries(MANIFESTS.map(({ path, content }) => [keyOf(path), content])));
  const read: string[] = [];
  const noting: typeof store = {
    ...store,
    get: async (key, ...more) => {
      read.push(key);
      return store.get(key, ...more);
    },
  };
  return { store: noting, read };
}

async function sealed(store: ReturnType<typeof fakeStore>): Promise<Record<string, string>> {
  const etags = await store.etags(keyOf(''));
  return Object.fromEntries(
    MANIFESTS.map((file) => [file.path, sealOf(etags.get(keyOf(file.path)) ?? '', file)]),
  );
}

const observe = (store: ReturnType<typeof fakeStore>, seals: Readonly<Record<string, string>>) => {
  const { desired, ...rest } = spec();
  return observeInstallFiles({ ...rest, desired: { ...desired, seals } }, { store });
};

describe('a file that was sealed when it was read back', () => {
  it('is not read while it is the same object', async () => {
    const { store, read } = storeOfManifests();
    const { manifests } = await observe(store, await sealed(store));
    expect(manifests).toEqual(Object.fromEntries(MANIFESTS.map(({ path, content }) => [path, content])));
    expect(read).toEqual([]);
  });

  it('is read once it is another object, and is what that says', async () => {
    const { store, read } = storeOfManifests();
    const seals = await sealed(store);
    await store.put(keyOf(FIRST.path), 'by hand', { contentType: 'x' });
    expect((await observe(store, seals)).manifests[FIRST.path]).toBe('by hand');
    expect(read).toEqual([keyOf(FIRST.path)]);
  });

  it('is read where something else is wanted now than was sealed', async () => {
    const { store, read } = storeOfManifests();
    const seals = await sealed(store);
    const earlier = sealOf((await store.head(keyOf(FIRST.path)))?.etag ?? '', {
      content: 'of an earlier run',
    });
    await observe(store, { ...seals, [FIRST.path]: earlier });
    expect(read).toEqual([keyOf(FIRST.path)]);
  });

  it('is read where S3 tells no ETag that counts, as of an archived object', async () => {
    const { store, read } = storeOfManifests();
    const seals = await sealed(store);
    const etags = async (prefix: string) =>
      new Map([...(await store.etags(prefix))].map(([key]) => [key, '']));
    await observe({ ...store, etags }, seals);
    expect(read.sort()).toEqual(MANIFESTS.map(({ path }) => keyOf(path)).sort());
  });

  it('is missing when it is gone', async () => {
    const { store } = storeOfManifests();
    const seals = await sealed(store);
    await store.remove(keyOf(FIRST.path));
    expect(Object.keys((await observe(store, seals)).manifests).sort()).toEqual(
      OTHERS.map(({ path }) => path).sort(),
    );
  });
});
