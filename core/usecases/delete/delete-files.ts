import type { ObjectStore } from '../../aws/object-store.ts';
import type { DeletionPlan } from '../../domain/deletion/plan.ts';
import { listVersionsCommand } from '../../resources/object-commands.ts';
import { type RemovalAttempt, removing } from '../../resources/removing.ts';
import * as layout from '../../storage/layout.ts';
import { clusterFiles, FILES } from './cluster-files.ts';

/**
 * Removes what runs made for the users of a cluster. The private key is one of these files, and in every archive; all
 * versions of both go, or stay hidden, as the deletion was told. Safe to run again.
 */
export async function deleteFiles(
  cluster: string,
  { options }: Pick<DeletionPlan, 'options'>,
  { store, bucket }: { readonly store: ObjectStore; readonly bucket: string },
): Promise<readonly RemovalAttempt[]> {
  const withKey = [layout.privateKey.of({ cluster }), layout.archive.of({ cluster })];
  const commands = withKey.map((key) => listVersionsCommand(bucket, key));
  const key = await removing(FILES.privateKey, commands, async () => {
    const resource = FILES.privateKey;
    if (options.privateKey === 'keep')
      return {
        resource,
        outcome: 'kept',
        detail:
          'hidden with the other files; its versions stay for as long as the lifecycle of the bucket keeps them',
      };
    let count = 0;
    for (const key of withKey)
      for (const { versionId } of await store.versionsOf(key)) {
        await store.remove(key, { versionId });
        count += 1;
      }
    return {
      resource,
      outcome: 'removed',
      detail: count === 0 ? 'none was there' : `${count} versions of it and of the archives that held it`,
    };
  });
  const files = await removing(
    FILES.all,
    [`aws s3 ls --recursive s3://${bucket}/clusters/${cluster}/`],
    async () => {
      const keys = await clusterFiles(cluster, store);
      await store.removeAll(keys);
      return { resource: FILES.all, outcome: 'removed', detail: 'the records of its runs stay' };
    },
  );
  return [files, key];
}
