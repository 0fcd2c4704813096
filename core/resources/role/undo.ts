import type { Roles } from '../../aws/roles.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import { missingTags } from '../../domain/tags.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { defined } from '../../util/defined.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { restoreTags } from '../restore-tags.ts';
import { undoing } from '../undoing.ts';
import { ROLE_PARTS, type RolePart } from './parts.ts';
import { permissionsCommand, trustCommand } from './remedies.ts';

type RoleStep = Step<DesiredRole, RoleState>;

/** What a role may get back. */
export interface GivingBack {
  /**
   * What a role would be given with the parts `given` that no request can ask for and it does not have now, a sentence each.
   * It may have had that before, and whoever writes plans may say so of any role: an operator decides.
   */
  beyond(
    name: string,
    given: Pick<RoleState, 'trust' | 'policy'>,
    current: RoleState | undefined,
  ): readonly string[];
}

/** Policies before the boundary: where IAM demands one, it refuses changes to a role that has none. */
const ORDER = [
  'permissions',
  'trust policy',
  'permissions boundary',
  'description',
] as const satisfies readonly RolePart[];

/** Rolls back what a run did to a role: deletes the one it made, or restores what it changed. */
export async function undoRole(
  step: RoleStep,
  { roles, beyond }: { readonly roles: Roles } & GivingBack,
): Promise<readonly UndoOutcome[]> {
  const { before, changes, desired } = step;
  if (changes.length === 0) return [];
  const resource = `role ${desired.name}`;
  const outcome = await (before === undefined
    ? undoing(resource, deleteCommands(desired.name), () => deleteRole(step, resource, roles))
    : undoing(resource, [`aws iam get-role --role-name ${desired.name}`], () =>
        restoreRole(step, before, resource, { roles, beyond }),
      ));
  return [outcome];
}

/** Commands that delete a role the pipeline made. */
export function deleteCommands(name: string): string[] {
  return [
    `aws iam delete-role-policy --role-name ${name} --policy-name ${name}`,
    `aws iam delete-role --role-name ${name}`,
  ];
}

async function deleteRole({ run, desired }: RoleStep, resource: string, roles: Roles): Promise<UndoOutcome> {
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
  step: RoleStep,
  before: RoleState,
  resource: string,
  { roles, beyond }: { readonly roles: Roles } & GivingBack,
): Promise<UndoOutcome> {
  const { desired, tags } = step;
  const { name } = desired;
  const current = await roles.get(name);
  if (current === undefined)
    return { resource, outcome: 'left', detail: 'deleted by somebody else since this run' };
  const refused: Partial<Record<RolePart, readonly string[]>> = {
    'trust policy': beyond(name, defined({ trust: before.trust }), current),
    permissions: beyond(name, defined({ policy: before.policy }), current),
  };
  const foreign: RolePart[] = [];
  const withheld: RolePart[] = [];
  let restored = 0;
  for (const part of ORDER) {
    const { same, write } = ROLE_PARTS[part];
    if (!changing(step, part) || same(current, before)) continue;
    if ((refused[part]?.length ?? 0) > 0) withheld.push(part);
    else if (!same(current, desired)) foreign.push(part);
    else {
      // IAM sets the session's duration along with the description, and no run changes it.
      await write(name, { ...before, ...defined({ maxSessionDuration: current.maxSessionDuration }) }, roles);
      restored += 1;
    }
  }
  if (changing(step, CHECK_TABLE.role.tags.change)) {
    const some = await restoreTags(missingTags(tags, before.tags), before.tags, current.tags, {
      tag: (old) => roles.tag(name, old),
      untag: (keys) => roles.untag(name, keys),
    });
    if (some) restored += 1;
  }
  const changed = {
    resource,
    outcome: 'left',
    detail: `changed by somebody else since this run, not touched: ${foreign.join(', ')}`,
    commands: [`aws iam get-role --role-name ${name}`],
  } as const;
  if (withheld.length > 0) {
    const refusals = withheld.flatMap((part) => refused[part] ?? []);
    const left = notGivenBack(resource, refusals, partCommands(name, withheld, before));
    if (foreign.length === 0) return left;
    return {
      ...left,
      detail: `${left.detail} Besides, ${changed.detail}`,
      commands: [...(left.commands ?? []), ...changed.commands],
    };
  }
  if (foreign.length > 0) return changed;
  return restored === 0
    ? { resource, outcome: 'untouched', detail: 'as it was before' }
    : { resource, outcome: 'undone', detail: 'restored' };
}

/** What is said of a role that was to be given more than a request can ask for. */
export function notGivenBack(
  resource: string,
  refusals: readonly string[],
  commands: readonly string[],
): UndoOutcome {
  return {
    resource,
    outcome: 'left',
    detail: `the plan says that it had what no request can ask for, and it was not given back: ${refusals.join(' ')} Give it back only if you know that it had this.`,
    commands,
  };
}

function partCommands(name: string, parts: readonly RolePart[], { trust, policy }: RoleState): string[] {
  return [
    ...(trust === undefined || !parts.includes('trust policy') ? [] : [trustCommand(name, trust)]),
    ...(policy === undefined || !parts.includes('permissions') ? [] : [permissionsCommand(name, policy)]),
  ];
}
