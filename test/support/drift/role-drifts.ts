import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  boundary,
  CLUSTER,
  deleteRole,
  document,
  iam,
  OWNER,
  permissions,
  policy,
  prepareAgain,
  provider,
  ROLE,
  roleAnew,
  statements,
  trust,
  upgrade,
} from './cluster.ts';

/** What somebody does to a prepared cluster, and every finding that the audit then has. */
export type Drift = readonly [title: string, make: () => Promise<unknown>, kinds: readonly string[]];

export const deny = { Effect: 'Deny', Action: 'route53:*', Resource: '*' };

export function onlyIf(statement: Record<string, unknown>, operator: string, key: string, value: string) {
  const { Condition } = statement as { Condition?: object };
  return { ...statement, Condition: { ...Condition, [operator]: { [key]: value } } };
}

/** What somebody does to the roles of a prepared cluster. */
export const ROLE_DRIFTS: readonly Drift[] = [
  ['a role is deleted', deleteRole, ['RoleMissing']],
  ['a role is made anew at another path', () => roleAnew('/elsewhere/'), ['RolePathChanged']],
  [
    'a role loses the tag of its owner',
    () => iam().send(new UntagRoleCommand({ RoleName: ROLE, TagKeys: [Object.keys(OWNER)[0] ?? ''] })),
    ['RoleTagsChanged'],
  ],
  [
    'a tag of a role gets another value',
    () => iam().send(new TagRoleCommand({ RoleName: ROLE, Tags: [{ Key: 'Name', Value: 'other' }] })),
    ['RoleTagsChanged'],
  ],
  [
    'a role trusts another service account instead',
    () =>
      trust((statements) =>
        JSON.parse(JSON.stringify(statements).replaceAll('ingress-operator', 'other-operator')),
      ),
    ['TrustNarrowed'],
  ],
  [
    'a role trusts another provider instead',
    () =>
      trust((statements) => JSON.parse(JSON.stringify(statements).replaceAll(provider, `${provider}-old`))),
    ['TrustNarrowed'],
  ],
  [
    'a role trusts a whole account as well',
    () =>
      trust((statements) => [
        ...statements,
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' },
      ]),
    ['TrustWidened'],
  ],
  [
    'a role trusts its service accounts from some network only',
    () =>
      trust((statements) =>
        statements.map((each) => onlyIf(each, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8')),
      ),
    ['TrustUnclear'],
  ],
  [
    'a role denies everybody, after an upgrade',
    async () => {
      await upgrade();
      await trust((statements) => [...statements, { Effect: 'Deny', Principal: '*', Action: '*' }]);
    },
    ['TrustNarrowed'],
  ],
  [
    'a role trusts a further service account',
    () =>
      trust((statements) => [
        ...statements,
        ...JSON.parse(JSON.stringify(statements).replaceAll('ingress-operator', 'other-operator')),
      ]),
    ['TrustChanged'],
  ],
  [
    'a role denies itself an action, after an upgrade',
    async () => {
      await upgrade();
      await statements((own) => [...own, deny]);
    },
    ['PermissionsLost'],
  ],
  [
    'a role denies itself an action on some condition',
    () => statements((own) => [...own, onlyIf(deny, 'Bool', 'aws:ViaAWSService', 'false')]),
    ['PermissionsUnclear'],
  ],
  [
    'the permissions boundary comes to allow less',
    () =>
      iam().send(
        new CreatePolicyVersionCommand({
          PolicyArn: boundary,
          PolicyDocument: document(['s3:GetObject']),
          SetAsDefault: true,
        }),
      ),
    ['PermissionsLost', 'PermissionsLost'],
  ],
  [
    'the bundle no longer asks for a permissions boundary',
    () => prepareAgain({ permissionsBoundaryArn: undefined }),
    ['BoundaryAdded', 'BoundaryAdded'],
  ],
  ['a role loses an action', () => permissions((actions) => actions.slice(1)), ['PermissionsLost']],
  [
    'a role loses its policy',
    () => iam().send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: ROLE })),
    ['PermissionsLost'],
  ],
  [
    'a role gains an action',
    () => permissions((actions) => [...actions, 'ec2:TerminateInstances']),
    ['PermissionsChanged'],
  ],
  ['a role gains everything', () => permissions((actions) => [...actions, '*']), ['PermissionsWidened']],
  [
    'a role loses its permissions boundary',
    () => iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ROLE })),
    ['BoundaryMissing'],
  ],
  [
    'a role gets another permissions boundary',
    () =>
      iam().send(
        new PutRolePermissionsBoundaryCommand({
          RoleName: ROLE,
          PermissionsBoundary: boundary.replace('Boundary', 'Other'),
        }),
      ),
    ['BoundaryChanged'],
  ],
  [
    'another boundary takes the permissions away',
    async () => {
      const narrow = await policy('Narrow', ['s3:GetObject']);
      await iam().send(
        new PutRolePermissionsBoundaryCommand({ RoleName: ROLE, PermissionsBoundary: narrow }),
      );
    },
    ['BoundaryChanged', 'PermissionsLost'],
  ],
  [
    'a role gets a further inline policy',
    () =>
      iam().send(
        new PutRolePolicyCommand({
          RoleName: ROLE,
          PolicyName: 'more',
          PolicyDocument: document(['s3:ListAllMyBuckets']),
        }),
      ),
    ['InlinePolicyExtra'],
  ],
  [
    'a further inline policy denies what a component needs',
    () =>
      iam().send(
        new PutRolePolicyCommand({
          RoleName: ROLE,
          PolicyName: 'no',
          PolicyDocument: document(['route53:*'], 'Deny'),
        }),
      ),
    ['InlinePolicyExtra', 'PermissionsLost'],
  ],
  [
    'a managed policy is attached to a role',
    () =>
      iam().send(
        new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: boundary.replace('Boundary', 'Small') }),
      ),
    ['PolicyAttached'],
  ],
  [
    'a policy that grants everything is attached to a role',
    () =>
      iam().send(
        new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: boundary.replace('Boundary', 'Other') }),
      ),
    ['PermissionsWidened'],
  ],
  [
    'a role with the tags of the cluster appears',
    () => roleAnew('/', `${CLUSTER}-left-over`),
    ['RoleOrphaned'],
  ],
];
