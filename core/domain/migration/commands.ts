/**
 * The commands by which a cluster that runs comes to use STS, as the product documentation has them ("Enabling AWS STS on an
 * existing cluster").
 */

/** Writes the public half of the key that the cluster signs with next, or already. */
export const SIGNER_COMMAND =
  "oc get secret/next-bound-service-account-signing-key -n openshift-kube-apiserver-operator -o jsonpath='{.data.service-account\\.pub}' | base64 -d > serviceaccount-signer.public";

/** Has the cluster sign for the issuer. */
export function issuerCommand(issuer: string): string {
  return `oc patch authentication cluster --type=merge -p '${JSON.stringify({ spec: { serviceAccountIssuer: issuer } })}'`;
}

export const STABLE_COMMAND = 'oc adm wait-for-stable-cluster';

/** Restarts every pod of the cluster, with its nodes. */
export const RESTART_COMMANDS: readonly string[] = [
  'oc adm reboot-machine-config-pool mcp/worker mcp/master',
  'oc adm wait-for-node-reboot nodes --all',
  STABLE_COMMAND,
];

/** From then on the cloud credential operator makes no Secret, and changes none back. */
export const MANUAL_COMMAND =
  'oc patch cloudcredential cluster --type=merge -p \'{"spec":{"credentialsMode":"Manual"}}\'';

/** Puts the Secrets in place of those with keys: `apply` would leave the keys in them. */
export function secretCommand(path: string, isThere: boolean): string {
  return `oc ${isThere ? 'replace' : 'create'} -f ${path}`;
}

export const ROOT_SECRET_COMMAND = 'oc delete secret aws-creds -n kube-system';
