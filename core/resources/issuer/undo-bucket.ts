import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer } from '../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import { deleteProviderCommand, showProviderCommand } from '../identity-provider/commands.ts';
import { isOfRun, RUN_METADATA } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { type UndoAttempt, undoing } from '../undoing.ts';
import { deleteBucketCommands } from './remedies.ts';
import { type TrustingProvider, whyTrusted } from './trusted.ts';

/**
 * Commands that delete an issuer bucket which a run made. The name is free afterwards: who takes it while the provider is
 * there issues tokens that every role of the cluster accepts, so the provider goes first.
 */
export function deleteIssuerCommands(issuer: BucketIssuer, providerArn: string): readonly string[] {
  return [
    deleteProviderCommand(providerArn),
    showProviderCommand(providerArn),
    ...deleteBucketCommands(issuer),
  ];
}

/**
 * Deletes the documents and the bucket that a run made; the bucket only when the provider is known to be gone. Throws
 * NotYetConsistent while IAM shows a provider that was deleted.
 */
export async function deleteIssuer(
  { run, desired: issuer }: Pick<Step<BucketIssuer, unknown>, 'run' | 'desired'>,
  bucket: IssuerBucket,
  provider: TrustingProvider,
): Promise<UndoAttempt> {
  const resource = `issuer bucket ${issuer.bucket}`;
  const commands = deleteIssuerCommands(issuer, provider.arn);
  const emptied = await undoing(resource, commands, async () => {
    if ((await bucket.presence()) === 'absent') return { resource, outcome: 'untouched', detail: 'not made' };
    if (!isOfRun(await bucket.tags(), run))
      return { resource, outcome: 'untouched', detail: 'not made by this run' };
    for (const key of [JWKS_KEY, DISCOVERY_KEY]) await removeAllOfRun(bucket, key, run);
    return { resource, outcome: 'undone', detail: 'emptied' };
  });
  if (emptied.outcome !== 'undone') return emptied;
  const trusted = await whyTrusted(provider);
  if (trusted !== undefined) {
    const { why, ...passing } = trusted;
    const detail = `${why}: whoever took the name of the bucket could issue tokens for the roles, so the bucket is kept. If the cluster is wanted, upload its bundle again; if not, delete the provider, see that it is gone (NoSuchEntity), and only then delete the bucket`;
    return { resource, outcome: 'left', detail, commands, ...passing };
  }
  const [, ...afterProvider] = commands;
  return undoing(resource, afterProvider, async () => {
    const others = new Set((await bucket.versions()).map(({ key }) => key));
    if (others.size > 0) {
      const detail = `it holds what is not this run's: ${[...others].slice(0, 3).join(', ')}`;
      return { resource, outcome: 'left', detail, commands: afterProvider };
    }
    await bucket.delete();
    return { resource, outcome: 'undone', detail: 'deleted' };
  });
}

/** Removes the versions of an object that a run wrote; those of others stay, and come to light again. */
export async function removeVersionsOfRun(bucket: IssuerBucket, key: string, run: string): Promise<void> {
  for (const { versionId } of await versionsOfRun(bucket, key, run))
    await bucket.deleteVersion(key, versionId);
}

/**
 * The same in a bucket that the run made. Where nothing is of others, delete markers go too: they hide nothing but what
 * the run wrote.
 */
async function removeAllOfRun(bucket: IssuerBucket, key: string, run: string): Promise<void> {
  await removeVersionsOfRun(bucket, key, run);
  const rest = await bucket.versions(key);
  if (rest.some(({ isMarker }) => !isMarker)) return;
  for (const { versionId } of rest) await bucket.deleteVersion(key, versionId);
}

async function versionsOfRun(bucket: IssuerBucket, key: string, run: string) {
  const versions = (await bucket.versions(key)).filter(({ isMarker }) => !isMarker);
  const metadata = await Promise.all(versions.map(({ versionId }) => bucket.versionMetadata(key, versionId)));
  return versions.filter((_, index) => metadata[index]?.[RUN_METADATA] === run);
}
