import { setTimeout as sleep } from 'node:timers/promises';
import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import { word } from '../../util/shell.ts';
import { isOwned } from '../ownership.ts';
import type { RemovalStep } from '../resource.ts';
import { undoing } from '../undoing.ts';
import { permissionsCommand } from './remedies.ts';
import type { RemovableRole } from './remove.ts';
import { type GivingBack, notGivenBack } from './undo.ts';

/** Pauses until IAM knows a role that was made a moment ago, in milliseconds. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 10_000];

/**
 * Recreates a role that a run removed, as it was to the last part; only IAM's internal id is another one.
 * Nothing of this looks first whether the role is there: IAM may still show what was deleted a moment ago,
 * but it knows when a name is taken.
 */
export function undoRoleRemoval(
  { cluster, found: { name, before } }: RemovalStep<RemovableRole>,
  {
    roles,
    beyond,
    wait = sleep,
  }: { readonly roles: Roles; readonly wait?: (ms: number) => Promise<unknown> } & GivingBack,
): Promise<UndoOutcome> {
  const resource = `role ${name}`;
  return undoing(resource, createCommands(name, before), async () => {
    const refusals = beyond(name, before, undefined);
    if (refusals.length > 0) return notGivenBack(resource, refusals, createCommands(name, before));
    const isMade = await make(name, before, roles);
    const current = isMade ? undefined : await roles.get(name);
    if (current !== undefined && !isOurs(current, before, cluster)) {
      return {
        resource,
        outcome: 'left',
        detail: 'there is another one of that name since this run; it was not touched',
        commands: [`aws iam get-role --role-name ${name}`],
      };
    }
    // The policy goes before the role does. Whether it is still there, a read would not tell for sure.
    await putPolicy(name, before, roles, wait);
    return current !== undefined && samePolicy(current.policy, before.policy)
      ? { resource, outcome: 'untouched', detail: 'still there' }
      : { resource, outcome: 'undone', detail: 'recreated' };
  });
}

/** Commands that recreate a role. */
export function createCommands(name: string, before: RoleState): string[] {
  const { path, description, permissionsBoundaryArn, maxSessionDuration, tags, trust, policy } = before;
  const options: [string, string | undefined][] = [
    ['role-name', name],
    ['path', path],
    ['description', description],
    ['permissions-boundary', permissionsBoundaryArn],
    ['max-session-duration', maxSessionDuration?.toString()],
    ['tags', JSON.stringify(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })))],
    ['assume-role-policy-document', JSON.stringify(trust ?? {})],
  ];
  const create = options.flatMap(([option, value]) =>
    value === undefined ? [] : `--${option} ${word(value)}`,
  );
  return [
    `aws iam create-role ${create.join(' ')}`,
    ...(policy === undefined ? [] : [permissionsCommand(name, policy)]),
  ];
}

/** Whether the role had to be made; not when its name is taken. */
async function make(
  name: string,
  { arn: _, policy: __, trust, ...parts }: RoleState,
  roles: Roles,
): Promise<boolean> {
  try {
    await roles.create({ name, ...parts, trust: trust ?? { Version: '2012-10-17', Statement: [] } });
    return true;
  } catch (error) {
    if (!isAwsError(error, 'EntityAlreadyExists')) throw error;
    return false;
  }
}

function isOurs({ tags, trust, policy }: RoleState, before: RoleState, cluster: string): boolean {
  return (
    isOwned(tags, cluster) &&
    samePolicy(trust, before.trust) &&
    (policy === undefined || samePolicy(policy, before.policy))
  );
}

async function putPolicy(
  name: string,
  { policy }: RoleState,
  roles: Roles,
  wait: (ms: number) => Promise<unknown>,
): Promise<void> {
  if (policy === undefined) return;
  for (const pause of PAUSES_MS) {
    try {
      return await roles.putPolicy(name, policy);
    } catch (error) {
      // IAM may allow it by the tags of the role, which lag like the role itself.
      if (!isAwsError(error, 'NoSuchEntity', 'AccessDenied')) throw error;
      await wait(pause);
    }
  }
  return roles.putPolicy(name, policy);
}
