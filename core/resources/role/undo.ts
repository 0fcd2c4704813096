import type { Roles } from '../../aws/roles.ts';
import type { Change } from '../../domain/change.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { type UndoOutcome, undoing } from '../../domain/undo-outcome.ts';
import { isOfRun } from '../ownership.ts';
import { restoreTags } from '../restore-tags.ts';
import { ROLE_PARTS, type RolePart } from './diff.ts';

export interface UndoRoleInput {
  readonly run: string;
  readonly desired: DesiredRole;
  readonly tags: Tags;
  readonly changes: readonly Change[];
  readonly before: RoleState | undefined;
}

/** Takes back what a run did to a role: deletes the one it made, or restores what it changed. */
export function undoRole(input: UndoRoleInput, roles: Roles): Promise<UndoOutcome> {
  const { before, desired } = input;
  const resource = `role ${desired.name}`;
  return before === undefined
    ? undoing(resource, deleteCommands(desired.name), () => deleteRole(input, resource, roles))
    : undoing(resource, [`aws iam get-role --role-name ${desired.name}`], () =>
        restoreRole(input, before, resource, roles),
      );
}

/** Commands that delete a role the pipeline made. */
export function deleteCommands(name: string): string[] {
  return [
    `aws iam delete-role-policy --role-name ${name} --policy-name ${name}`,
    `aws iam delete-role --role-name ${name}`,
  ];
}

async function deleteRole(
  { run, desired }: UndoRoleInput,
  resource: string,
  roles: Roles,
): Promise<UndoOutcome> {
  const { name } = desired;
  const current = await roles.get(name);
  if (current === undefined) return { resource, outcome: 'untouched', detail: 'not made' };
  if (!isOfRun(current.tags, run)) return { resource, outcome: 'untouched', detail: 'not made by this run' };
  await roles.deletePolicy(name);
  // IAM refuses this while policies of somebody else are on the role; then it is left, and said so.
  await roles.delete(name);
  return { resource, outcome: 'undone', detail: 'deleted' };
}

async function restoreRole(
  { desired, tags, changes }: UndoRoleInput,
  before: RoleState,
  resource: string,
  roles: Roles,
): Promise<UndoOutcome> {
  const { name } = desired;
  const current = await roles.get(name);
  if (current === undefined)
    return { resource, outcome: 'left', detail: 'deleted by somebody else since this run' };
  const foreign: string[] = [];
  let restored = 0;
  const restore = async (
    part: RolePart,
    asBefore: boolean,
    asWritten: boolean,
    write: () => Promise<void>,
  ) => {
    if (!changes.some((change) => change.part === ROLE_PARTS[part]) || asBefore) return;
    if (!asWritten) foreign.push(ROLE_PARTS[part]);
    else {
      await write();
      restored += 1;
    }
  };
  await restore(
    'policy',
    samePolicy(current.policy, before.policy),
    samePolicy(current.policy, desired.policy),
    () => (before.policy === undefined ? roles.deletePolicy(name) : roles.putPolicy(name, before.policy)),
  );
  await restore(
    'trust',
    samePolicy(current.trust, before.trust),
    samePolicy(current.trust, desired.trust),
    async () => {
      if (before.trust !== undefined) await roles.putTrust(name, before.trust);
    },
  );
  await restore(
    'boundary',
    current.permissionsBoundaryArn === before.permissionsBoundaryArn,
    current.permissionsBoundaryArn === desired.permissionsBoundaryArn,
    () => roles.putBoundary(name, before.permissionsBoundaryArn),
  );
  await restore(
    'description',
    current.description === before.description,
    current.description === desired.description,
    () => roles.putDescription(name, before.description ?? '', before.maxSessionDuration),
  );
  if (changes.some((change) => change.part === ROLE_PARTS.tags)) {
    const some = await restoreTags(missingTags(tags, before.tags), before.tags, current.tags, {
      tag: (old) => roles.tag(name, old),
      untag: (keys) => roles.untag(name, keys),
    });
    if (some) restored += 1;
  }
  if (foreign.length > 0) {
    return {
      resource,
      outcome: 'left',
      detail: `changed by somebody else since this run, not touched: ${foreign.join(', ')}`,
      commands: [`aws iam get-role --role-name ${name}`],
    };
  }
  return restored === 0
    ? { resource, outcome: 'untouched', detail: 'as it was before' }
    : { resource, outcome: 'undone', detail: 'restored' };
}
