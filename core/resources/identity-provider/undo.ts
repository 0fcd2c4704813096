import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { Change } from '../../domain/change.ts';
import { AUDIENCES } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { type UndoOutcome, undoing } from '../../domain/undo-outcome.ts';
import { isOfRun } from '../ownership.ts';
import { restoreTags } from '../restore-tags.ts';
import { audiencePart, TAGS_PART } from './diff.ts';

export interface UndoProviderInput {
  readonly run: string;
  readonly arn: string;
  readonly tags: Tags;
  readonly changes: readonly Change[];
  readonly before: ProviderState | undefined;
}

/** Takes back what a run did to a provider: deletes the one it made, or restores what it changed. */
export async function undoProvider(
  input: UndoProviderInput,
  providers: IdentityProviders,
): Promise<readonly UndoOutcome[]> {
  const { arn, run, tags, changes, before } = input;
  if (changes.length === 0) return [];
  const resource = `identity provider ${arn}`;
  const get = `aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${arn}`;
  const remove = `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${arn}`;
  const outcome = await undoing(resource, before === undefined ? [get, remove] : [get], async () => {
    const current = await providers.get(arn);
    if (before === undefined) {
      if (current === undefined) return { resource, outcome: 'untouched', detail: 'not made' };
      if (!isOfRun(current.tags, run))
        return { resource, outcome: 'untouched', detail: 'not made by this run' };
      await providers.delete(arn);
      return { resource, outcome: 'undone', detail: 'deleted' };
    }
    if (current === undefined)
      return { resource, outcome: 'left', detail: 'deleted by somebody else since this run' };
    const added = AUDIENCES.filter(
      (audience) =>
        changes.some((change) => change.part === audiencePart(audience)) &&
        current.audiences.includes(audience),
    );
    for (const audience of added) await providers.removeAudience(arn, audience);
    const tagged =
      changes.some((change) => change.part === TAGS_PART) &&
      (await restoreTags(missingTags(tags, before.tags), before.tags, current.tags, {
        tag: (old) => providers.tag(arn, old),
        untag: (keys) => providers.untag(arn, keys),
      }));
    return added.length > 0 || tagged
      ? { resource, outcome: 'undone', detail: 'restored' }
      : { resource, outcome: 'untouched', detail: 'as it was before' };
  });
  return [outcome];
}
