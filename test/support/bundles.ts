import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { stringify } from 'yaml';
import { tgzOf } from './archives.ts';

/**
 * Makes bundles for tests, good ones and bad ones: every builder makes something valid by itself, and what a
 * test wants otherwise is said by the dotted path of the field. `undefined` removes a field:
 *
 *     request({ 'spec.secretRef': undefined })
 *     request({ 'spec.providerSpec.statementEntries.0.effect': 'allow' })
 *     bundle({ 'cluster.yaml': clusterYaml({ name: 'Demo' }) })
 */
export type Changes = Readonly<Record<string, unknown>>;

export const CLUSTER_FILE = 'cluster.yaml';
export const REQUEST_FILE = 'credreqs/10-ingress.yaml';
export const PUBLIC_KEY_FILE = 'serviceaccount-signer.public';

/** Stands in every `install-config.yaml` where the pull secret is; nothing may ever repeat it. */
export const PULL_SECRET = 'marker-of-the-pull-secret';

/** A CredentialsRequest as releases have it, of a component of its own. */
export function request(changes: Changes = {}): string {
  return stringify(requestValue(changes));
}

/** The same as data, for lists of requests. */
export function requestValue(changes: Changes = {}): unknown {
  return changed(
    {
      apiVersion: 'cloudcredential.openshift.io/v1',
      kind: 'CredentialsRequest',
      metadata: { name: 'ingress', namespace: 'openshift-cloud-credential-operator' },
      spec: {
        secretRef: { namespace: 'openshift-ingress-operator', name: 'cloud-credentials' },
        serviceAccountNames: ['ingress-operator'],
        providerSpec: {
          apiVersion: 'cloudcredential.openshift.io/v1',
          kind: 'AWSProviderSpec',
          statementEntries: [
            {
              effect: 'Allow',
              action: ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones'],
              resource: '*',
            },
          ],
        },
      },
    },
    changes,
  );
}

/** The request of a further component: namespace `openshift-<component>`, everything else its own too. */
export function requestOf(component: string, changes: Changes = {}): string {
  return request({
    'metadata.name': component,
    'spec.secretRef.namespace': `openshift-${component}`,
    'spec.serviceAccountNames': [`${component}-operator`],
    ...changes,
  });
}

/** Changes of the only statement of a request, by field. */
export function statement(changes: Changes): Changes {
  return Object.fromEntries(
    Object.entries(changes).map(([field, value]) => [`spec.providerSpec.statementEntries.0.${field}`, value]),
  );
}

/** `cluster.yaml` of the cluster `demo` in `us-east-2`. */
export function clusterYaml(changes: Changes = {}): string {
  return stringify(changed({ name: 'demo', region: 'us-east-2' }, changes));
}

/** `install-config.yaml` of the same cluster, with the pull secret that every real one carries. */
export function installConfig(changes: Changes = {}): string {
  return stringify(
    changed(
      {
        apiVersion: 'v1',
        baseDomain: 'example.com',
        metadata: { name: 'demo' },
        credentialsMode: 'Manual',
        platform: { aws: { region: 'us-east-2' } },
        pullSecret: JSON.stringify({ auths: { 'registry.example.com': { auth: PULL_SECRET } } }),
      },
      changes,
    ),
  );
}

/** Files that come in addition to those of a bundle, or instead of them; `undefined` removes one. */
export type FileChanges = Readonly<Record<string, string | Uint8Array | undefined>>;

/** A bundle with one request for the cluster `demo`. */
export function bundle(files: FileChanges = {}): Promise<Uint8Array> {
  return tgzOf(bundleFiles(files));
}

/** The files of `bundle`, for another kind of archive. */
export function bundleFiles(files: FileChanges = {}): Record<string, string | Uint8Array> {
  const all = { [CLUSTER_FILE]: clusterYaml(), [REQUEST_FILE]: request(), ...files };
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, content]) => (content === undefined ? [] : [[path, content]])),
  );
}

/** A bundle of the cluster `demo` whose request has these changes. */
export function bundleWithRequest(changes: Changes): Promise<Uint8Array> {
  return bundle({ [REQUEST_FILE]: request(changes) });
}

/** A bundle whose `cluster.yaml` has these changes. */
export function bundleWithCluster(changes: Changes, files: FileChanges = {}): Promise<Uint8Array> {
  return bundle({ [CLUSTER_FILE]: clusterYaml(changes), ...files });
}

/** An RSA key pair. Bundles that bring its public key spare a test the making of a pair of 4,096 bits. */
export function rsaKeyPair(bits = 2048): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: bits });
}

/** A public key as PEM. */
export function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** A private key as PEM. */
export function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A copy of some data in which fields have other values; paths that are not there are made. */
function changed<Data extends object>(data: Data, changes: Changes): Data {
  const copy = structuredClone(data);
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    let at = copy as Record<string, unknown>;
    for (const part of parts) {
      at[part] ??= {};
      at = at[part] as Record<string, unknown>;
    }
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return copy;
}
