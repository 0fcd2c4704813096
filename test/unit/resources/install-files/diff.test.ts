import { describe, expect, it } from 'vitest';
import { diffInstallFiles } from '../../../../core/resources/install-files/diff.ts';
import { observeInstallFiles } from '../../../../core/resources/install-files/observe.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { ARCHIVE_KEY, apply, keyOf, MANIFESTS, plan, spec, storeWithKeys } from './files.ts';

const [AUTHENTICATION] = MANIFESTS.map(({ path }) => path);

/** A store in which all files are as they shall be. */
async function converged() {
  const store = storeWithKeys();
  await apply(await plan(store), store);
  store.writes.length = 0;
  return store;
}

const words = (changes: Awaited<ReturnType<typeof plan>>) =>
  changes.map(({ action, resource, part }) => `${action} ${resource} ${part}`);

describe('the changes of the files', () => {
  it('are none when all is as it shall be', async () => {
    expect(await plan(await converged())).toEqual([]);
  });

  it('are all of them when none is there', async () => {
    expect(words(await plan(storeWithKeys()))).toEqual([
      ...MANIFESTS.map(({ path }) => `create ${path} all`),
      'create install.tar.gz all',
    ]);
  });

  it('are one for a file that is missing', async () => {
    const store = await converged();
    await store.remove(keyOf(AUTHENTICATION ?? ''));
    expect(words(await plan(store))).toEqual([`create ${AUTHENTICATION} all`]);
  });

  it('are one for a file that differs by a newline', async () => {
    const store = await converged();
    await store.put(keyOf(AUTHENTICATION ?? ''), `${MANIFESTS[0]?.content}\n`, { contentType: 'x' });
    expect(words(await plan(store))).toEqual([`update ${AUTHENTICATION} content`]);
  });

  it('are the archive when it was made from something else', async () => {
    const store = await converged();
    expect(words(await plan(store, 'another-kid'))).toEqual(['update install.tar.gz content']);
    await store.put(ARCHIVE_KEY, 'by hand', { contentType: 'x' });
    expect(words(await plan(store))).toEqual(['create install.tar.gz all']);
  });

  it('are the archive while the signing key is yet to be made', async () => {
    const state = await observeInstallFiles(spec(), { store: await converged() });
    expect(words(diffInstallFiles(spec(), state))).toEqual(['update install.tar.gz content']);
  });

  it('come from a store that is only read, and only in what is wanted', async () => {
    const store = fakeStore({ [keyOf('manifests/of-somebody-else.yaml')]: 'x' });
    await expect(observeInstallFiles(spec(), { store })).resolves.toEqual({ manifests: {} });
    expect(store.writes).toEqual([]);
  });
});
