import {
  type AttachedPolicy,
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  type IAMClient,
  type ManagedPolicyDetail,
  type Role,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import pMap from 'p-map';
import type { RoleSnapshot } from '../domain/observed.ts';
import { type PolicyDocument, parsePolicy } from '../domain/policy-document.ts';
import { defined } from '../util/defined.ts';
import { managedPolicy } from './managed-policy.ts';
import { fromTagList } from './tags.ts';

export interface AccountRoles {
  readonly roles: readonly RoleSnapshot[];
  /** Default versions of the account's own managed policies, by ARN. */
  readonly policies: Readonly<Record<string, PolicyDocument>>;
}

export interface AccountReader {
  /** All roles and managed policies of the account. */
  read(): Promise<AccountRoles>;
  /** Whose all roles of the account are, and whom they trust. */
  trusts(): Promise<readonly Pick<RoleSnapshot, 'name' | 'tags' | 'trust'>[]>;
  /** Default version of one of AWS's own policies; undefined when it cannot be read. */
  awsPolicy(arn: string): Promise<PolicyDocument | undefined>;
}

/** IAM gives this many at most in one answer. */
const PAGE = 1_000;

const READ_CONCURRENCY = 40;

/**
 * Reads all roles of an account by one paginated call. Asking for each role by itself takes four calls, of
 * which IAM answers some fifteen a second: a fleet of 200 clusters would take minutes.
 *
 * @param complete False on an emulator whose answer lacks boundaries and last use; then each role is asked for by itself.
 */
export function accountReader(iam: IAMClient, complete: boolean): AccountReader {
  return {
    async trusts() {
      return (await detailsOf(iam, ['Role'])).roles.map(snapshotOf);
    },

    async read() {
      const { roles: details, policies } = await detailsOf(iam, ['Role', 'LocalManagedPolicy']);
      const roles = complete
        ? details
        : await pMap(details, (detail) => supplemented(iam, detail), { concurrency: READ_CONCURRENCY });
      return {
        roles: roles.map(snapshotOf),
        policies: Object.fromEntries(
          policies.flatMap(({ Arn = '', PolicyVersionList = [] }) => {
            const document = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document;
            const policy = document === undefined ? undefined : parsePolicy(document);
            return policy === undefined ? [] : [[Arn, policy]];
          }),
        ),
      };
    },

    awsPolicy: (arn) => managedPolicy(iam, arn),
  };
}

async function detailsOf(iam: IAMClient, filter: EntityType[]) {
  const roles: RoleDetail[] = [];
  const policies: ManagedPolicyDetail[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.send(
      new GetAccountAuthorizationDetailsCommand({
        Filter: filter,
        MaxItems: PAGE,
        ...defined({ Marker: marker }),
      }),
    );
    for (const detail of page.RoleDetailList ?? []) roles.push(detail);
    for (const policy of page.Policies ?? []) policies.push(policy);
    marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (marker !== undefined);
  return { roles, policies };
}

/** The same facts under the same names; IAM has two types for them. */
type Detail = RoleDetail & Pick<Role, 'PermissionsBoundary' | 'RoleLastUsed'>;

async function supplemented(iam: IAMClient, detail: RoleDetail): Promise<Detail> {
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: detail.RoleName }));
  return {
    ...detail,
    ...defined({ PermissionsBoundary: role?.PermissionsBoundary, RoleLastUsed: role?.RoleLastUsed }),
  };
}

function snapshotOf(detail: Detail): RoleSnapshot {
  const trust =
    detail.AssumeRolePolicyDocument === undefined ? undefined : parsePolicy(detail.AssumeRolePolicyDocument);
  const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
  const { LastUsedDate, Region } = detail.RoleLastUsed ?? {};
  return {
    name: detail.RoleName ?? '',
    arn: detail.Arn ?? '',
    path: detail.Path ?? '/',
    tags: fromTagList(detail.Tags),
    ...defined({ trust }),
    inline: Object.fromEntries(
      (detail.RolePolicyList ?? []).map(({ PolicyName = '', PolicyDocument: document }) => [
        PolicyName,
        (document === undefined ? undefined : parsePolicy(document)) ?? null,
      ]),
    ),
    attached: (detail.AttachedManagedPolicies ?? []).map(({ PolicyArn = '' }: AttachedPolicy) => PolicyArn),
    ...defined({
      permissionsBoundaryArn: boundary,
      createdAt: detail.CreateDate?.toISOString(),
      lastUsed: LastUsedDate?.toISOString(),
      lastUsedRegion: Region,
    }),
  };
}
