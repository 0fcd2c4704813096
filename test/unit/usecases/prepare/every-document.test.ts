import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DEFAULT_RULES } from '../../../../core/domain/policy-guard.ts';
import { readBundle } from '../../../../core/usecases/prepare/read-bundle.ts';
import { CLUSTER_FILE, clusterYaml, requestValue } from '../../../support/bundles.ts';

/*
 * A bundle is never read as fewer requests than Kubernetes would find in the same files, and each document is accounted for: it
 * is a role, or skipped with a reason, or a problem.
 */

/** Text of one document, and how many documents and requests Kubernetes makes of it. */
interface Written {
  readonly text: string;
  readonly documents: number;
  readonly requests: number;
}

let count = 0;
const aRequest = () => {
  count += 1;
  return requestValue({ 'spec.secretRef.name': `secret-${count}`, 'metadata.name': `request-${count}` });
};
const one = (text: string): Written => ({ text, documents: 1, requests: 1 });
const none = (text: string): Written => ({ text, documents: 1, requests: 0 });
const KIND = /^kind: CredentialsRequest$/m;
const listOf = (kind: string, strip: boolean): Written => {
  const items = [aRequest(), aRequest()].map((value) => {
    const { apiVersion: _, kind: __, ...rest } = value as Record<string, unknown>;
    return strip ? rest : value;
  });
  return {
    text: stringify({ apiVersion: 'cloudcredential.openshift.io/v1', kind, items }),
    documents: 2,
    requests: 2,
  };
};

/** The same text for YAML and JSON, in which no word that matters is to be found as such. */
const spelt = (json: string) =>
  json
    .replaceAll('AWSProviderSpec', 'AWSProvider\\u0053pec')
    .replaceAll('CredentialsRequest', 'Credentials\\u0052equest');

/** Ways to write a request that Kubernetes decodes alike. */
const WRITINGS: readonly (() => Written)[] = [
  () => one(stringify(aRequest())),
  () => one(JSON.stringify(aRequest())),
  () => one(stringify(aRequest()).replace(KIND, 'kind: "CredentialsRequest"')),
  () => one(stringify(aRequest()).replace(KIND, "'kind': 'CredentialsRequest'")),
  () => one(stringify(aRequest()).replace(KIND, 'kind: "Credentials\\x52equest"')),
  () => one(stringify(aRequest()).replace(KIND, 'kind: "Credentials\\u0052equest"')),
  () => one(stringify(aRequest()).replace(KIND, 'kind: "Credentials\\\n  Request"')),
  () => one(stringify(aRequest()).replace(KIND, 'kind: >-\n  CredentialsRequest')),
  () => one(stringify(aRequest()).replace(KIND, '? kind\n: !!str CredentialsRequest')),
  () => one(stringify(aRequest()).replace(KIND, 'x: &k CredentialsRequest\nkind: *k')),
  () => one(spelt(JSON.stringify(aRequest()))),
  () => one(`{{- if .X }}\n${stringify(aRequest())}{{- end }}\n`),
  () => one(`# of a release\n${stringify(aRequest())}`),
  () => listOf('List', false),
  () => listOf('CredentialsRequestList', true),
  () => none('kind: ConfigMap\ndata: {a: b}\n'),
  () => none('kind: Deployment\nspec: {a: 1, a: 2}\n'),
  () => none('kind: ConfigMap\ndata: {{ .Values }}\n'),
  () => none('text only\n'),
  () => none('null\n'),
];

/** More manifests than are read where they mention nothing. */
const PADDING = 'x: y\n'.repeat(250_000);

const contentOf = (file: string, documents: readonly Written[]): string =>
  file.endsWith('.json')
    ? documents.map(({ text }) => text).join('\n')
    : documents.map(({ text }) => text).join('\n---\n');

const bundles = fc.record({
  yaml: fc.array(fc.array(fc.nat(WRITINGS.length - 1), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
  json: fc.nat(3),
  isPayload: fc.boolean(),
});

describe('every document of a bundle', () => {
  it('is a role, skipped with a reason, or a problem', () => {
    fc.assert(
      fc.property(bundles, ({ yaml, json, isPayload }) => {
        count = 0;
        const files = new Map<string, readonly Written[]>();
        for (const [at, writings] of yaml.entries())
          files.set(
            `${at}.${at % 2 === 0 ? 'yaml' : 'yml'}`,
            writings.map((each) => (WRITINGS[each] as () => Written)()),
          );
        if (json > 0)
          files.set(
            'all.json',
            Array.from({ length: json }, () =>
              one(json === 3 ? spelt(JSON.stringify(aRequest())) : JSON.stringify(aRequest(), null, 1)),
            ),
          );
        files.set('tool.json', [none('{"a": 1}')]);
        const given = [
          { path: CLUSTER_FILE, text: clusterYaml() },
          ...[...files].map(([path, documents]) => ({ path, text: contentOf(path, documents) })),
          ...(isPayload ? [{ path: 'payload/crd.yaml', text: PADDING }] : []),
        ];
        const reading = readBundle(
          given.map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
          {
            run: 'run',
            bundle: { bucket: 'intake', key: 'prepare/bundle.tgz' },
            rules: {},
            guard: DEFAULT_RULES,
            placement: { iamPartition: 'aws', accountId: '123456789012' },
          },
        );
        const all = [...files.values()].flat();
        const requests = all.reduce((sum, each) => sum + each.requests, 0);
        const codes = reading.problems.map(({ code }) => code);
        // What cannot be read is refused where it may be a request, or where there is none.
        if (requests === 0) {
          expect(reading.desired).toBeUndefined();
          return;
        }
        if (reading.desired === undefined) {
          expect(codes).toContain('YamlMalformed');
          return;
        }
        expect(reading.desired.roles).toHaveLength(requests);
        const skippedFiles = new Set(
          reading.skipped.flatMap(({ file, document }) => (document === undefined ? [file] : [])),
        );
        for (const [path, documents] of files) {
          const accounted =
            reading.desired.roles.filter(({ source }) => source.file === path).length +
            reading.skipped.filter(({ file }) => file === path).length;
          const expected = documents.reduce((sum, each) => sum + each.documents, 0);
          if (!skippedFiles.has(path)) expect({ path, accounted }).toEqual({ path, accounted: expected });
          else expect(documents.every((each) => each.requests === 0)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
