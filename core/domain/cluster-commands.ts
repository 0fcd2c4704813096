/* What an operator types where a cluster is at hand. */

export function createNamespaceCommand(namespace: string): string {
  return `oc get namespace ${namespace} || oc create namespace ${namespace}`;
}

/** Applies a Secret of the output bucket, by its address `s3://…`. */
export function applyCommand(address: string): string {
  return `aws s3 cp ${address} - | oc apply -f -`;
}
