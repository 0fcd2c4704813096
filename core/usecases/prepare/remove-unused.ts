import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { Removals } from '../../domain/plan.ts';
import { removeManifest } from '../../resources/install-files/remove.ts';
import { checkUnusedRole, removeRole } from '../../resources/role/remove.ts';
import type { RunFiles } from '../../storage/run-files.ts';
import { settledEach } from '../../util/settled.ts';

/** IAM takes a few writes a second; more at once would only be throttled. */
const AT_ONCE = 10;

/**
 * Takes away what a plan says, manifests before roles. Safe to run again after any stop. Throws
 * ChangedSincePlan when something of it is not what it was, at first before anything is taken away.
 */
export async function removeUnused(
  { roles: unused, manifests }: Removals,
  clusterName: string,
  { files, store, roles }: { readonly files: RunFiles; readonly store: ObjectStore; readonly roles: Roles },
): Promise<void> {
  if (!(await files.hasBegunRemoval())) {
    await settledEach(unused, (role) => checkUnusedRole(role, roles), AT_ONCE);
    await files.beginRemoval();
  }
  await settledEach(manifests, (manifest) => removeManifest(manifest, clusterName, store), AT_ONCE);
  await settledEach(unused, (role) => removeRole(role, roles), AT_ONCE);
}
