import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { withSaid } from '../../../scripts/check/said-of-cluster.ts';

const SAID = { release: '4.20.3', featureSet: 'TechPreviewNoUpgrade' } as const;

/** The documents of cluster.yaml with what was said, and everything that was found wrong. */
function said(text: string, path = 'cluster.yaml', options: Parameters<typeof withSaid>[1] = SAID) {
  const { files, problems } = withSaid([{ path, bytes: Buffer.from(text) }], options);
  const written = Buffer.from(files[0]?.bytes ?? []).toString('utf8');
  const documents = [...parseAllDocuments(written, { schema: 'core' })];
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  return { files, problems, written, values: documents.map((document) => document.toJS()) };
}

describe('what is said of a cluster beside its cluster.yaml', () => {
  test.each([
    'name: demo\nregion: us-east-2\n',
    '---\n# ours\nname: demo\nregion: us-east-2\n',
    '  name: demo\n  region: us-east-2\n',
    '{name: demo, region: us-east-2}',
    '{\n  "name": "demo",\n  "region": "us-east-2"\n}\n',
    'name: demo\r\nregion: us-east-2\r\n',
    '\ufeffname: demo\nregion: us-east-2\n',
    'name: demo\nregion: |-\n  us-east-2\n',
  ])('stands in it then: %j', (text) => {
    const { values, problems, files } = said(text, 'a/cluster.yml');
    expect(problems).toEqual([]);
    expect(files).toHaveLength(1);
    expect(values).toEqual([{ name: 'demo', region: 'us-east-2', ...SAID }]);
  });

  test('changes no word of what is there', () => {
    const text = 'name: 0123 # octal\ntags: {code: 0x10, ratio: 4.20}\n---\nkind: ConfigMap\n';
    expect(said(text).written).toBe(`release: "4.20.3"\nfeatureSet: "TechPreviewNoUpgrade"\n${text}`);
  });

  test.each([
    ['there is none', 'requests.yaml'],
    ['it is of another tool', 'cluster.yaml'],
    ['it has another case', 'Cluster.yaml'],
  ])('is a file of its own where %s', (_, path) => {
    const { files } = withSaid([{ path, bytes: Buffer.from('apiVersion: v1\nkind: Cluster\n') }], SAID);
    expect(files.map((file) => file.path)).toEqual([path, 'options of this command/cluster.yaml']);
    expect(Buffer.from(files[1]?.bytes ?? []).toString()).toBe(
      'release: "4.20.3"\nfeatureSet: "TechPreviewNoUpgrade"\n',
    );
  });

  test('is not said over what it says, nor twice', () => {
    const text = 'release: "4.20.3"\nfeatureSet: Default\n';
    const { written, problems } = said(text);
    expect(written).toBe(text);
    expect(problems).toMatchObject([
      { code: 'ClusterIdentityConflict', file: 'cluster.yaml', field: 'featureSet' },
    ]);
  });

  test.each(['', '- a\n', 'text', 'a: [', '[', '{'.repeat(20_000)])(
    'is left to the pipeline to miss in what is no map: %#',
    (text) => {
      const files = [{ path: 'cluster.yaml', bytes: Buffer.from(text) }];
      expect(withSaid(files, SAID)).toEqual({ files, problems: [] });
    },
  );

  test('is there whatever else is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
        fc.boolean(),
        (facts, isFlow) => {
          const all = { name: 'demo', ...facts };
          const text = isFlow ? JSON.stringify(all) : stringify(all);
          expect(said(text).values).toEqual([{ ...all, ...SAID, ...onlySaid(all) }]);
        },
      ),
    );
  });
});

/** What a made-up file says itself of the two. */
function onlySaid(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return 'release' in facts ? { release: facts['release'] } : {};
}
