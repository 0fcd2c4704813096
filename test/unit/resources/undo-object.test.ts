import { describe, expect, it } from 'vitest';
import { undoObject } from '../../../core/resources/undo-object.ts';
import { failing } from '../../support/fakes/faults.ts';
import { fakeStore } from '../../support/fakes/object-store.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const put = (store: ReturnType<typeof fakeStore>, body: string, run: string) =>
  store.put('key', body, { contentType: 'text/plain', metadata: { 'sts-prep-run': run } });
const undo = (store: Parameters<typeof undoObject>[1]) =>
  undoObject({ key: 'key', run: 'run', bucket: 'output' }, store);

describe('undoing what a run wrote to an object', () => {
  it('brings back the version before', async () => {
    const store = fakeStore({ key: 'old' });
    await put(store, 'new', 'run');
    await expect(undo(store)).resolves.toMatchObject({
      outcome: 'undone',
      detail: '1 version of this run removed',
    });
    expect(store.text('key')).toBe('old');
  });

  it('removes all versions of the run that are on top', async () => {
    const store = fakeStore();
    for (const body of ['a', 'b', 'c']) await put(store, body, 'run');
    await expect(undo(store)).resolves.toMatchObject({ detail: '3 versions of this run removed' });
    expect(store.versions.size).toBe(0);
  });

  it('touches nothing under a version of another run', async () => {
    const store = fakeStore();
    await put(store, 'ours', 'run');
    await put(store, 'theirs', 'another');
    await expect(undo(store)).resolves.toMatchObject({ outcome: 'untouched' });
    expect(store.text('key')).toBe('theirs');
    expect(store.versions.get('key')).toHaveLength(2);
  });

  it('touches nothing when there is nothing, or nobody knows who wrote it', async () => {
    await expect(undo(fakeStore())).resolves.toMatchObject({ outcome: 'untouched' });
    const store = fakeStore({ key: 'by hand' });
    await expect(undo(store)).resolves.toMatchObject({ outcome: 'untouched' });
    expect(store.text('key')).toBe('by hand');
  });

  it('twice is once', async () => {
    const store = fakeStore({ key: 'old' });
    await put(store, 'new', 'run');
    await undo(store);
    await expect(undo(store)).resolves.toMatchObject({ outcome: 'untouched' });
    expect(store.text('key')).toBe('old');
  });

  it('removes the object of a bucket without versions', async () => {
    const store = fakeStore({}, { versioned: false });
    await put(store, 'new', 'run');
    await expect(undo(store)).resolves.toMatchObject({ outcome: 'undone' });
    expect(store.versions.size).toBe(0);
  });

  it('is left when S3 refuses, with the command that shows the versions', async () => {
    const store = fakeStore();
    await put(store, 'new', 'run');
    await expect(undo(failing(store, 'remove', sdkError('AccessDenied', 403)))).resolves.toMatchObject({
      resource: 's3://output/key',
      outcome: 'left',
      commands: ['aws s3api list-object-versions --bucket output --prefix key'],
    });
  });

  it('ends, and is left, if S3 never forgets a version', async () => {
    const store = fakeStore();
    await put(store, 'new', 'run');
    await expect(undo({ ...store, remove: async () => undefined })).resolves.toMatchObject({
      outcome: 'left',
      detail: 'it has over 20 versions of this run',
    });
  });
});
