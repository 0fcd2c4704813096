import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from '@aws-sdk/client-iam';
import { type PolicyDocument, parsePolicy } from '../domain/policy-document.ts';

/** The default version of a managed policy; undefined where it is none. Throws what IAM throws, such as NoSuchEntity. */
export async function managedPolicy(iam: IAMClient, arn: string): Promise<PolicyDocument | undefined> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  if (Policy?.DefaultVersionId === undefined) return undefined;
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy.DefaultVersionId }),
  );
  return PolicyVersion?.Document === undefined ? undefined : parsePolicy(PolicyVersion.Document);
}
