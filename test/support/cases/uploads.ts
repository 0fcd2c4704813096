import { rawTar, rawZip } from '../archives.ts';
import { CLUSTER_FILE, clusterYaml, REQUEST_FILE, request } from '../bundles.ts';
import type { Case } from './case.ts';
import { files } from './of-files.ts';

const LOKI = '/var/run/secrets/storage/serviceaccount/token';

/** What was packed, and how. */
export const archives: readonly Case[] = [
  {
    input: 'a zip of Windows PowerShell 5',
    upload: async () => [
      'bundle.zip',
      rawZip(
        { name: 'cluster.yaml', content: clusterYaml(), host: 0, mode: 0 },
        { name: 'credreqs\\a.yaml', content: request(), host: 0, mode: 0 },
      ),
    ],
    right: 1,
  },
  {
    input: 'a zip with backslashes in a name of Unix',
    upload: async () => ['bundle.zip', rawZip({ name: 'credreqs\\a.yaml', content: request() })],
    right: 'ArchivePathForbidden',
  },
  {
    input: 'a mounted ConfigMap',
    upload: async () => [
      'bundle.tar',
      rawTar(
        { name: '..2026_11_27/', type: '5' },
        { name: '..2026_11_27/cluster.yaml', content: clusterYaml() },
        { name: '..2026_11_27/a.yaml', content: request() },
        { name: '..data', type: '2', linkName: '..2026_11_27' },
        { name: 'cluster.yaml', type: '2', linkName: '..data/cluster.yaml' },
        { name: 'a.yaml', type: '2', linkName: '..data/a.yaml' },
      ),
    ],
    right: 1,
  },
  {
    input: 'a link out of the archive',
    upload: async () => ['bundle.tar', rawTar({ name: 'a.yaml', type: '2', linkName: '../../etc/a.yaml' })],
    right: 'ArchiveEntryForbidden',
    says: '-h --hard-dereference',
  },
  files(
    'an installer’s directory',
    {
      'auth/kubeconfig': 'clusters: []\n',
      'auth/kubeadmin-password': 'secret',
      'tls/root-ca.key': '-----BEGIN RSA PRIVATE KEY-----\nx\n',
      'terraform.platform.auto.tfvars.json': '{}',
      'manifests/cluster-config.yaml': 'apiVersion: v1\nkind: ConfigMap\n',
      '.openshift_install.log': 'time="2026"',
    },
    1,
    { says: 'auth/kubeconfig: lets its holder into the cluster' },
  ),
];

/** What requests ask for. */
export const requests: readonly Case[] = [
  files('a token path of its own', { [REQUEST_FILE]: request({ 'spec.cloudTokenPath': LOKI }) }, 1),
  files(
    'a token path that is none',
    { [REQUEST_FILE]: request({ 'spec.cloudTokenPath': 'a\nrole_arn = x' }) },
    'CredentialsRequestInvalid',
  ),
  files(
    'a role of its own',
    { [REQUEST_FILE]: request({ 'spec.providerSpec.stsIAMRoleARN': 'arn:aws:iam::1:role/x' }) },
    1,
    { says: 'stsIAMRoleARN' },
  ),
  files(
    'the same Secret in another profile',
    {
      [REQUEST_FILE]: request({
        'metadata.annotations': { 'include.release.openshift.io/self-managed-high-availability': 'true' },
      }),
      'credreqs/ibm.yaml': request({
        'metadata.annotations': { 'include.release.openshift.io/ibm-cloud-managed': 'true' },
      }),
    },
    1,
  ),
  files('the same Secret twice', { 'credreqs/again.yaml': request() }, 'SecretRefDuplicate'),
  files(
    'more service accounts than a trust policy holds',
    {
      [REQUEST_FILE]: request({
        'spec.serviceAccountNames': Array.from({ length: 60 }, (_, at) => `account-${at}`),
      }),
    },
    'TrustPolicyTooLarge',
  ),
  files(
    'text in UTF-16',
    { 'credreqs/utf16.yaml': Buffer.from(`\ufeff${request()}`, 'utf16le') },
    'YamlMalformed',
    { says: 'in UTF-8' },
  ),
  files(
    'a byte order mark and Windows line ends',
    { [REQUEST_FILE]: `\ufeff${request().replaceAll('\n', '\r\n')}` },
    1,
  ),
  files(
    'names that are the same when cut',
    {
      [CLUSTER_FILE]: clusterYaml({ name: 'd'.repeat(40) }),
      'a.yaml': request({ 'spec.secretRef.name': 'credentials-of-the-first' }),
      'b.yaml': request({ 'spec.secretRef.name': 'credentials-of-the-second' }),
    },
    'RoleNameCollision',
  ),
];
