/** Shows whether IAM has an identity provider: it is gone when the answer is NoSuchEntity. */
export function showProviderCommand(providerArn: string): string {
  return `aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${providerArn}`;
}

export function deleteProviderCommand(providerArn: string): string {
  return `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${providerArn}`;
}
