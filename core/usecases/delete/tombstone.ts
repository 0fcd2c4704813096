import type { ObjectStore } from '../../aws/object-store.ts';
import type { DeletionItem, DeletionPlan, Tombstone } from '../../domain/deletion/plan.ts';
import { bucketResource } from '../../resources/issuer/retire.ts';
import { ifSpoilt } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { defined } from '../../util/defined.ts';

type Deletion = Tombstone['deletions'][number];

/** Adds a deletion to what is kept of the clusters of a name. One that came twice, or went on where another stopped, is one. */
export async function bury(
  {
    run,
    at,
    plan,
    items,
  }: {
    readonly run: Run;
    readonly at: string;
    readonly plan: DeletionPlan;
    readonly items: readonly DeletionItem[];
  },
  store: ObjectStore,
): Promise<void> {
  const { name, region } = run.cluster;
  const before = await documents.tombstone.read({ cluster: name }, store, ifSpoilt(undefined));
  const deletion: Deletion = {
    run: run.id,
    at,
    report: layout.deletionReport.of(placeOf(run)),
    region,
    providerArn: plan.providerArn,
    bucketName: nameOf(plan, items),
    privateKey: plan.options.privateKey === 'erase' ? 'erased' : 'kept',
    ...defined({ entry: plan.entry }),
  };
  const isSame = (other: Deletion) =>
    other.run === run.id || (plan.entry !== undefined && other.entry?.lastRun.id === plan.entry.lastRun.id);
  const deletions = [...(before?.value?.deletions ?? []).filter((other) => !isSame(other)), deletion];
  await documents.tombstone.write({ cluster: name }, { version: 1, name, deletions }, store);
}

function nameOf({ bucket }: DeletionPlan, items: readonly DeletionItem[]): Deletion['bucketName'] {
  const isKept = items.some(({ resource, outcome }) => outcome === 'kept' && BUCKET.test(resource));
  if (isKept) return 'reserved';
  return bucket === undefined ? 'none' : 'released';
}

const BUCKET = new RegExp(`^${bucketResource('[^: ]+')}$`);
