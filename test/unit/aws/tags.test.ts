import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromTagList, toTagList } from '../../../core/aws/tags.ts';
import { missingTags, sameTags } from '../../../core/domain/tags.ts';

const tags = fc.dictionary(fc.string(), fc.string());

describe('tags', () => {
  it('are the same after the way to AWS and back', () => {
    fc.assert(
      fc.property(tags, (some) => {
        expect(fromTagList(toTagList(some))).toEqual({ ...some });
      }),
    );
  });

  it('are none when AWS gives no list', () => {
    expect(fromTagList(undefined)).toEqual({});
  });

  it.each([
    [{ a: '1' }, {}, { a: '1' }],
    [{ a: '1' }, { a: '2' }, { a: '1' }],
    [{ a: '1' }, { a: '1', b: '2' }, {}],
    [{}, { b: '2' }, {}],
  ])('of %j, %j lacks %j', (wanted, actual, missing) => {
    expect(missingTags(wanted, actual)).toEqual(missing);
  });

  it('lack nothing once what was missing is set', () => {
    fc.assert(
      fc.property(tags, tags, (wanted, actual) => {
        expect(missingTags(wanted, { ...actual, ...missingTags(wanted, actual) })).toEqual({});
      }),
    );
  });

  it.each([
    [{ a: '1', b: '2' }, { b: '2', a: '1' }, true],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ a: '1', b: '2' }, { a: '1' }, false],
    [{ a: '1' }, { b: '1' }, false],
  ])('%j and %j are the same: %s', (left, right, same) => {
    expect(sameTags(left, right)).toBe(same);
  });
});
