import type { IdentityProviders } from '../../aws/identity-providers.ts';
import { type RemovalAttempt, removing } from '../removing.ts';
import { deleteProviderCommand, showProviderCommand } from './commands.ts';
import { DELETED, providerResource } from './undo.ts';

/** Deletes the provider of a cluster that is deleted. Safe to run again. */
export function deleteProvider(
  arn: string,
  { providers }: { readonly providers: IdentityProviders },
): Promise<RemovalAttempt> {
  const resource = providerResource(arn);
  return removing(resource, [deleteProviderCommand(arn), showProviderCommand(arn)], async () => {
    await providers.delete(arn);
    return { resource, outcome: 'removed', detail: DELETED };
  });
}
