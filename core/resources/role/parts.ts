import type { Roles } from '../../aws/roles.ts';
import type { RoleState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import type { PartOf } from '../check-table.ts';

/** What IAM changes of a role one by one. */
export type RoleParts = Pick<
  RoleState,
  'trust' | 'policy' | 'permissionsBoundaryArn' | 'description' | 'maxSessionDuration'
>;

interface Part {
  /** Whether it is the same in both; policies are compared by meaning. */
  same(left: RoleParts, right: RoleParts): boolean;
  /** Makes it as it is in `to`. */
  write(name: string, to: RoleParts, roles: Roles): Promise<void>;
}

/** The parts of a role but its tags, as changes name them. */
export const ROLE_PARTS = {
  'trust policy': {
    same: (left, right) => samePolicy(left.trust, right.trust),
    // A role cannot be without one; what could not be read is not written.
    write: async (name, { trust }, roles) => {
      if (trust !== undefined) await roles.putTrust(name, trust);
    },
  },
  permissions: {
    same: (left, right) => samePolicy(left.policy, right.policy),
    write: (name, { policy }, roles) =>
      policy === undefined ? roles.deletePolicy(name) : roles.putPolicy(name, policy),
  },
  'permissions boundary': {
    same: (left, right) => left.permissionsBoundaryArn === right.permissionsBoundaryArn,
    write: (name, { permissionsBoundaryArn }, roles) => roles.putBoundary(name, permissionsBoundaryArn),
  },
  description: {
    same: (left, right) => left.description === right.description,
    write: (name, { description = '', maxSessionDuration }, roles) =>
      roles.putDescription(name, description, maxSessionDuration),
  },
} satisfies Record<Exclude<PartOf<'role'>, 'all' | 'tags'>, Part>;

export type RolePart = keyof typeof ROLE_PARTS;
