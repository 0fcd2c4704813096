import { hasCode } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import type { Change } from '../../domain/change.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { ChangedSincePlan, NotYetConsistent, ResourceConflict } from '../../domain/errors.ts';
import { RUN_TAG } from '../../domain/names.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { isOfRun } from '../ownership.ts';
import { ROLE_PARTS, type RolePart } from './diff.ts';

export interface RoleInput {
  readonly run: string;
  readonly desired: DesiredRole;
  readonly tags: Tags;
  readonly changes: readonly Change[];
  readonly before: RoleState | undefined;
}

/**
 * Makes the planned changes to a role. Safe to run again after any stop. Throws ResourceConflict when the
 * role appeared since the plan, ChangedSincePlan when somebody else changed it since, and NotYetConsistent
 * when IAM does not know the fresh provider or role yet.
 */
export async function applyRole(input: RoleInput, roles: Roles): Promise<void> {
  if (input.before === undefined) await createRole(input, roles);
  else await updateRole(input, input.before, roles);
}

async function createRole({ run, desired, tags }: RoleInput, roles: Roles): Promise<void> {
  const { name, path, description, permissionsBoundaryArn, trust } = desired;
  try {
    await roles.create({
      name,
      path,
      description,
      trust,
      tags: { ...tags, [RUN_TAG]: run },
      ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
    });
  } catch (error) {
    // IAM validates principals against a replica that may not know the provider of a second ago.
    if (hasCode(error, 'MalformedPolicyDocument') && /principal/i.test((error as Error).message)) {
      throw new NotYetConsistent(`IAM does not know the provider in the trust policy of ${name} yet.`, {
        cause: error,
      });
    }
    if (!hasCode(error, 'EntityAlreadyExists')) throw error;
    const state = await roles.get(name);
    if (state === undefined)
      throw new NotYetConsistent(`IAM does not show the role ${name} yet.`, { cause: error });
    if (!isOfRun(state.tags, run)) {
      throw new ResourceConflict(`IAM role ${name} appeared while this run was at work; it was not touched.`);
    }
  }
  try {
    await roles.putPolicy(name, desired.policy);
  } catch (error) {
    // A policy may allow this by the role's tags, which lag like the role itself.
    if (hasCode(error, 'NoSuchEntity', 'AccessDenied'))
      throw new NotYetConsistent(
        `IAM does not take a policy for the new role ${name} yet: ${(error as Error).message}`,
        { cause: error },
      );
    throw error;
  }
}

async function updateRole(
  { desired, tags, changes }: RoleInput,
  before: RoleState,
  roles: Roles,
): Promise<void> {
  const { name } = desired;
  const current = await roles.get(name);
  if (current === undefined)
    throw new ChangedSincePlan(`IAM role ${name} was deleted by somebody else while this run was at work.`);
  const planned = (part: RolePart) => changes.some((change) => change.part === ROLE_PARTS[part]);
  const apply = async (part: RolePart, done: boolean, unchanged: boolean, write: () => Promise<void>) => {
    if (!planned(part) || done) return;
    if (!unchanged)
      throw new ChangedSincePlan(
        `The ${ROLE_PARTS[part]} of IAM role ${name} was changed by somebody else while this run was at work.`,
      );
    await write();
  };
  // Where IAM demands a boundary, it refuses every other change to a role that has none.
  await apply(
    'boundary',
    current.permissionsBoundaryArn === desired.permissionsBoundaryArn,
    current.permissionsBoundaryArn === before.permissionsBoundaryArn,
    () => roles.putBoundary(name, desired.permissionsBoundaryArn),
  );
  await apply(
    'trust',
    samePolicy(current.trust, desired.trust),
    samePolicy(current.trust, before.trust),
    () => roles.putTrust(name, desired.trust),
  );
  await apply(
    'policy',
    samePolicy(current.policy, desired.policy),
    samePolicy(current.policy, before.policy),
    () => roles.putPolicy(name, desired.policy),
  );
  await apply(
    'description',
    current.description === desired.description,
    current.description === before.description,
    () => roles.putDescription(name, desired.description, current.maxSessionDuration),
  );
  if (planned('tags')) await roles.tag(name, missingTags(tags, before.tags));
}
