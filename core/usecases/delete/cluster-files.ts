import type { ObjectStore } from '../../aws/object-store.ts';
import type { DeletionOptions } from '../../domain/deletion/order.ts';
import type { DeletionItem } from '../../domain/deletion/plan.ts';
import * as layout from '../../storage/layout.ts';

/** How the report names what a cluster has in the output bucket. */
export const FILES = {
  all: 'files of the cluster',
  privateKey: 'private signing key',
  registry: 'registry entry',
} as const;

/** What becomes of the files that a cluster has in the output bucket, if there are any. */
export function filesToGo(
  { cluster, options }: { readonly cluster: string; readonly options: DeletionOptions },
  isRegistered: boolean,
): readonly DeletionItem[] {
  const going = (resource: string, detail: string): DeletionItem => ({ resource, outcome: 'goes', detail });
  const folder = layout.clusterFolder.of({ cluster });
  return [
    going(FILES.all, `what runs made in the folder ${folder} for its users; the records of the runs stay`),
    options.privateKey === 'erase'
      ? going(FILES.privateKey, 'every version of it, and of the archives that hold it')
      : {
          resource: FILES.privateKey,
          outcome: 'stays',
          detail: 'hidden; its versions stay for as long as the lifecycle of the output bucket keeps them',
        },
    ...(isRegistered ? [going(FILES.registry, 'a tombstone with its history takes its place')] : []),
  ];
}

/** Keys of what runs made for the users of a cluster. */
export async function clusterFiles(cluster: string, store: ObjectStore): Promise<readonly string[]> {
  const place = { cluster };
  // Those of the installer's directory and the archive of it begin alike.
  const install = layout.installFolder.of(place).slice(0, -1);
  const found = await Promise.all(
    [install, layout.upgrades.of(place), layout.addOns.of(place)].map((prefix) => store.list(prefix)),
  );
  return found.flat();
}
