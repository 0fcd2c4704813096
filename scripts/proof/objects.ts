import { CLUSTER_CHECKS, type ClusterCheckName } from '../../core/domain/cluster-check/report.ts';
import { TOKEN_PATH } from '../../core/domain/names.ts';
import type { Cluster } from './cluster.ts';
import type { Prepared, PreparedRole } from './prepared.ts';

/** What OpenShift and its operators make in a cluster, as far as `verify-cluster` reads it. */

type Manifest = Readonly<Record<string, unknown>> & { readonly metadata: object };

const RELEASE = '4.20.3';

export function namespaceOf(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function serviceAccountOf(namespace: string, name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
}

/** A pod of a component, with its token where the component's Secret says. */
function podOf({ namespace }: PreparedRole, serviceAccountName: string, audience = 'openshift'): Manifest {
  const [folder, path] = [
    TOKEN_PATH.slice(0, TOKEN_PATH.lastIndexOf('/')),
    TOKEN_PATH.split('/').at(-1) ?? '',
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name: `${serviceAccountName}-1` },
    spec: {
      serviceAccountName,
      containers: [
        {
          name: 'operator',
          image: 'operator',
          volumeMounts: [{ name: 'bound-sa-token', mountPath: folder }],
        },
      ],
      volumes: [
        { name: 'bound-sa-token', projected: { sources: [{ serviceAccountToken: { path, audience } }] } },
      ],
    },
  };
}

const CLUSTER_VERSION: Manifest = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  spec: { clusterID: '00000000-0000-4000-8000-000000000000' },
};

const CLOUD_CREDENTIAL: Manifest = {
  apiVersion: 'operator.openshift.io/v1',
  kind: 'CloudCredential',
  metadata: { name: 'cluster' },
  spec: { credentialsMode: 'Manual', managementState: 'Managed' },
};

const ROOT_SECRET: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'kube-system', name: 'aws-creds' },
  stringData: { aws_access_key_id: 'AKIAEXAMPLE', aws_secret_access_key: 'none' },
};

/** Makes the cluster one that runs: with its version, its mode and a running pod for every service account. */
export async function makeRunning(cluster: Cluster, { roles }: Prepared): Promise<void> {
  const pods = roles.flatMap((role) => role.serviceAccounts.map((account) => podOf(role, account)));
  await apply(cluster, [CLUSTER_VERSION, CLOUD_CREDENTIAL, ...pods]);
  await runsRelease(cluster, RELEASE);
  for (const { metadata } of pods) await isRunning(cluster, metadata as { namespace: string; name: string });
}

/** Applies manifests as an operator would. */
export function apply(cluster: Cluster, manifests: readonly object[]): Promise<string> {
  const list = { apiVersion: 'v1', kind: 'List', items: manifests };
  return cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(list));
}

/** What only the cluster-version operator writes. */
async function runsRelease(cluster: Cluster, version: string): Promise<void> {
  const entry = {
    state: 'Completed',
    version,
    image: 'release',
    verified: true,
    startedTime: '2026-11-01T00:00:00Z',
    completionTime: '2026-11-01T01:00:00Z',
  };
  const status = {
    desired: { image: 'release', version },
    observedGeneration: 1,
    versionHash: 'hash',
    availableUpdates: [],
    history: [entry],
  };
  await patch(cluster, ['clusterversions.config.openshift.io', 'version', '--subresource=status'], {
    status,
  });
}

/** What only the kubelet writes. */
function isRunning(
  cluster: Cluster,
  { namespace, name }: { namespace: string; name: string },
): Promise<string> {
  return patch(cluster, ['pod', name, '-n', namespace, '--subresource=status'], {
    status: { phase: 'Running' },
  });
}

function patch(cluster: Cluster, target: readonly string[], change: object): Promise<string> {
  return cluster.kubectl(['patch', ...target, '--type=merge', '-p', JSON.stringify(change)]);
}

/** Something that is wrong in a cluster, and how it is made and mended. */
export interface Breakage {
  readonly what: string;
  readonly make: (cluster: Cluster, prepared: Prepared) => Promise<unknown>;
  readonly mend: (cluster: Cluster, prepared: Prepared) => Promise<unknown>;
}

const ISSUER = ['authentications.config.openshift.io', 'cluster'];
const MODE = ['cloudcredentials.operator.openshift.io', 'cluster'];
const OPENED = 'cloudcredential.openshift.io/upgradeable-to';

const STRANGER: Manifest = {
  apiVersion: 'cloudcredential.openshift.io/v1',
  kind: 'CredentialsRequest',
  metadata: { namespace: 'openshift-cloud-credential-operator', name: 'stranger' },
  spec: {
    secretRef: { namespace: 'openshift-stranger', name: 'stranger-credentials' },
    serviceAccountNames: ['stranger'],
    providerSpec: {
      apiVersion: 'cloudcredential.openshift.io/v1',
      kind: 'AWSProviderSpec',
      statementEntries: [{ effect: 'Allow', action: ['s3:GetObject'], resource: '*' }],
    },
  },
};

/** Each of the checks of `verify-cluster`, broken in a cluster that is right otherwise. */
export const BREAKAGES: Readonly<Record<ClusterCheckName, Breakage>> = {
  mode: {
    what: 'the mode is Mint',
    make: (cluster) => patch(cluster, MODE, { spec: { credentialsMode: 'Mint' } }),
    mend: (cluster) => patch(cluster, MODE, { spec: { credentialsMode: 'Manual' } }),
  },
  'root-secret': {
    what: 'the root Secret is still there',
    make: (cluster) => apply(cluster, [ROOT_SECRET]),
    mend: (cluster) => cluster.kubectl(['delete', 'secret', 'aws-creds', '-n', 'kube-system']),
  },
  issuer: {
    what: 'the issuer has a slash more',
    make: (cluster, { issuer }) => patch(cluster, ISSUER, { spec: { serviceAccountIssuer: `${issuer}/` } }),
    mend: (cluster, { issuer }) => patch(cluster, ISSUER, { spec: { serviceAccountIssuer: issuer } }),
  },
  version: {
    what: 'the cluster runs a release that nobody prepared',
    make: (cluster) => runsRelease(cluster, '4.21.0'),
    mend: (cluster) => runsRelease(cluster, RELEASE),
  },
  'upgradeable-to': {
    what: 'an upgrade is opened that no audit opened',
    make: (cluster) => patch(cluster, MODE, { metadata: { annotations: { [OPENED]: '4.21.0' } } }),
    mend: (cluster) => patch(cluster, MODE, { metadata: { annotations: { [OPENED]: null } } }),
  },
  secret: {
    what: 'a Secret has a long-lived key',
    make: (cluster, prepared) =>
      patch(cluster, secretOf(first(prepared)), { stringData: { aws_access_key_id: 'AKIAEXAMPLE' } }),
    mend: (cluster, prepared) =>
      patch(cluster, secretOf(first(prepared)), { data: { aws_access_key_id: null } }),
  },
  request: {
    what: 'there is a CredentialsRequest that nobody prepared',
    make: (cluster) => apply(cluster, [STRANGER]),
    mend: (cluster) =>
      cluster.kubectl([
        'delete',
        'credentialsrequest',
        'stranger',
        '-n',
        'openshift-cloud-credential-operator',
      ]),
  },
  prepared: {
    what: 'a CredentialsRequest that was prepared is gone',
    make: (cluster, { requests }) => cluster.kubectl(['delete', '-f', requests[0] ?? '']),
    mend: (cluster, { requests }) => cluster.kubectl(['apply', '--server-side', '-f', requests[0] ?? '']),
  },
  token: {
    what: 'a pod has its token for another audience',
    make: (cluster, prepared) => replacePod(cluster, first(prepared), 'vault'),
    mend: (cluster, prepared) => replacePod(cluster, first(prepared), 'openshift'),
  },
};

export const CHECKS = Object.keys(CLUSTER_CHECKS) as readonly ClusterCheckName[];

function first({ roles }: Prepared): PreparedRole {
  const [role] = roles;
  if (role === undefined) throw new RangeError('The sample has no role.');
  return role;
}

function secretOf({ namespace, secret }: PreparedRole): readonly string[] {
  return ['secret', secret, '-n', namespace];
}

/** What a pod mounts cannot be changed while it is there. */
async function replacePod(cluster: Cluster, role: PreparedRole, audience: string): Promise<void> {
  const [account = ''] = role.serviceAccounts;
  const pod = podOf(role, account, audience);
  const name = `${account}-1`;
  await cluster.kubectl(['delete', 'pod', name, '-n', role.namespace, '--force', '--grace-period=0']);
  await apply(cluster, [pod]);
  await isRunning(cluster, { namespace: role.namespace, name });
}
