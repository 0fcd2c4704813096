import { isAwsError } from '../../aws/errors.ts';
import type { Roles } from '../../aws/roles.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { ChangedSincePlan, NotYetConsistent, ResourceConflict } from '../../domain/errors.ts';
import { RUN_TAG } from '../../domain/names.ts';
import type { RoleState } from '../../domain/observed.ts';
import { missingTags } from '../../domain/tags.ts';
import { defined } from '../../util/defined.ts';
import { changing } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import { isOfRun } from '../ownership.ts';
import type { Step } from '../resource.ts';
import { ROLE_PARTS, type RolePart } from './parts.ts';

type RoleStep = Step<DesiredRole, RoleState>;

interface Access {
  readonly roles: Roles;
}

/** Where IAM demands a boundary, it refuses every other change to a role that has none. */
const ORDER = [
  'permissions boundary',
  'trust policy',
  'permissions',
  'description',
] as const satisfies readonly RolePart[];

/**
 * Makes the planned changes to a role. Safe to run again after any stop. Throws ResourceConflict when the
 * role appeared since the plan, ChangedSincePlan when somebody else changed it since, and NotYetConsistent
 * when IAM does not know the fresh provider, role or boundary yet.
 */
export async function applyRole(step: RoleStep, { roles }: Access): Promise<void> {
  if (step.changes.length === 0) return;
  if (step.before === undefined) await createRole(step, roles);
  else await updateRole(step, step.before, roles);
}

async function createRole({ run, desired, tags }: RoleStep, roles: Roles): Promise<void> {
  const { name, path, description, permissionsBoundaryArn, trust } = desired;
  try {
    await roles.create({
      name,
      path,
      description,
      trust,
      tags: { ...tags, [RUN_TAG]: run },
      ...defined({ permissionsBoundaryArn }),
    });
  } catch (error) {
    if (isOfUnknownPrincipal(error)) throw unknownProvider(name, error);
    if (!isAwsError(error, 'EntityAlreadyExists')) throw error;
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
    if (isAwsError(error, 'NoSuchEntity', 'AccessDenied'))
      throw new NotYetConsistent(
        `IAM does not take a policy for the new role ${name} yet: ${(error as Error).message}`,
        { cause: error },
      );
    throw error;
  }
}

async function updateRole(step: RoleStep, before: RoleState, roles: Roles): Promise<void> {
  const { desired, tags } = step;
  const { name } = desired;
  const current = await roles.get(name);
  if (current === undefined)
    throw new ChangedSincePlan(`IAM role ${name} was deleted by somebody else while this run was at work.`);
  let boundaryWritten = false;
  for (const part of ORDER) {
    const { same, write } = ROLE_PARTS[part];
    if (!changing(step, part) || same(current, desired)) continue;
    if (!same(current, before))
      throw new ChangedSincePlan(
        `The ${part} of IAM role ${name} was changed by somebody else while this run was at work.`,
      );
    try {
      // IAM sets the session's duration along with the description.
      await write(name, { ...desired, ...sessionOf(current) }, roles);
    } catch (error) {
      if (isOfUnknownPrincipal(error)) throw unknownProvider(name, error);
      // What is allowed may depend on the boundary of a moment ago, and it lags.
      if (boundaryWritten && isAwsError(error, 'AccessDenied'))
        throw new NotYetConsistent(
          `IAM does not take a change to the role ${name} with its new boundary yet: ${(error as Error).message}`,
          { cause: error },
        );
      throw error;
    }
    boundaryWritten ||= part === 'permissions boundary';
  }
  if (changing(step, CHECK_TABLE.role.tags.change)) await roles.tag(name, missingTags(tags, before.tags));
}

/** IAM validates principals against a replica that may not know the provider of a second ago. */
function isOfUnknownPrincipal(error: unknown): error is Error {
  return isAwsError(error, 'MalformedPolicyDocument') && /principal/i.test((error as Error).message);
}

function unknownProvider(name: string, cause: Error): NotYetConsistent {
  return new NotYetConsistent(`IAM does not know the provider in the trust policy of ${name} yet.`, {
    cause,
  });
}

function sessionOf({ maxSessionDuration }: RoleState): Pick<RoleState, 'maxSessionDuration'> {
  return defined({ maxSessionDuration });
}
