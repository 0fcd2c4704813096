import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { AUDIENCES } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { missingTags } from '../../domain/tags.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { restoreTags } from '../restore-tags.ts';
import { undoing } from '../undoing.ts';
import type { DesiredProvider } from './checks.ts';
import { deleteProviderCommand, showProviderCommand } from './commands.ts';
import { audiencePart } from './diff.ts';

/** How an outcome says that a provider is gone. */
export const DELETED = 'deleted';

/** A provider, as outcomes name it. */
export function providerResource(arn: string): string {
  return `identity provider ${arn}`;
}

/** Rolls back what a run did to a provider: deletes the one it made, or restores what it changed. */
export async function undoProvider(
  step: Step<DesiredProvider, ProviderState>,
  { providers }: { readonly providers: IdentityProviders },
): Promise<readonly UndoOutcome[]> {
  const { desired, run, tags, changes, before } = step;
  const { arn } = desired;
  if (changes.length === 0) return [];
  const resource = providerResource(arn);
  const get = showProviderCommand(arn);
  const outcome = await undoing(
    resource,
    before === undefined ? [get, deleteProviderCommand(arn)] : [get],
    async () => {
      const current = await providers.get(arn);
      if (before === undefined) {
        if (current === undefined) return { resource, outcome: 'untouched', detail: 'not made' };
        if (!isOfRun(current.tags, run))
          return { resource, outcome: 'untouched', detail: 'not made by this run' };
        await providers.delete(arn);
        return { resource, outcome: 'undone', detail: DELETED };
      }
      if (current === undefined)
        return { resource, outcome: 'left', detail: 'deleted by somebody else since this run' };
      const added = AUDIENCES.filter(
        (audience) => changing(step, audiencePart(audience)) && current.audiences.includes(audience),
      );
      for (const audience of added) await providers.removeAudience(arn, audience);
      const tagged =
        changing(step, CHECK_TABLE.identityProvider.tags.change) &&
        (await restoreTags(missingTags(tags, before.tags), before.tags, current.tags, {
          tag: (old) => providers.tag(arn, old),
          untag: (keys) => providers.untag(arn, keys),
        }));
      return added.length > 0 || tagged
        ? { resource, outcome: 'undone', detail: 'restored' }
        : { resource, outcome: 'untouched', detail: 'as it was before' };
    },
  );
  return [outcome];
}
