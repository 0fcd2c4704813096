import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { MAX_BUNDLE_BYTES } from '../../../../core/bundle/limits.ts';
import { selectRequests } from '../../../../core/domain/credentials-request.ts';
import { readReleases } from '../../../../core/usecases/audit/read-releases.ts';
import { tgzOf } from '../../../support/archives.ts';
import { installConfig, PULL_SECRET, request, requestOf, requestValue } from '../../../support/bundles.ts';
import { ofFeatureSet } from '../../../support/inclusion.ts';
import { intakeOf, namesIn, read } from './released-bundles.ts';

/** The only available release, its bundle a file of YAML. */
async function readOne(yaml: string) {
  const [bundle, ...others] = await read({ 'releases/4.20.3.yaml': yaml });
  if (bundle === undefined || others.length > 0) throw new Error('One bundle was expected.');
  return bundle;
}

describe('a bundle that cannot be used', () => {
  const GOOD = { 'releases/4.20.3.yaml': request() };

  it.each<[string, string, string | Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['is no archive', 'releases/4.21.0.tgz', 'hello', /ends in \.tgz, but the content is text/],
    ['is empty', 'releases/4.21.0.tgz', '', /no bytes/],
    ['is cut off', 'releases/4.21.0.tgz', Uint8Array.from([0x1f, 0x8b, 8, 0, 0]), /damaged or cut off/],
    ['has no ending', 'releases/4.21.0', request(), /supported endings/],
    ['is no YAML', 'releases/4.21.0.yaml', 'a: [b', /4\.21\.0\.yaml/],
    [
      'holds no YAML',
      'releases/4.21.0.tgz',
      tgzOf({ 'README.md': 'hello' }),
      /no CredentialsRequest for AWS/,
    ],
    ['is too large', 'releases/4.21.0.tgz', new Uint8Array(MAX_BUNDLE_BYTES + 1), /4\.21\.0\.tgz/],
    [
      'holds a request without statements',
      'releases/4.21.0.yaml',
      request({ 'spec.providerSpec.statementEntries': undefined }),
      /statementEntries/,
    ],
    [
      'holds requests of another cloud only',
      'releases/4.21.0.yaml',
      request({ 'spec.providerSpec.kind': 'GCPProviderSpec' }),
      /no CredentialsRequest for AWS/,
    ],
  ])('%s: it has a problem, and the others count', async (_, key, body, problem) => {
    const [good, bad, ...others] = await read({ ...GOOD, [key]: await body });
    expect(others).toEqual([]);
    expect(good).toMatchObject({ release: '4.20.3', problems: [] });
    expect(bad).toMatchObject({ release: '4.21.0', problems: [expect.stringMatching(problem)] });
  });

  it('has all its problems at once', async () => {
    const { problems } = await readOne(
      [request({ 'spec.serviceAccountNames': undefined }), request({ 'spec.secretRef': undefined })].join(
        '---\n',
      ),
    );
    expect(problems.join('\n')).toMatch(/serviceAccountNames[\s\S]*secretRef/);
  });

  it('is read no further than its size allows', async () => {
    const store = await intakeOf({ 'releases/4.21.0.tgz': new Uint8Array(MAX_BUNDLE_BYTES + 1) });
    const asked: unknown[] = [];
    const get = store.get;
    store.get = (key, options) => {
      asked.push(options?.maxBytes);
      return get(key, options);
    };
    await readReleases('intake', store);
    expect(asked).toEqual([MAX_BUNDLE_BYTES]);
  });
});

describe('the documents of a bundle', () => {
  it('are said that are not read, by their file alone', async () => {
    const files = {
      'a/request.yaml': request(),
      'install-config.yaml': installConfig(),
      'notes.txt': 'hello',
    };
    const [bundle] = await read({ 'releases/4.20.3.tgz': await tgzOf(files) });
    expect(bundle?.ignored).toEqual(['install-config.yaml', 'notes.txt']);
  });

  it('say of feature gates what the requests ask', async () => {
    const manifest = (featureSet: string, enabled: string[], profile: string) =>
      JSON.stringify({
        kind: 'FeatureGate',
        metadata: {
          annotations: {
            [`include.release.openshift.io/${profile}`]: 'false-except-for-the-config-operator',
            'release.openshift.io/feature-set': featureSet,
            'release.openshift.io/major-version': '4,5',
          },
        },
        status: { featureGates: [{ version: '', enabled: enabled.map((name) => ({ name })) }] },
      });
    const profile = 'self-managed-high-availability';
    const files = {
      'request.yaml': request({ 'metadata.annotations': { 'release.openshift.io/feature-gate': 'A,-B' } }),
      'gates-default.yaml': manifest('Default', ['B', 'C'], profile),
      'gates-preview.yaml': manifest('TechPreviewNoUpgrade', ['A', 'C'], profile),
      'gates-hosted.yaml': manifest('Default', ['A'], 'ibm-cloud-managed'),
    };
    const [bundle] = await read({ 'releases/4.20.3.tgz': await tgzOf(files) });
    expect(bundle).toMatchObject({ problems: [], ignored: [] });
    expect(bundle?.gates).toEqual([
      { featureSet: 'Default', majors: ['4', '5'], enabled: ['B'] },
      { featureSet: 'TechPreviewNoUpgrade', majors: ['4', '5'], enabled: ['A'] },
    ]);
  });

  const CONFIG_MAP = stringify({ kind: 'ConfigMap', metadata: { name: 'map' } });

  it('are its CredentialsRequests, with the place where each stands', async () => {
    const { documents, problems } = await readOne(
      [CONFIG_MAP, requestOf('a'), '\n', requestOf('b'), 'text\n', '- list\n'].join('---\n'),
    );
    expect(problems).toEqual([]);
    expect(documents).toEqual([
      { file: '4.20.3.yaml', document: 2, value: expect.objectContaining({ kind: 'CredentialsRequest' }) },
      { file: '4.20.3.yaml', document: 4, value: expect.objectContaining({ kind: 'CredentialsRequest' }) },
    ]);
  });

  it('are taken out of Lists, and of Lists of them', async () => {
    const value = (component: string) =>
      requestValue({ 'metadata.name': component, 'spec.secretRef.name': component });
    const bundle = await readOne(
      stringify({
        kind: 'List',
        items: [
          value('a'),
          { kind: 'ConfigMap', metadata: { name: 'map' } },
          null,
          { kind: 'List', items: [value('b')] },
          { kind: 'List' },
        ],
      }),
    );
    expect(namesIn(bundle)).toEqual(['a', 'b']);
    expect(bundle.problems).toEqual([]);
    expect(selectRequests(bundle.documents, ofFeatureSet()).requests).toHaveLength(2);
  });

  it('are those of every feature set', async () => {
    const bundle = await readOne(
      request({ 'metadata.annotations': { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' } }),
    );
    expect(namesIn(bundle)).toEqual(['ingress']);
    expect(bundle.problems).toEqual([]);
  });

  it('may be wrong for the clusters of another feature set', async () => {
    const bundle = await readOne(
      [
        requestOf('a'),
        requestOf('b', {
          'metadata.annotations': { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' },
          'spec.serviceAccountNames': undefined,
        }),
      ].join('---\n'),
    );
    expect(bundle.problems).toEqual([]);
    expect(selectRequests(bundle.documents, ofFeatureSet('TechPreviewNoUpgrade')).problems).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['as it is', installConfig()],
    ['in a List', stringify({ kind: 'List', items: [{ kind: 'Secret', data: PULL_SECRET }] })],
    ['when it is no YAML', `${installConfig()}\n  [: ${PULL_SECRET}`],
    ['as a Secret', stringify({ kind: 'Secret', stringData: { text: PULL_SECRET } })],
  ])('are nothing else: a pull secret goes no further %s', async (_, secret) => {
    for (const objects of [
      { 'releases/4.20.3.tgz': await tgzOf({ 'install-config.yaml': secret, 'request.yaml': request() }) },
      { 'releases/4.20.3.yaml': `${request()}---\n${secret}` },
      { 'audit/demo/4.20.3.yaml': secret },
    ]) {
      const bundles = await read(objects);
      expect(bundles).toHaveLength(1);
      expect(JSON.stringify(bundles)).not.toContain(PULL_SECRET);
    }
  });
});
