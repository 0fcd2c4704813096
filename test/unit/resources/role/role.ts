import type { RoleState } from '../../../../core/domain/observed.ts';
import { diffRole } from '../../../../core/resources/role/diff.ts';
import { specsOf } from '../../../../core/resources/specs.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';

const desired = demoCluster({ permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Boundary' });
const [role] = desired.roles;
if (role === undefined) throw new Error('The demo cluster has no role.');

/** The role that these tests are about, as it shall be. */
export const ROLE = role;
export const TAGS = desired.tags;
export const NAME = role.name;
export const SPEC = specsOf(desired).role(role);
export const RUN_TAGS = { ...TAGS, 'sts-prep/run': RUN };

/** The role as it is once it is converged; parts can be replaced, or taken away by `undefined`. */
export function roleState(
  parts: { [Part in keyof RoleState]?: RoleState[Part] | undefined } = {},
): RoleState {
  const state = {
    arn: ROLE.arn,
    path: ROLE.path,
    description: ROLE.description,
    permissionsBoundaryArn: ROLE.permissionsBoundaryArn,
    maxSessionDuration: 3_600,
    tags: TAGS,
    trust: ROLE.trust,
    policy: ROLE.policy,
    ...parts,
  };
  return Object.fromEntries(
    Object.entries(state).filter(([, value]) => value !== undefined),
  ) as unknown as RoleState;
}

export const OTHER_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ec2:DescribeInstances'], Resource: '*' }],
};

/** What a plan says that was made when the role was like this. */
export function planned(before: RoleState | undefined) {
  return { ...SPEC, run: RUN, changes: diffRole(SPEC, before), before };
}
