import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { DELETED, providerResource } from '../../resources/identity-provider/undo.ts';
import { type IssuerAccess, issuer } from '../../resources/issuer/resource.ts';
import { stepsOf } from '../../resources/steps.ts';
import type { Run } from '../../storage/run.ts';
import { runFiles } from '../../storage/run-files.ts';
import type { Ledger } from './undo-step.ts';

/**
 * Undoes what a run did to its issuer. Throws NotYetConsistent while IAM shows the provider that the step before this one
 * deleted.
 */
export async function undoDocuments(
  run: Run,
  ledger: Ledger,
  {
    store,
    providers,
    ...access
  }: IssuerAccess & { readonly store: ObjectStore; readonly providers: IdentityProviders },
): Promise<readonly UndoOutcome[]> {
  const arn = ledger.desired.providerArn;
  const isDeleted = (await providerOutcomes(run, store)).some(
    ({ resource, outcome, detail }) =>
      resource === providerResource(arn) && outcome === 'undone' && detail === DELETED,
  );
  return issuer.undo(stepsOf(run.id, ledger).issuer, { ...access, provider: { arn, providers, isDeleted } });
}

/** They tell no more than whether it is worth waiting, so an undo must not fail because they cannot be read. */
async function providerOutcomes(run: Run, store: ObjectStore): Promise<readonly UndoOutcome[]> {
  try {
    return (await runFiles(run, store).undo(['undo-provider'])).get('undo-provider') ?? [];
  } catch {
    return [];
  }
}
