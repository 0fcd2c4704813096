import { describe, expect, it } from 'vitest';
import { BOMBS } from '../../support/bombs.ts';
import { toldOfPrepare, toldOfRelease } from '../../support/told-of-bomb.ts';

/** Small enough to be quick. `npm run bench -- bombs` measures those of the largest size. */
const SCALE = 0.01;
const MAX_BYTES = 1_000_000;
/** Nothing that a terminal would obey, and nothing that turns the direction of writing; our own texts have line breaks. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const size = (text: string) => Buffer.byteLength(text);

describe.each(BOMBS)('an upload that swamps whoever reads it with $what', (bomb) => {
  it('is answered below prepare/ in few words', async () => {
    const { verdict, texts } = await toldOfPrepare(await bomb.bytes(SCALE), bomb);
    for (const [key, text] of Object.entries(texts)) {
      if (!key.endsWith('desired.json')) expect(size(text), key).toBeLessThan(MAX_BYTES);
      expect(text, key).not.toMatch(UNSEEN);
    }
    const { cause = '' } = verdict.accepted ? {} : verdict.rejection;
    expect(cause.length).toBeLessThan(9_000);
    expect(cause).not.toMatch(UNSEEN);
  });

  it('makes one release unknown at most below releases/', async () => {
    const bundles = await toldOfRelease(await bomb.bytes(SCALE), bomb);
    expect(bundles).toHaveLength(1);
    expect(size(JSON.stringify(bundles))).toBeLessThan(MAX_BYTES);
  });
});
