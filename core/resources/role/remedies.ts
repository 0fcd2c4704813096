import type { RoleSnapshot } from '../../domain/observed.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import { quoted } from '../../util/shell.ts';
import { tagList } from '../shell.ts';

/*
 * Commands that put a role right by hand, where no run does: an upgrade keeps what it finds, and what others added
 * stays, whatever comes.
 */

export function trustCommand(name: string, trust: PolicyDocument): string {
  return `aws iam update-assume-role-policy --role-name ${name} --policy-document ${quoted(JSON.stringify(trust))}`;
}

export function permissionsCommand(name: string, policy: PolicyDocument): string {
  return `aws iam put-role-policy --role-name ${name} --policy-name ${name} --policy-document ${quoted(JSON.stringify(policy))}`;
}

export function deleteInlineCommand(name: string, policyName: string): string {
  return `aws iam delete-role-policy --role-name ${name} --policy-name ${quoted(policyName)}`;
}

export function detachCommand(name: string, policyArn: string): string {
  return `aws iam detach-role-policy --role-name ${name} --policy-arn ${policyArn}`;
}

export function deleteBoundaryCommand(name: string): string {
  return `aws iam delete-role-permissions-boundary --role-name ${name}`;
}

export function tagRoleCommand(name: string, tags: Readonly<Record<string, string>>): string {
  return `aws iam tag-role --role-name ${name} --tags ${tagList(tags)}`;
}

/** The version that is meant is for the operator to choose. */
export function restoreBoundaryCommands(policyArn: string): string {
  return `aws iam list-policy-versions --policy-arn ${policyArn}; aws iam set-default-policy-version --policy-arn ${policyArn} --version-id <version>`;
}

/** Deletes a role with all policies that it has. */
export function deleteRoleCommands({
  name,
  inline,
  attached,
}: Pick<RoleSnapshot, 'name' | 'inline' | 'attached'>): string {
  return [
    ...attached.map((arn) => detachCommand(name, arn)),
    ...Object.keys(inline).map((policyName) => deleteInlineCommand(name, policyName)),
    `aws iam delete-role --role-name ${name}`,
  ].join('; ');
}
