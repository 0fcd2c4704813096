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
    'a request behind two hundred broken templates',
    {
      [REQUEST_FILE]: undefined,
      'all.yaml': `${'kind: ConfigMap\ndata: {{ .Values }}\n---\n'.repeat(200)}${request()}`,
      'more.yaml': requestOf('registry'),
    },
    2,
  ),
  files('a whole payload', { ...payload(6), 'payload/registry.yaml': requestOf('registry') }, 2),
];

/** A request as an item of a list, which has neither of the two. */
function bare(value: unknown): unknown {
  const { apiVersion: _, kind: __, ...rest } = value as Record<string, unknown>;
  return rest;
}

/** So many megabytes of manifests that are none of ours, as a release's payload has them. */
function payload(megabytes: number): FileChanges {
  const text = Array.from(
    { length: 10_000 },
    (_, at) =>
      `  - name: parameter-${at}\n    description: a parameter of some custom resource, number ${at}\n`,
  ).join('');
  const count = Math.ceil((megabytes * 1024 * 1024) / text.length);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `payload/crd-${at}.yaml`,
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n${text}`,
    ]),
  );
}
