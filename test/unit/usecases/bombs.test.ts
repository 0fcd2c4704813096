import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../support/any-character.ts';
import { tgzOf } from '../../support/archives.ts';
import type { Bomb } from '../../support/bombs/bomb.ts';
import { BOMBS } from '../../support/bombs.ts';
import { requestValue } from '../../support/bundles.ts';
import { toldOfAudit, toldOfPrepare } from '../../support/told-of-bomb.ts';

/** Small enough to be quick. `npm run bench -- bombs` measures those of the largest size. */
const SCALE = 0.005;
/** These need to be larger, or all that is told of them stays within the bounds by itself. */
const LARGER = ['actions', 'requests', 'requests behind a gate'];
const scaleOf = ({ what }: Bomb) => (LARGER.includes(what) ? 0.05 : SCALE);
const MAX_BYTES = 1_000_000;
/** Nothing that a terminal would obey, and nothing that turns the direction of writing; our own texts have line breaks. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const size = (text: string) => Buffer.byteLength(text);

describe.each(BOMBS)('an upload that swamps whoever reads it with $what', (bomb) => {
  it('is answered below prepare/ in few words', async () => {
    const { verdict, texts } = await toldOfPrepare(await bomb.bytes(scaleOf(bomb)), bomb);
    for (const [key, text] of Object.entries(texts)) {
      if (!/(desired|reading)\.json$/.test(key)) expect(size(text), key).toBeLessThan(MAX_BYTES);
      expect(text, key).not.toMatch(UNSEEN);
    }
    const { cause = '' } = verdict.accepted ? {} : verdict.rejection;
    expect(cause.length).toBeLessThan(9_000);
    expect(cause).not.toMatch(UNSEEN);
  });

  it('makes one release unknown at most below releases/', async () => {
    const { bundles, texts } = await toldOfAudit(await bomb.bytes(scaleOf(bomb)), bomb);
    expect(bundles).toHaveLength(1);
    for (const [name, text] of Object.entries(texts)) expect(size(text), name).toBeLessThan(MAX_BYTES);
    for (const text of [texts['report.md'], texts['report.html']]) expect(text).not.toMatch(UNSEEN);
  });
});

/** Fields that decide something, with values that nobody would expect there. */
const FIELDS = [
  'kind',
  'apiVersion',
  'metadata.name',
  'metadata.annotations',
  'spec.secretRef',
  'spec.secretRef.name',
  'spec.serviceAccountNames',
  'spec.providerSpec',
  'spec.providerSpec.kind',
  'spec.providerSpec.statementEntries',
];
const anything = fc.anything({
  maxDepth: 3,
  key: fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.constantFrom('__proto__', 'kind', 'effect', 'items', 'toString', 'toJSON'),
  ),
  values: [
    fc.string({ unit: anyCharacter }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt().map(Number),
  ],
  withNullPrototype: false,
});
const strange = fc
  .tuple(fc.constantFrom(...FIELDS), anything)
  .map(([field, value]) => JSON.stringify(requestValue({ [field]: value })));
const files = fc.dictionary(
  fc.constantFrom(
    'cluster.yaml',
    'install-config.yaml',
    'a.yaml',
    'b.yml',
    'c.json',
    'serviceaccount-signer.public',
  ),
  fc.oneof(
    strange,
    anything.map((value) => JSON.stringify(value) ?? ''),
    fc.string({ unit: anyCharacter }),
  ),
  { minKeys: 1 },
);

it('an annotation that is no text is none that a cluster has', async () => {
  for (const name of ['feature-set', 'feature-gate', 'major-version', 'delete']) {
    const annotations = { [`release.openshift.io/${name}`]: { toString: 1, valueOf: null } };
    const file = JSON.stringify(requestValue({ 'metadata.annotations': annotations }));
    const { verdict } = await toldOfPrepare(await tgzOf({ 'r.yaml': file }), { ending: '.tgz' });
    expect(verdict.accepted, name).toBe(false);
  }
});

it('whatever is uploaded is answered, below prepare/ and below releases/', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (content) => {
      const bytes = await tgzOf(content);
      const { texts } = await toldOfPrepare(bytes, { ending: '.tgz' });
      const { bundles, texts: told } = await toldOfAudit(bytes, { ending: '.tgz' });
      expect(bundles).toHaveLength(1);
      for (const text of [...Object.values(texts), told['report.md'], told['report.html']]) {
        expect(size(text)).toBeLessThan(MAX_BYTES);
        expect(text).not.toMatch(UNSEEN);
      }
    }),
    { numRuns: 60 },
  );
});
