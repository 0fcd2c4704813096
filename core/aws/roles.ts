import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import type { RoleState } from '../domain/observed.ts';
import { type PolicyDocument, parsePolicy } from '../domain/policy-document.ts';
import type { Tags } from '../domain/tags.ts';
import { defined } from '../util/defined.ts';
import { ignoreNotFound } from './errors.ts';
import { fromTagList, toTagList } from './tags.ts';

export interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  readonly permissionsBoundaryArn?: string;
  /** In seconds; without it one hour. */
  readonly maxSessionDuration?: number;
  readonly trust: PolicyDocument;
  readonly tags: Tags;
}

/** What IAM tells of a role by itself. */
export interface RoleUsage {
  readonly tags: Tags;
  /** Absent where it cannot be read. */
  readonly trust?: PolicyDocument;
  readonly permissionsBoundaryArn?: string;
  /** ISO 8601; absent when IAM shows no use of it in the 400 days that it keeps. */
  readonly lastUsed?: string;
}

/** What the pipeline does with IAM roles. */
export interface Roles {
  /** @param expected `present` asks for role and policy at the same time, which costs a call when there is no role. */
  get(name: string, expected?: 'present'): Promise<RoleState | undefined>;
  /** Whose the role is, whom it trusts and when it was last assumed, in one call. */
  usage(name: string): Promise<RoleUsage | undefined>;
  /** When the role was last assumed, ISO 8601; undefined when IAM shows no use of it in the 400 days that it keeps. */
  lastUsed(name: string): Promise<string | undefined>;
  create(role: NewRole): Promise<void>;
  /** An inline policy by its name; `missing` when the role, or it, is not there, undefined when it is not JSON. */
  inlinePolicy(name: string, policyName: string): Promise<PolicyDocument | 'missing' | undefined>;
  putPolicy(name: string, policy: PolicyDocument): Promise<void>;
  /** @param policyName Of an inline policy; without it the one that the pipeline gives the role. */
  deletePolicy(name: string, policyName?: string): Promise<void>;
  /** Takes a managed policy off the role; the policy stays. */
  detachPolicy(name: string, policyArn: string): Promise<void>;
  putTrust(name: string, trust: PolicyDocument): Promise<void>;
  /** Without an ARN the boundary is removed. */
  putBoundary(name: string, arn: string | undefined): Promise<void>;
  /** IAM sets description and session duration together; without a duration it would fall back to one hour. */
  putDescription(name: string, description: string, maxSessionDuration: number | undefined): Promise<void>;
  tag(name: string, tags: Tags): Promise<void>;
  untag(name: string, keys: readonly string[]): Promise<void>;
  inlinePolicyNames(name: string): Promise<readonly string[]>;
  attachedPolicyArns(name: string): Promise<readonly string[]>;
  delete(name: string): Promise<void>;
}

const ABSENT = 'NoSuchEntity';

/** IAM roles through the SDK. Throws what the SDK throws, but for what is absent. */
export function iamRoles(iam: IAMClient): Roles {
  return {
    async get(name, expected) {
      const readPolicy = () =>
        ignoreNotFound(iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: name })), ABSENT);
      // IAM's call rates are low, and at first no role of a cluster is there.
      const early = expected === 'present' ? readPolicy() : undefined;
      const [role] = await Promise.all([
        ignoreNotFound(iam.send(new GetRoleCommand({ RoleName: name })), ABSENT),
        early,
      ]);
      if (role?.Role === undefined) return undefined;
      const policy = await (early ?? readPolicy());
      const {
        Arn,
        Path,
        Description,
        PermissionsBoundary,
        MaxSessionDuration,
        Tags,
        AssumeRolePolicyDocument,
      } = role.Role;
      const trust =
        AssumeRolePolicyDocument === undefined ? undefined : parsePolicy(AssumeRolePolicyDocument);
      const inline = policy?.PolicyDocument === undefined ? undefined : parsePolicy(policy.PolicyDocument);
      return {
        arn: Arn ?? '',
        path: Path ?? '/',
        ...defined({ description: Description }),
        ...(PermissionsBoundary?.PermissionsBoundaryArn === undefined
          ? {}
          : { permissionsBoundaryArn: PermissionsBoundary.PermissionsBoundaryArn }),
        ...defined({ maxSessionDuration: MaxSessionDuration }),
        tags: fromTagList(Tags),
        ...defined({ trust, policy: inline }),
      };
    },

    async lastUsed(name) {
      const answer = await ignoreNotFound(iam.send(new GetRoleCommand({ RoleName: name })), ABSENT);
      return answer?.Role?.RoleLastUsed?.LastUsedDate?.toISOString();
    },

    async usage(name) {
      const answer = await ignoreNotFound(iam.send(new GetRoleCommand({ RoleName: name })), ABSENT);
      if (answer?.Role === undefined) return undefined;
      const { Tags, PermissionsBoundary, RoleLastUsed, AssumeRolePolicyDocument: trust } = answer.Role;
      return {
        tags: fromTagList(Tags),
        ...defined({
          trust: trust === undefined ? undefined : parsePolicy(trust),
          permissionsBoundaryArn: PermissionsBoundary?.PermissionsBoundaryArn,
          lastUsed: RoleLastUsed?.LastUsedDate?.toISOString(),
        }),
      };
    },

    async create({ name, path, description, permissionsBoundaryArn, maxSessionDuration, trust, tags }) {
      await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: path,
          ...defined({ Description: description, MaxSessionDuration: maxSessionDuration }),
          AssumeRolePolicyDocument: JSON.stringify(trust),
          Tags: toTagList(tags),
          ...defined({ PermissionsBoundary: permissionsBoundaryArn }),
        }),
      );
    },

    async inlinePolicy(name, policyName) {
      const found = await ignoreNotFound(
        iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policyName })),
        ABSENT,
      );
      return found === undefined ? 'missing' : parsePolicy(found.PolicyDocument ?? '');
    },

    async putPolicy(name, policy) {
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: name,
          PolicyDocument: JSON.stringify(policy),
        }),
      );
    },

    async deletePolicy(name, policyName = name) {
      await ignoreNotFound(
        iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policyName })),
        ABSENT,
      );
    },

    async detachPolicy(name, policyArn) {
      await ignoreNotFound(
        iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn })),
        ABSENT,
      );
    },

    async putTrust(name, trust) {
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: JSON.stringify(trust) }),
      );
    },

    async putBoundary(name, arn) {
      if (arn === undefined)
        await ignoreNotFound(iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: name })), ABSENT);
      else
        await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: arn }));
    },

    async putDescription(name, description, maxSessionDuration) {
      await iam.send(
        new UpdateRoleCommand({
          RoleName: name,
          Description: description,
          ...defined({ MaxSessionDuration: maxSessionDuration }),
        }),
      );
    },

    async tag(name, tags) {
      await iam.send(new TagRoleCommand({ RoleName: name, Tags: toTagList(tags) }));
    },

    async untag(name, keys) {
      await iam.send(new UntagRoleCommand({ RoleName: name, TagKeys: [...keys] }));
    },

    inlinePolicyNames: (name) =>
      allOfRole(async (page) => {
        const answer = await iam.send(new ListRolePoliciesCommand({ RoleName: name, ...page }));
        return { ...answer, items: answer.PolicyNames ?? [] };
      }),

    attachedPolicyArns: (name) =>
      allOfRole(async (page) => {
        const answer = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name, ...page }));
        return {
          ...answer,
          items: (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
        };
      }),

    async delete(name) {
      await ignoreNotFound(iam.send(new DeleteRoleCommand({ RoleName: name })), ABSENT);
    },
  };
}

interface Page {
  readonly items: readonly string[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** IAM may give fewer than there are in an answer, however few these are. */
async function allOfRole(
  read: (page: { readonly Marker?: string }) => Promise<Page>,
): Promise<readonly string[]> {
  const all: string[] = [];
  let marker: string | undefined;
  do {
    const { items, IsTruncated, Marker } = await read(defined({ Marker: marker }));
    for (const item of items) all.push(item);
    marker = IsTruncated === true ? Marker : undefined;
  } while (marker !== undefined);
  return all;
}
