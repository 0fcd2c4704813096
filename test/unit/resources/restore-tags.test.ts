import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tags } from '../../../core/domain/tags.ts';
import { restoreTags } from '../../../core/resources/restore-tags.ts';

/** Restores on a plain object; returns what became of it, the calls, and whether they are owned up to. */
async function restored(set: Tags, before: Tags, current: Tags) {
  let tags: Record<string, string> = { ...current };
  const calls: string[] = [];
  const acted = await restoreTags(set, before, current, {
    tag: async (more) => {
      calls.push('tag');
      tags = { ...tags, ...more };
    },
    untag: async (keys) => {
      calls.push('untag');
      tags = Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
    },
  });
  return { tags, calls, acted };
}

describe('restoring tags', () => {
  it.each<[string, Tags, Tags, Tags, Tags, string[]]>([
    ['takes away what was added', { a: '1' }, {}, { a: '1', b: '2' }, { b: '2' }, ['untag']],
    ['brings back what was replaced', { a: '1' }, { a: '0' }, { a: '1' }, { a: '0' }, ['tag']],
    ['does both', { a: '1', b: '1' }, { a: '0' }, { a: '1', b: '1' }, { a: '0' }, ['tag', 'untag']],
    ['leaves alone what others changed since', { a: '1' }, { a: '0' }, { a: '2' }, { a: '2' }, []],
    ['leaves alone what others took away since', { a: '1' }, { a: '0' }, {}, {}, []],
    ['leaves alone what was never set', { a: '1' }, {}, {}, {}, []],
    ['does nothing when nothing was set', {}, { a: '0' }, { a: '0' }, { a: '0' }, []],
  ])('%s', async (_, set, before, current, after, calls) => {
    expect(await restored(set, before, current)).toEqual({
      tags: after,
      calls,
      acted: calls.length > 0,
    });
  });

  it('brings back exactly what was there, and nothing is left to do after that', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const tags = fc.dictionary(key, fc.constantFrom('0', '1'));
    await fc.assert(
      fc.asyncProperty(tags, tags, async (before, wanted) => {
        const set = Object.fromEntries(Object.entries(wanted).filter(([k, value]) => before[k] !== value));
        const once = await restored(set, before, { ...before, ...set });
        expect(once.tags).toEqual({ ...before });
        expect((await restored(set, before, once.tags)).tags).toEqual(once.tags);
      }),
    );
  });
});
