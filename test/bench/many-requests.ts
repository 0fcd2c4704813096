/** The files of a bundle of so many requests, all alike. */
export function bundleFiles(name: string, roles: number): Record<string, string> {
  const files: Record<string, string> = { 'cluster.yaml': `name: ${name}\nregion: us-east-2\n` };
  for (let index = 0; index < roles; index += 1) {
    files[`credreqs/${String(index).padStart(3, '0')}.yaml`] = `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata:
  name: component-${index}
spec:
  secretRef: { namespace: openshift-component-${index}, name: cloud-credentials }
  serviceAccountNames: [operator]
  providerSpec:
    apiVersion: cloudcredential.openshift.io/v1
    kind: AWSProviderSpec
    statementEntries:
      - effect: Allow
        action: [ec2:DescribeInstances, ec2:DescribeVolumes, ec2:CreateTags, elasticloadbalancing:DescribeLoadBalancers]
        resource: "*"
`;
  }
  return files;
}
