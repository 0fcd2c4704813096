import type { DesiredState } from '../../domain/desired-state.ts';
import { issuerBucketName } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { showProviderCommand } from '../../resources/identity-provider/commands.ts';
import { deleteIssuerCommands } from '../../resources/issuer/undo-bucket.ts';
import { listVersionsCommand } from '../../resources/object-commands.ts';
import { deleteCommands } from '../../resources/role/undo.ts';
import { createCommands } from '../../resources/role/undo-removal.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import type { UndoStep } from './undo-step.ts';

/**
 * Commands for an operator who has to finish an undo step that did not end. They show what is there and what
 * the plan says was there before; where the plan could be read, they delete what the run was to make, and make
 * again what it was to delete.
 */
export function undoCommands(
  step: UndoStep,
  run: Pick<Run, 'id' | 'cluster'>,
  outputBucket: string,
  ledger: { readonly desired: DesiredState; readonly plan: Plan } | undefined,
): readonly string[] {
  const { name, region } = run.cluster;
  return [`aws s3 cp s3://${outputBucket}/${layout.plan.of(placeOf(run))} -`, ...commandsOf()];

  function commandsOf(): string[] {
    switch (step) {
      case 'undo-secrets':
      case 'undo-key-pair':
        return [listVersionsCommand(outputBucket, layout.clusterFolder.of({ cluster: name }))];
      case 'undo-documents':
        return [
          `aws s3api get-bucket-tagging --bucket ${issuerBucketName(name)} --region ${region}`,
          ...(ledger === undefined ? [] : issuerCommands(ledger)),
        ];
      case 'undo-provider':
        return ledger === undefined
          ? ['aws iam list-open-id-connect-providers']
          : [showProviderCommand(ledger.desired.providerArn)];
      case 'undo-roles':
        return ledger === undefined
          ? [`aws iam list-roles --query "Roles[?starts_with(RoleName, '${name}-')].RoleName"`]
          : [
              ...ledger.plan.roles.flatMap((role) => roleCommands(role, ledger.desired)),
              ...(ledger.plan.removals?.roles ?? []).flatMap(({ name, before }) => [
                `aws iam get-role --role-name ${name}`,
                ...createCommands(name, before),
              ]),
            ];
    }
  }
}

/** Those that delete the bucket are for one that the run was to make; the tags, which come first, say whether it did. */
function issuerCommands({
  desired: { issuer, providerArn },
  plan,
}: {
  readonly desired: DesiredState;
  readonly plan: Plan;
}): readonly string[] {
  const isMade = plan.issuer.changes.length > 0 && plan.issuer.before === undefined;
  return isMade && issuer.type === 'public-bucket' ? deleteIssuerCommands(issuer, providerArn) : [];
}

function roleCommands({ index, before }: Plan['roles'][number], { roles }: DesiredState): string[] {
  const name = roles[index]?.name;
  if (name === undefined) return [];
  return [`aws iam get-role --role-name ${name}`, ...(before === undefined ? deleteCommands(name) : [])];
}
