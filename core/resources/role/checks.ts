import type { DesiredRole } from '../../domain/desired-state.ts';
import type { RoleState } from '../../domain/observed.ts';
import type { Coverage } from '../../domain/policy/coverage.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import type { CheckOf } from '../check-table.ts';
import { tagChecks, when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';
import { ROLE_PARTS } from './parts.ts';

export interface ActualRole extends RoleState {
  /** What the role has besides, where all of it was read. */
  readonly further?: {
    /** Inline policies of other names; one that is not JSON is null. */
    readonly inline: Readonly<Record<string, PolicyDocument | null>>;
    /** ARNs. */
    readonly attached: readonly string[];
    /** What all of its policies together say to the permissions that it shall have. */
    readonly effect: Coverage['verdict'];
  };
}

type Found = readonly Discrepancy<CheckOf<'role'>>[];

/** In which ways a role is not as it should be. Policies are compared by meaning. */
export function checkRole({ desired, tags }: Spec<DesiredRole>, actual: ActualRole | undefined): Found {
  if (actual === undefined) return [{ check: 'missing' }];
  const { further } = actual;
  return [
    ...when(actual.path !== desired.path, { check: 'path', actual: actual.arn, expected: desired.arn }),
    ...tagChecks(tags, actual.tags),
    ...when(!ROLE_PARTS['trust policy'].same(actual, desired), {
      check: 'trust',
      actual: actual.trust,
      expected: desired.trust,
    }),
    // A boundary or another policy may take away what its own still grants.
    ...when(!ROLE_PARTS.permissions.same(actual, desired) || (further?.effect ?? 'covered') !== 'covered', {
      check: 'permissions',
      actual: actual.policy,
      expected: desired.policy,
    }),
    ...boundaryChecks(desired.permissionsBoundaryArn, actual.permissionsBoundaryArn),
    ...when(!ROLE_PARTS.description.same(actual, desired), {
      check: 'description',
      actual: actual.description,
      expected: desired.description,
    }),
    ...Object.entries(further?.inline ?? {}).map(
      ([subject, document]) => ({ check: 'inline-extra', subject, actual: document }) as const,
    ),
    ...(further?.attached ?? []).map(
      (arn) => ({ check: 'attached-extra', subject: arn, actual: arn }) as const,
    ),
  ];
}

function boundaryChecks(expected: string | undefined, actual: string | undefined): Found {
  if (actual === expected) return [];
  const check =
    expected === undefined ? 'boundary-added' : actual === undefined ? 'boundary-missing' : 'boundary-other';
  return [{ check, actual, expected }];
}
