import { describe, expect, it } from 'vitest';
import { BOMBS, type Bomb } from '../../support/bombs.ts';
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
