import { type FileChanges, REQUEST_FILE, request, requestOf, requestValue } from '../bundles.ts';
import type { Case } from './case.ts';
import { files } from './of-files.ts';

const TWICE = 'kind: Deployment\nspec:\n  a: 1\n  a: 2\n';
/** Manifests of releases, of other tools and of people. */
export const payloads: readonly Case[] = [
  files('a Deployment with a key twice', { 'payload/deployment.yaml': TWICE }, 1, {
    says: 'a map has the same key twice. It was not read.',
  }),
  files(
    'a template of Go',
    { 'payload/template.yaml': 'kind: ConfigMap\ndata: {{ .Values.all }}\n{{- if .X }}\n' },
    1,
    { says: 'It was not read' },
  ),
  files('a broken request', { 'payload/request.yaml': `${request()}spec: {}\n` }, 'YamlMalformed', {
    says: 'the same key twice',
  }),
  files(
    'a broken document behind a request',
    { 'payload/both.yaml': `${requestOf('registry')}---\n${TWICE}` },
    2,
    { says: 'document 2' },
  ),
  files(
    'a list as the API has it',
    {
      [REQUEST_FILE]: JSON.stringify({
        apiVersion: 'cloudcredential.openshift.io/v1',
        kind: 'CredentialsRequestList',
        items: [bare(requestValue()), bare(requestValue({ 'spec.secretRef.name': 'other' }))],
      }),
    },
    2,
  ),
  files(
    'a request in JSON',
    {
      'credreqs/registry.json': JSON.stringify(
        requestValue({ 'spec.secretRef.namespace': 'openshift-registry' }),
      ),
    },
    2,
  ),
  files(
    'JSON with tabs',
    {
      'credreqs/registry.json': JSON.stringify(
        requestValue({ 'spec.secretRef.namespace': 'openshift-registry' }),
        null,
        '\t',
      ),
    },
    2,
  ),
  files(
    'a stream of JSON',
    {
      'credreqs/all.json': ['a', 'b', 'c']
        .map((name) => JSON.stringify(requestValue({ 'spec.secretRef.name': name }), null, 2))
        .join('\n'),
    },
    4,
  ),
  files(
    'JSON that is cut off',
    { 'credreqs/all.json': JSON.stringify(requestValue()).slice(0, -9) },
    'YamlMalformed',
  ),
  files(
    'JSON of other tools',
    { 'metadata.json': '{"clusterName": "demo"', '.openshift_install_state.json': '{"*a": {}}' },
    1,
  ),
  files(
    'a kind with a typo',
    { 'credreqs/typo.yaml': requestOf('registry', { kind: 'CredentialRequest' }) },
    1,
    { says: 'has an AWSProviderSpec and the kind "CredentialRequest"' },
  ),
  files('a request without a kind', { 'credreqs/none.yaml': requestOf('registry', { kind: undefined }) }, 1, {
    says: 'no kind',
  }),
  files(
    'a Template of requests',
    {
      'credreqs/template.yaml': JSON.stringify({
        apiVersion: 'template.openshift.io/v1',
        kind: 'Template',
        objects: [requestValue()],
      }),
    },
    1,
    { says: 'oc process' },
  ),
  files(
    'a plain list of requests beside one that counts',
    { 'credreqs/list.json': JSON.stringify([requestValue(), requestValue()]) },
    1,
    { says: 'is a plain list of 2 CredentialsRequests' },
  ),
  files(
    'a request behind two hundred broken templates',
    {
      [REQUEST_FILE]: undefined,
      'all.yaml': `${'kind: ConfigMap\ndata: {{ .Values }}\n---\n'.repeat(200)}${request()}`,
      'more.yaml': requestOf('registry'),
    },
    2,
  ),
  files(
    'a request within a template of Go',
    { 'credreqs/template.yaml': `{{- if .X }}\n${requestOf('registry')}{{- end }}\n` },
    'YamlMalformed',
  ),
  files(
    'JSON in UTF-16',
    { 'credreqs/b.json': Buffer.from(`\ufeff${JSON.stringify(requestValue())}`, 'utf16le') },
    'YamlMalformed',
    { says: 'not UTF-8' },
  ),
  files('a request in a file of another name', { 'credreqs/b.yaml.old': requestOf('registry') }, 1, {
    says: 'credreqs/b.yaml.old: seems to hold a CredentialsRequest',
  }),
  files(
    'a whole payload with patterns in it',
    { ...payload(9, `    pattern: '^\\d+\\.[a-z]$'\n`), 'payload/registry.yaml': requestOf('registry') },
    2,
  ),
  files(
    'a request after as many documents as a bundle may have',
    {
      ...Object.fromEntries(
        // The last has two less, for cluster.yaml and the request that is there in any case.
        [5_000, 5_000, 5_000, 4_998].map((count, at) => [
          `0/${at}.yaml`,
          Array.from({ length: count }, () => 'kind: A\n').join('---\n'),
        ]),
      ),
      'z.yaml': requestOf('registry'),
    },
    'YamlTooComplex',
  ),
  files('a whole payload', { ...payload(6), 'payload/registry.yaml': requestOf('registry') }, 2),
];

/** A request as an item of a list, which has neither of the two. */
function bare(value: unknown): unknown {
  const { apiVersion: _, kind: __, ...rest } = value as Record<string, unknown>;
  return rest;
}

/** So many megabytes of manifests that are none of ours, as a release's payload has them. */
function payload(megabytes: number, more = ''): FileChanges {
  const text = Array.from(
    { length: 10_000 },
    (_, at) =>
      `  - name: parameter-${at}\n    description: a parameter of some custom resource, number ${at}\n${more}`,
  ).join('');
  const count = Math.ceil((megabytes * 1024 * 1024) / text.length);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `payload/crd-${at}.yaml`,
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n${text}`,
    ]),
  );
}
