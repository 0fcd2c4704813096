import type { ObjectStore } from '../../aws/object-store.ts';
import type { DeletionOptions } from '../../domain/deletion/order.ts';
import type { DeletionItem } from '../../domain/deletion/plan.ts';
import * as layout from '../../storage/layout.ts';
import type { Observed } from './observed.ts';

/** How the report names what a cluster has in the output bucket. */
export const FILES = {
  all: 'files of the cluster',
  privateKey: 'private signing key',
  registry: 'registry entry',
} as const;

/** Looks at what the output bucket has of a cluster, besides the records of its runs. */
export async function observeFiles(
  { cluster, options }: { readonly cluster: string; readonly options: DeletionOptions },
  isRegistered: boolean,
  store: ObjectStore,
): Promise<Observed> {
  const keys = await clusterFiles(cluster, store);
  const going = (resource: string, detail: string): DeletionItem => ({
    resource,
    outcome: 'goes',
    detail,
  });
  return {
    items: [
      ...(keys.length === 0
        ? []
        : [
            going(
              FILES.all,
              `${keys.length} objects of the folder ${layout.clusterFolder.of({ cluster })}; the records of its runs stay`,
            ),
          ]),
      options.privateKey === 'erase'
        ? going(FILES.privateKey, 'every version of it, and of the archives that hold it')
        : {
            resource: FILES.privateKey,
            outcome: 'stays',
            detail: 'hidden; its versions stay for as long as the lifecycle of the output bucket keeps them',
          },
      ...(isRegistered ? [going(FILES.registry, 'a tombstone with its history takes its place')] : []),
    ],
    refusals: [],
  };
}

/** Keys of what runs made for the users of a cluster. */
export async function clusterFiles(cluster: string, store: ObjectStore): Promise<readonly string[]> {
  const place = { cluster };
  const folders = [layout.installFolder, layout.upgrades, layout.addOns];
  const [archives, ...inside] = await Promise.all([
    store.list(layout.archive.of(place)),
    ...folders.map((folder) => store.list(folder.of(place))),
  ]);
  return [...(archives ?? []), ...inside.flat()];
}
