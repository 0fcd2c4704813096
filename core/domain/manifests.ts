import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { TOKEN_PATH } from './names.ts';

/** A file for the installer's directory, relative to it. */
export interface InstallFile {
  readonly path: string;
  readonly content: string;
}

export const secretRefSchema = z.object({ namespace: z.string(), name: z.string() });

export type SecretRef = DeepReadonly<z.infer<typeof secretRefSchema>>;

/** Whether two references name one Secret. */
export function sameSecret(left: SecretRef, right: SecretRef): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}

/** Tells whether a Secret is among some, of which there may be many. */
export function amongSecrets(secrets: readonly SecretRef[]): (secret: SecretRef) => boolean {
  const key = ({ namespace, name }: SecretRef) => JSON.stringify([namespace, name]);
  const known = new Set(secrets.map(key));
  return (secret) => known.has(key(secret));
}

/** Where the manifest of a Secret is. */
export function secretPath({ namespace, name }: SecretRef): string {
  return `manifests/${namespace}-${name}-credentials.yaml`;
}

/**
 * The Secret that points a component at its role. Text and file name are ccoctl's to the byte, without a
 * newline at the end.
 *
 * @param tokenPath Where the component's pods find their token.
 */
export function secretManifest(
  secret: SecretRef,
  roleArn: string,
  tokenPath: string = TOKEN_PATH,
): InstallFile {
  return {
    path: secretPath(secret),
    content: `apiVersion: v1
stringData:
  credentials: |-
    [default]
    sts_regional_endpoints = regional
    role_arn = ${roleArn}
    web_identity_token_file = ${tokenPath}
kind: Secret
metadata:
  name: ${secret.name}
  namespace: ${secret.namespace}
type: Opaque`,
  };
}

/**
 * The cluster's Authentication. Bootstrap rendering looks for exactly this file name; under another name
 * the cluster would silently sign with its default issuer and STS would refuse every token.
 */
export function authenticationManifest(issuerUrl: string): InstallFile {
  return {
    path: 'manifests/cluster-authentication-02-config.yaml',
    content: `apiVersion: config.openshift.io/v1
kind: Authentication
metadata:
  name: cluster
spec:
  serviceAccountIssuer: ${issuerUrl}`,
  };
}
