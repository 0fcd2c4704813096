import type { PreparedCluster } from '../../core/domain/cluster-check/prepared.ts';
import type { FactsName } from '../../core/domain/cluster-check/snapshot.ts';
import { TOKEN_PATH } from '../../core/domain/names.ts';

/** A cluster that is as it was prepared: what `oc get … -o json` prints of it, and what is on record. */

const ARN = 'arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials';
export const ISSUER = 'https://demo-oidc.s3.us-east-2.amazonaws.com';
const NAMESPACE = 'openshift-ingress-operator';

export const PREPARED: PreparedCluster = {
  name: 'demo',
  run: 'demo-prepare-1',
  issuer: ISSUER,
  audiences: ['openshift', 'sts.amazonaws.com'],
  release: '4.20.3',
  upgrades: [],
  roles: [
    {
      arn: ARN,
      secret: { namespace: NAMESPACE, name: 'cloud-credentials' },
      tokenPath: TOKEN_PATH,
      serviceAccounts: ['ingress-operator'],
      ofAddOn: false,
    },
  ],
  audit: { at: '2026-11-26T00:00:00.000Z', opened: [], retracted: [] },
};

export function secretOf(
  credentials: string,
  more: Readonly<Record<string, string>> = {},
  { namespace = NAMESPACE, name = 'cloud-credentials' } = {},
) {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const data = { credentials, ...more };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encoded(value)])),
  };
}

export const CREDENTIALS = `[default]\nsts_regional_endpoints = regional\nrole_arn = ${ARN}\nweb_identity_token_file = ${TOKEN_PATH}`;

export function requestOf(name = 'openshift-ingress', secret = 'cloud-credentials', more = {}) {
  return {
    metadata: { namespace: 'openshift-cloud-credential-operator', name },
    spec: {
      providerSpec: { kind: 'AWSProviderSpec' },
      secretRef: { namespace: NAMESPACE, name: secret },
      serviceAccountNames: ['ingress-operator'],
      ...more,
    },
  };
}

export function podOf(audience: string | undefined, mountPath = '/var/run/secrets/openshift/serviceaccount') {
  const token = { path: 'token', ...(audience === undefined ? {} : { audience }) };
  return {
    metadata: { namespace: NAMESPACE, name: 'ingress-operator-1' },
    spec: {
      serviceAccountName: 'ingress-operator',
      containers: [{ volumeMounts: [{ name: 'bound', mountPath }] }],
      volumes: [{ name: 'bound', projected: { sources: [{ serviceAccountToken: token }] } }],
    },
    status: { phase: 'Running' },
  };
}

export function listOf(...items: unknown[]) {
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
}

export function versionOf(...history: readonly (readonly [state: string, version: string])[]) {
  return {
    kind: 'ClusterVersion',
    metadata: { name: 'version' },
    status: { history: history.map(([state, version]) => ({ state, version })) },
  };
}

export function credentialOf(credentialsMode: string, upgradeableTo?: string) {
  const annotations =
    upgradeableTo === undefined ? {} : { 'cloudcredential.openshift.io/upgradeable-to': upgradeableTo };
  return { kind: 'CloudCredential', metadata: { name: 'cluster', annotations }, spec: { credentialsMode } };
}

export function authenticationOf(serviceAccountIssuer: string) {
  return { kind: 'Authentication', metadata: { name: 'cluster' }, spec: { serviceAccountIssuer } };
}

export type Objects = Readonly<Record<FactsName, unknown>>;

export const GOOD: Objects = {
  clusterversion: versionOf(['Completed', '4.20.3'], ['Completed', '4.19.9']),
  authentication: authenticationOf(ISSUER),
  cloudcredential: credentialOf('Manual'),
  credentialsrequests: listOf(requestOf()),
  secrets: listOf(secretOf(CREDENTIALS)),
  pods: listOf(podOf('openshift')),
};
