/** Objects of a cluster's signing key, below `clusters/<name>/install/`. The private key is in this one place only. */
export const PRIVATE_KEY_FILE = 'tls/bound-service-account-signing-key.key';
export const PUBLIC_KEY_FILE = 'serviceaccount-signer.public';

export function installKey(clusterName: string, file: string): string {
  return `clusters/${clusterName}/install/${file}`;
}
