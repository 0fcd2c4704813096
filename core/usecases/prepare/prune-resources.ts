import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { Removals } from '../../domain/plan.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { role } from '../../resources/role/resource.ts';
import type { RunFiles } from '../../storage/run-files.ts';
import { eachSettledOrThrow } from '../../util/all-settled.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const CONCURRENCY = 10;

/**
 * Takes away what a plan says, manifests before roles. Safe to run again after any stop. Throws
 * ChangedSincePlan when something of it is not what it was, at first before anything is taken away.
 */
export async function pruneResources(
  { roles: unused, manifests }: Removals,
  cluster: string,
  collaborators: { readonly files: RunFiles; readonly store: ObjectStore; readonly roles: Roles },
): Promise<void> {
  const { files } = collaborators;
  if (!(await files.hasBegunRemoval())) {
    await eachSettledOrThrow(
      unused,
      (found) => role.remove.recheck({ cluster, found }, collaborators),
      CONCURRENCY,
    );
    await files.beginRemoval();
  }
  await eachSettledOrThrow(
    manifests,
    (found) => installFiles.remove.apply({ cluster, found }, collaborators),
    CONCURRENCY,
  );
  await eachSettledOrThrow(
    unused,
    (found) => role.remove.apply({ cluster, found }, collaborators),
    CONCURRENCY,
  );
}
