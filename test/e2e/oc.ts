import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/*
 * What users of the guide see of `oc`: it extracts requests, applies manifests, and tells of a cluster that was installed from
 * the manifests and the requests of a directory. INSTALLED names that directory, BUNDLES where requests of releases are.
 */

type Json = Readonly<Record<string, unknown>>;

const { BUNDLES = '', INSTALLED = '' } = process.env;
const line = process.argv.slice(2).join(' ');
const [, to = ''] = /--to=(\S+)/.exec(line) ?? [];

function documentsIn(folder: string): readonly Json[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((each) => each.toJS()),
    );
}

const manifests = () => documentsIn(join(INSTALLED, 'manifests'));
/** Those that the cluster-version operator would apply to a cluster with the default feature set on AWS. */
const requests = () =>
  documentsIn(join(INSTALLED, 'credreqs')).filter((each) => {
    const { metadata, spec } = each as { metadata: { annotations?: Json }; spec: { providerSpec: Json } };
    const features = String(metadata.annotations?.['release.openshift.io/feature-set'] ?? 'Default');
    return features.includes('Default') && spec.providerSpec['kind'] === 'AWSProviderSpec';
  });

function secret({ stringData, ...rest }: Json): Json {
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return { ...rest, data: Object.fromEntries(encoded) };
}

/** A pod for each service account of a request, with its token where the Secret says. */
function podsOf({ spec }: Json): readonly Json[] {
  const { secretRef, serviceAccountNames } = spec as {
    secretRef: { namespace: string };
    serviceAccountNames: readonly string[];
  };
  return serviceAccountNames.map((name) => ({
    metadata: { namespace: secretRef.namespace, name: `${name}-0` },
    spec: {
      serviceAccountName: name,
      containers: [
        { volumeMounts: [{ name: 'bound', mountPath: '/var/run/secrets/openshift/serviceaccount' }] },
      ],
      volumes: [
        {
          name: 'bound',
          projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'openshift' } }] },
        },
      ],
    },
    status: { phase: 'Running' },
  }));
}

const items = (list: readonly Json[]) => ({ apiVersion: 'v1', kind: 'List', metadata: {}, items: list });

const OBJECTS: Readonly<Record<string, () => Json>> = {
  clusterversions: () => ({
    apiVersion: 'config.openshift.io/v1',
    kind: 'ClusterVersion',
    metadata: { name: 'version' },
    status: { history: [{ state: 'Completed', version: '4.20.3' }] },
  }),
  authentications: () => manifests().find(({ kind }) => kind === 'Authentication') ?? {},
  cloudcredentials: () => ({
    apiVersion: 'operator.openshift.io/v1',
    kind: 'CloudCredential',
    metadata: { name: 'cluster' },
    spec: { credentialsMode: 'Manual' },
  }),
  credentialsrequests: () => items(requests()),
  secrets: () =>
    items(
      manifests()
        .filter(({ kind }) => kind === 'Secret')
        .map(secret),
    ),
  pods: () => items(requests().flatMap(podsOf)),
};

function answer(): string {
  if (line.startsWith('adm release extract')) {
    const release = line.includes('--credentials-requests') ? 'demo' : 'demo-next';
    cpSync(join(BUNDLES, release, 'credreqs'), to, { recursive: true });
    return '';
  }
  const [verb, what = ''] = line.split(' ');
  if (verb === 'version') return 'Client Version: 4.20.3\n';
  const object = OBJECTS[what.split('.')[0] ?? ''];
  if (verb === 'get' && object !== undefined) return JSON.stringify(object());
  if (verb === 'apply') {
    const folder = process.argv[4] ?? '';
    if (documentsIn(folder).some(({ kind }) => kind === 'Secret')) return `applied ${basename(folder)}\n`;
  }
  throw new Error(`oc ${line}?`);
}

process.stdout.write(answer());
