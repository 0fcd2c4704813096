import { Aws } from 'aws-cdk-lib';
import { type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PROVIDERS_PER_ACCOUNT } from '../../core/aws/provider-quota.ts';
import { OWN_ROLE_PATH, ownerTagKey, roleArn } from '../../core/domain/names.ts';

/**
 * A component's role is `<path><cluster>-<namespace>-<secret>`: any path, and namespaces of optional operators
 * follow no pattern. So it is not names that hold these functions, but tags and, where one is required, the
 * permissions boundary. docs/permissions.md says how far that reaches.
 */
const ROLES = roleArn(Aws.PARTITION, Aws.ACCOUNT_ID, '/', '*');
const OWN_ROLES = roleArn(Aws.PARTITION, Aws.ACCOUNT_ID, OWN_ROLE_PATH, '*');

/** A role that exists and is a cluster's: ccoctl and we tag with `Name` when we create, so adopting and undoing pass. */
const TAGGED: Conditions = { Null: { 'aws:ResourceTag/Name': 'false' } };

/** A request that tags the role as a cluster's. IAM cannot match the tag keys of an existing role by pattern, but those of a request it can. */
const TAGS_AS_CLUSTERS: Conditions = {
  Null: { 'aws:RequestTag/Name': 'false' },
  'ForAnyValue:StringLike': { 'aws:TagKeys': ownerTagKey('*') },
};

/** Actions whose requests IAM compares with `iam:PermissionsBoundary`: the role's boundary, or the one that the request sets. */
const COMPARED_WITH_BOUNDARY = ['iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'];

export function observeRoles(): PolicyStatement[] {
  return [allow(['iam:GetRole', 'iam:GetRolePolicy'])];
}

/** Which policies a role has besides the one that the pipeline gives it: with any other IAM refuses to delete it. */
export function observePoliciesOfRoles(): PolicyStatement[] {
  return [allow(['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'])];
}

/**
 * All roles of the account with all their policies, and AWS's own policies that are attached to them. The first
 * action takes no resource; one paginated call of it replaces four throttled ones for each role.
 * @param complete False where the answer lacks something, so that each role is asked for by itself; see platform.ts.
 */
export function observeAccountRoles(complete: boolean): PolicyStatement[] {
  return [
    ...listAccountRoles(complete),
    new PolicyStatement({
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: [`arn:${Aws.PARTITION}:iam::aws:policy/*`],
    }),
  ];
}

/** All roles of the account without the policies of AWS. */
export function listAccountRoles(complete: boolean): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['iam:GetAccountAuthorizationDetails'], resources: ['*'] }),
    ...(complete ? [] : [allow(['iam:GetRole'])]),
  ];
}

/**
 * How many roles and providers the account has and may have, and what the policies say that bound its roles: its own, or
 * AWS's.
 */
export function observeLimits(): PolicyStatement[] {
  return [
    // Neither knows a resource that could be named.
    new PolicyStatement({
      actions: ['iam:GetAccountSummary', 'iam:ListOpenIDConnectProviders'],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: ['servicequotas:GetServiceQuota'],
      resources: [
        `arn:${Aws.PARTITION}:servicequotas:*:${Aws.ACCOUNT_ID}:iam/${PROVIDERS_PER_ACCOUNT.QuotaCode}`,
      ],
    }),
    new PolicyStatement({
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: [Aws.ACCOUNT_ID, 'aws'].map((owner) => `arn:${Aws.PARTITION}:iam::${owner}:policy/*`),
    }),
  ];
}

/** Asks IAM's own simulator what a role may do. It runs nothing. */
export function simulateRoles(): PolicyStatement[] {
  return [allow(['iam:SimulatePrincipalPolicy'])];
}

/** Creates roles and repairs those that are there. `boundaryArn` is what every role must have; empty when nothing is demanded. */
export function applyRoles(boundaryArn: string): PolicyStatement[] {
  return [...makeRoles(boundaryArn), ...changeRoles(boundaryArn)];
}

/** Deletes roles that no request asks for any more. */
export function removeRoles(): PolicyStatement[] {
  return [allow(['iam:DeleteRole', 'iam:DeleteRolePolicy'], TAGGED), neverOwnRoles()];
}

/** Deletes the roles of a cluster, whatever policies are on them. No policy is deleted that is not a role's own. */
export function deleteRoles(): PolicyStatement[] {
  return [allow(['iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy'], TAGGED), neverOwnRoles()];
}

/** Whose a role is, and when it was used. */
export function observeUse(): PolicyStatement[] {
  return [allow(['iam:GetRole'])];
}

/** Deletes the roles a run made, recreates those that it deleted, and sets the others back. */
export function undoRoles(boundaryArn: string): PolicyStatement[] {
  return [
    ...makeRoles(boundaryArn),
    ...changeRoles(boundaryArn),
    allow(['iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:UntagRole'], TAGGED),
    // Who may take a boundary off need not respect it.
    ...(boundaryArn === '' ? [allow(['iam:DeleteRolePermissionsBoundary'], TAGGED)] : []),
  ];
}

function makeRoles(boundaryArn: string): PolicyStatement[] {
  return [
    allow(['iam:CreateRole'], withBoundary(TAGS_AS_CLUSTERS, boundaryArn)),
    // CreateRole with tags is checked as TagRole too, on a role that has no tags yet.
    allow(['iam:TagRole'], TAGS_AS_CLUSTERS),
  ];
}

function changeRoles(boundaryArn: string): PolicyStatement[] {
  return [
    allow(['iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:UpdateRole'], TAGGED),
    allow(COMPARED_WITH_BOUNDARY, withBoundary(TAGGED, boundaryArn)),
    neverOwnRoles(),
  ];
}

/** Whatever tags they have. */
function neverOwnRoles(): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, actions: ['iam:*'], resources: [OWN_ROLES] });
}

function withBoundary(conditions: Conditions, boundaryArn: string): Conditions {
  return boundaryArn === ''
    ? conditions
    : { ...conditions, ArnEquals: { 'iam:PermissionsBoundary': boundaryArn } };
}

function allow(actions: string[], conditions: Conditions = {}): PolicyStatement {
  return new PolicyStatement({ actions, resources: [ROLES], conditions });
}
