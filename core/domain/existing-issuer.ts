import type { DesiredIssuer, Placement } from './desired-state.ts';
import type { Problem } from './problem.ts';

/** IAM keeps host and path of an issuer in the provider's ARN as they were given. */
const PROVIDER = /^arn:([a-z0-9-]+):iam::(\d{12}):oidc-provider\/([a-z0-9.-]+(?:\/[\w.~/-]+)?)$/i;

/** Whether a text is the ARN of an IAM OIDC provider. */
export function isProviderArn(text: string): boolean {
  return PROVIDER.test(text);
}

/** The issuer that an IAM OIDC provider is for. Throws TypeError when it is not the ARN of one: that is checked before. */
export function existingIssuer(providerArn: string): DesiredIssuer {
  const [, , , host] = PROVIDER.exec(providerArn) ?? [];
  if (host === undefined) throw new TypeError(`${providerArn} is not the ARN of an OIDC provider.`);
  return { type: 'existing', url: `https://${host}`, host };
}

/** What stands against the provider of an existing issuer before anybody has looked at it. */
export function checkProviderArn(
  providerArn: string,
  { iamPartition, accountId }: Placement,
  file: string | undefined,
): Problem[] {
  const at = { ...(file === undefined ? {} : { file }), field: 'issuer.providerArn' };
  const [, partition, account] = PROVIDER.exec(providerArn) ?? [];
  if (partition === undefined)
    return [
      {
        code: 'ClusterConfigInvalid',
        ...at,
        message: 'It is not the ARN of an IAM OIDC provider.',
        remedy: `Write it like arn:${iamPartition}:iam::${accountId}:oidc-provider/oidc.example.com; aws iam list-open-id-connect-providers has them all.`,
      },
    ];
  if (partition === iamPartition && account === accountId) return [];
  return [
    {
      code: 'ClusterConfigInvalid',
      ...at,
      message: `The provider is in account ${account} of partition ${partition}, and the roles are made in ${accountId} of ${iamPartition}.`,
      remedy: 'IAM trusts providers of its own account only; name the provider of this account.',
    },
  ];
}
