import { describe, expect, it } from 'vitest';
import { conditionHolds, show } from '../../../../core/domain/policy/conditions.ts';
import { excludeEachOther, findContext } from '../../../../core/domain/policy/implication.ts';
import { type Block, budget, read } from './read-conditions.ts';

describe('a condition holds', () => {
  it.each<[string, unknown, string | undefined, boolean | undefined]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', undefined, false],
    ['stringequals', 'a', 'a', true],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
    ['StringNotEqualsIgnoreCase', 'aB', 'Ab', false],
    ['StringEqualsIgnoreCase', 'é', 'É', undefined],
    ['StringLike', 'a*c?', 'abbcd', true],
    ['StringLike', 'a${*}', 'a*', true],
    ['StringLike', 'a${*}', 'ab', false],
    ['StringNotLike', 'a*', 'b', true],
    ['StringLike', '${aws:username}', 'a', undefined],
    ['ArnLike', 'arn:aws:iam::*:role/r', 'arn:aws:iam::1:role/r', true],
    ['ArnEquals', 'arn:aws:iam::*:role/r', 'arn:aws:iam::1:role/r', true],
    ['ArnNotEquals', 'arn:aws:iam::*:role/r', 'arn:aws:iam::1:role/r', false],
    ['ArnLike', 'role/r', 'role/r', undefined],
    ['Bool', true, 'true', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'false', undefined, false],
    ['BoolIfExists', 'false', undefined, true],
    ['Bool', 'maybe', 'true', undefined],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'a', false],
    ['Null', false, 'a', true],
    ['NullIfExists', false, 'a', undefined],
    ['NumericEquals', 5, '5.0', true],
    ['NumericLessThan', '5', '4', true],
    ['NumericLessThan', '5', '5', false],
    ['NumericLessThanEquals', '5', '5', true],
    ['NumericGreaterThan', '5', '5', false],
    ['NumericGreaterThanEquals', '5', '5', true],
    ['NumericNotEquals', '5', '6', true],
    ['NumericEquals', 'five', '5', undefined],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateGreaterThan', '2026-01-01', '1767225601', true],
    ['DateEquals', 'soon', '2026-01-01', undefined],
    ['IpAddress', '10.0.0.0/8', '10.255.255.255', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.0', false],
    ['IpAddress', '10.0.0.1', '10.0.0.1', true],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.0', true],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', undefined],
    ['IpAddress', '10.0.0.0/33', '10.0.0.1', undefined],
    ['ForAnyValue:StringEquals', ['a', 'b'], 'b', true],
    ['ForAnyValue:StringEquals', ['a', 'b'], undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], 'c', false],
    ['ForAllValues:StringEquals', ['a', 'b'], undefined, true],
    ['BinaryEquals', 'YQ==', 'YQ==', undefined],
    ['StringSounds', 'a', 'a', undefined],
    ['StringEquals', { a: 1 }, 'a', undefined],
    ['StringEquals', [], 'a', undefined],
  ])('%s %j for %j: %s', (operator, values, value, expected) => {
    const [condition] = read({ [operator]: { 'some:Key': values } });
    expect(condition && conditionHolds(condition, value)).toBe(expected);
  });

  it.each([[null], ['x'], [[]], [{ StringEquals: 'x' }]])('perhaps, when it reads %j', (block) => {
    expect(read(block).map((condition) => conditionHolds(condition, 'a'))).toEqual([undefined]);
  });

  it('is shown as people write it', () => {
    expect(show(read({ StringEquals: { 'aws:RequestedRegion': ['a', 'b'] }, Null: { k: true } }))).toBe(
      'StringEquals aws:RequestedRegion a or b and Null k true',
    );
  });
});

describe('two conditions exclude each other', () => {
  it.each<[Block, Block, boolean]>([
    [{ StringEquals: { k: 'a' } }, { StringEquals: { k: 'b' } }, true],
    [{ StringEquals: { k: 'a' } }, { StringNotEquals: { k: 'a' } }, true],
    [{ StringEquals: { k: 'a' } }, { StringEqualsIfExists: { k: 'b' } }, true],
    [{ StringEqualsIfExists: { k: 'a' } }, { StringEqualsIfExists: { k: 'b' } }, false],
    [{ StringLike: { k: 'a*' } }, { StringLike: { k: '*b' } }, false],
    [{ StringLike: { k: 'a*' } }, { StringLike: { k: 'b*' } }, true],
    [{ Null: { k: true } }, { StringEquals: { k: 'a' } }, true],
    [{ Null: { k: true } }, { Null: { k: false } }, true],
    [{ Null: { k: true } }, { StringNotEquals: { k: 'a' } }, false],
    [{ Bool: { k: true } }, { Bool: { k: false } }, true],
    [{ NumericLessThan: { k: 5 } }, { NumericGreaterThan: { k: 5 } }, true],
    [{ NumericLessThanEquals: { k: 5 } }, { NumericGreaterThanEquals: { k: 5 } }, false],
    [{ IpAddress: { k: '10.0.0.0/9' } }, { IpAddress: { k: '10.128.0.0/9' } }, true],
    [{ StringEquals: { k: 'a' } }, { StringEquals: { l: 'b' } }, false],
    [{ 'ForAnyValue:StringEquals': { k: 'a' } }, { 'ForAnyValue:StringEquals': { k: 'b' } }, false],
    [{ StringEquals: { k: '${aws:username}' } }, { StringEquals: { k: 'b' } }, false],
    [{ StringEquals: { k: 'a' } }, { NumericEquals: { k: 1 } }, false],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(excludeEachOther([...read(left), ...read(right)], budget())).toBe(expected);
    expect(excludeEachOther([...read(right), ...read(left)], budget())).toBe(expected);
  });
});

describe('a context that meets one condition and fails others', () => {
  const obstacle = (block: Block, onAnyKey = true) => ({ conditions: read(block), onAnyKey });

  it('is found', () => {
    const context = findContext(
      read({ StringEquals: { k: ['a', 'b'] } }),
      [obstacle({ StringEquals: { k: 'a' } }), obstacle({ StringEquals: { k: ['a'], l: 'x' } })],
      budget(),
    );
    expect(context).toEqual({ k: 'b' });
  });

  it('fails by a key that the premises speak of, where no other counts', () => {
    const premise = read({ StringEquals: { k: 'a' } });
    expect(findContext(premise, [obstacle({ StringEquals: { l: 'x' } }, false)], budget())).toBeUndefined();
    expect(findContext(premise, [obstacle({ StringEquals: { k: 'x' } }, false)], budget())).toEqual({
      k: 'a',
    });
  });

  it.each<[string, Block, Block]>([
    ['implied', { StringEquals: { k: 'a' } }, { StringLike: { k: 'a*' } }],
    ['with a variable', {}, { StringEquals: { k: '${aws:username}' } }],
    ['that cannot be evaluated', {}, { BinaryEquals: { k: 'YQ==' } }],
    ['that only a fraction fails', { NumericLessThan: { k: 6 } }, { NumericLessThanEquals: { k: 5 } }],
    ['that only an empty text fails', { StringLike: { k: '*' } }, { StringLike: { k: '?*' } }],
    [
      'on a key whose value is tied to a variable',
      { StringEquals: { k: '${a:b}' } },
      { StringEquals: { k: 'x' } },
    ],
    ['whose premises never hold', { StringEquals: { k: 'a' }, Null: { k: true } }, { Bool: { l: true } }],
  ])('is not found for a condition %s', (_, premise, condition) => {
    expect(findContext(read(premise), [obstacle(condition)], budget())).toBeUndefined();
  });

  it('is not found for complementary conditions', () => {
    const both = [obstacle({ StringEquals: { k: 'a' } }), obstacle({ StringNotEquals: { k: 'a' } })];
    expect(findContext([], both, budget())).toBeUndefined();
  });
});
