import { readReleases } from '../../../../core/usecases/audit/read-releases.ts';
import { type FakeStore, fakeStore } from '../../../support/fakes/object-store.ts';

/** The intake bucket with some objects. */
export async function intakeOf(objects: Readonly<Record<string, string | Uint8Array>>): Promise<FakeStore> {
  const store = fakeStore();
  for (const [key, body] of Object.entries(objects)) await store.put(key, body, { contentType: 'x' });
  return store;
}

export const read = async (objects: Readonly<Record<string, string | Uint8Array>>) =>
  readReleases('intake', await intakeOf(objects));

export const namesIn = ({ documents }: { documents: readonly { value: unknown }[] }) =>
  documents.map(({ value }) => (value as { metadata: { name: string } }).metadata.name);
