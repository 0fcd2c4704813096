import { describe, expect, it } from 'vitest';
import { defined } from '../../../core/util/defined.ts';

describe('defined fields', () => {
  it('are those with a value, in their order, be it empty', () => {
    const fields = defined({ z: undefined, b: '', a: 0, n: null, f: false, y: undefined });
    expect(Object.entries(fields)).toEqual([
      ['b', ''],
      ['a', 0],
      ['n', null],
      ['f', false],
    ]);
  });

  it('are optional in their type where they may be undefined, and required elsewhere', () => {
    const name = ['demo'].at(0);
    const exact: { readonly name?: string; readonly size: number } = defined({ name, size: 1 });
    expect(exact).toStrictEqual({ name: 'demo', size: 1 });
  });
});
