import { describe, expect, it } from 'vitest';
import { readConditions } from '../../../../core/domain/policy/conditions.ts';
import { implies } from '../../../../core/domain/policy/implication.ts';
import { type Block, budget, read } from './read-conditions.ts';

describe('a condition implies another', () => {
  const k = 'aws:RequestedRegion';
  it.each<[string, Block, Block, boolean]>([
    ['the same', { StringEquals: { [k]: 'a' } }, { StringEquals: { [k]: 'a' } }, true],
    [
      'another case of the operator and key',
      { StringEquals: { [k]: 'a' } },
      { STRINGEQUALS: { [k.toUpperCase()]: 'a' } },
      true,
    ],
    ['a value as a list', { StringEquals: { [k]: 'a' } }, { StringEquals: { [k]: ['a'] } }, true],
    [
      'values in another order',
      { StringEquals: { [k]: ['a', 'b'] } },
      { StringEquals: { [k]: ['b', 'a'] } },
      true,
    ],
    ['true as text', { Bool: { [k]: true } }, { Bool: { [k]: 'true' } }, true],
    ['fewer tests', { StringEquals: { [k]: 'a' }, Bool: { b: true } }, { Bool: { b: true } }, true],
    ['more tests', { Bool: { b: true } }, { StringEquals: { [k]: 'a' }, Bool: { b: true } }, false],
    ['more values', { StringEquals: { [k]: 'a' } }, { StringEquals: { [k]: ['a', 'b'] } }, true],
    ['fewer values', { StringEquals: { [k]: ['a', 'b'] } }, { StringEquals: { [k]: 'a' } }, false],
    ['a pattern that matches', { StringEquals: { [k]: 'abc' } }, { StringLike: { [k]: 'a*' } }, true],
    [
      'a pattern that does not',
      { StringEquals: { [k]: ['abc', 'b'] } },
      { StringLike: { [k]: 'a*' } },
      false,
    ],
    ['a wider pattern', { StringLike: { [k]: 'ab*' } }, { StringLike: { [k]: 'a*' } }, true],
    ['a narrower pattern', { StringLike: { [k]: 'a*' } }, { StringLike: { [k]: 'ab*' } }, false],
    ['patterns together', { StringLike: { [k]: 'a*' } }, { StringLike: { [k]: ['a', 'a?*'] } }, true],
    ['no wildcard under Equals', { StringLike: { [k]: 'a*' } }, { StringEquals: { [k]: 'a*' } }, false],
    ['case ignored', { StringEquals: { [k]: 'a' } }, { StringEqualsIgnoreCase: { [k]: 'A' } }, true],
    ['case not ignored', { StringEqualsIgnoreCase: { [k]: 'a' } }, { StringEquals: { [k]: 'a' } }, false],
    ['fewer exceptions', { StringNotEquals: { [k]: ['a', 'b'] } }, { StringNotEquals: { [k]: 'a' } }, true],
    ['more exceptions', { StringNotEquals: { [k]: 'a' } }, { StringNotEquals: { [k]: ['a', 'b'] } }, false],
    [
      'exceptions by pattern',
      { StringNotLike: { [k]: 'a*' } },
      { StringNotEquals: { [k]: ['a', 'ab'] } },
      true,
    ],
    ['another value than excluded', { StringEquals: { [k]: 'a' } }, { StringNotEquals: { [k]: 'b' } }, true],
    ['the excluded value', { StringEquals: { [k]: 'a' } }, { StringNotEquals: { [k]: 'a' } }, false],
    ['IfExists', { StringEquals: { [k]: 'a' } }, { StringEqualsIfExists: { [k]: 'a' } }, true],
    ['without IfExists', { StringEqualsIfExists: { [k]: 'a' } }, { StringEquals: { [k]: 'a' } }, false],
    [
      'IfExists and present',
      { StringEqualsIfExists: { [k]: 'a' }, Null: { [k]: false } },
      { StringEquals: { [k]: 'a' } },
      true,
    ],
    ['being present', { StringEquals: { [k]: 'a' } }, { Null: { [k]: 'false' } }, true],
    ['being absent', { Null: { [k]: true } }, { Null: { [k]: 'true' } }, true],
    ['IfExists of an absent key', { Null: { [k]: true } }, { StringEqualsIfExists: { [k]: 'a' } }, false],
    ['present and any text', { Null: { [k]: false } }, { StringLike: { [k]: '*' } }, false],
    [
      'an ARN by pattern',
      { ArnEquals: { [k]: 'arn:aws:iam::1:role/r' } },
      { ArnLike: { [k]: 'arn:aws:iam::1:role/*' } },
      true,
    ],
    [
      'an ARN as text',
      { ArnLike: { [k]: 'arn:aws:iam::1:role/*' } },
      { StringLike: { [k]: 'arn:aws:iam::*' } },
      true,
    ],
    [
      'text as an ARN',
      { StringLike: { [k]: 'arn:aws:iam::*' } },
      { ArnLike: { [k]: 'arn:aws:iam::*:role/*' } },
      false,
    ],
    ['a wider range', { NumericLessThan: { [k]: 5 } }, { NumericLessThanEquals: { [k]: 5 } }, true],
    ['a narrower range', { NumericLessThanEquals: { [k]: 5 } }, { NumericLessThan: { [k]: 5 } }, false],
    [
      'a range by two ends',
      { NumericGreaterThan: { [k]: 1 }, NumericLessThan: { [k]: 3 } },
      { NumericNotEquals: { [k]: 4 } },
      true,
    ],
    ['a number in a range', { NumericEquals: { [k]: [1, 2] } }, { NumericLessThan: { [k]: 3 } }, true],
    [
      'a gap between whole numbers',
      { NumericLessThan: { [k]: 6 } },
      { NumericLessThanEquals: { [k]: 5 } },
      false,
    ],
    [
      'a later end',
      { DateLessThan: { [k]: '2026-01-01T00:00:00Z' } },
      { DateLessThan: { [k]: '2027-01-01T00:00:00Z' } },
      true,
    ],
    [
      'an earlier end',
      { DateLessThan: { [k]: '2026-01-01T00:00:00Z' } },
      { DateLessThan: { [k]: '2025-01-01T00:00:00Z' } },
      false,
    ],
    ['a wider network', { IpAddress: { [k]: '10.1.0.0/16' } }, { IpAddress: { [k]: '10.0.0.0/8' } }, true],
    [
      'two halves',
      { IpAddress: { [k]: '10.0.0.0/8' } },
      { IpAddress: { [k]: ['10.0.0.0/9', '10.128.0.0/9'] } },
      true,
    ],
    ['one half', { IpAddress: { [k]: '10.0.0.0/8' } }, { IpAddress: { [k]: '10.0.0.0/9' } }, false],
    ['all of IPv4', { NotIpAddress: { [k]: '10.0.0.0/8' } }, { IpAddress: { [k]: '0.0.0.0/0' } }, false],
    ['equal IPv6', { IpAddress: { [k]: '2001:db8::/32' } }, { IpAddress: { [k]: '2001:db8::/32' } }, true],
    ['wider IPv6', { IpAddress: { [k]: '2001:db8::/48' } }, { IpAddress: { [k]: '2001:db8::/32' } }, false],
    [
      'equal sets',
      { 'ForAllValues:StringEquals': { [k]: ['a', 'b'] } },
      { 'forallvalues:StringEquals': { [k]: ['b', 'a'] } },
      true,
    ],
    [
      'an equal set of a key in another case',
      { 'ForAllValues:StringEquals': { [k]: 'a' } },
      { 'ForAllValues:StringEquals': { [k.toUpperCase()]: 'a' } },
      true,
    ],
    [
      'a larger set',
      { 'ForAllValues:StringEquals': { [k]: 'a' } },
      { 'ForAllValues:StringEquals': { [k]: ['a', 'b'] } },
      false,
    ],
    [
      'another set operator',
      { 'ForAnyValue:StringEquals': { [k]: 'a' } },
      { 'ForAllValues:StringEquals': { [k]: 'a' } },
      false,
    ],
    [
      'more values of a key with several',
      { StringEquals: { 'aws:TagKeys': 'a' } },
      { StringEquals: { 'aws:TagKeys': ['a', 'b'] } },
      false,
    ],
    [
      'the same variable',
      { StringEquals: { [k]: '${aws:username}' } },
      { StringEquals: { [k]: '${aws:username}' } },
      true,
    ],
    [
      'a variable in a pattern',
      { StringEquals: { [k]: 'a/${aws:username}' } },
      { StringLike: { [k]: 'a/*' } },
      false,
    ],
    ['another key', { StringEquals: { [k]: 'a' } }, { StringEquals: { other: 'a' } }, false],
    ['nothing asked', {}, { StringEquals: { [k]: 'a' } }, false],
    ['nothing demanded', { StringEquals: { [k]: 'a' } }, {}, true],
    ['an unknown operator, the same', { Sounds: { [k]: 'a' } }, { Sounds: { [k]: 'a' } }, true],
    ['an unknown operator', { Sounds: { [k]: 'a' } }, { Sounds: { [k]: ['a', 'b'] } }, false],
  ])('%s', (_, premise, conclusion, expected) => {
    expect(implies(read(premise), read(conclusion), budget())).toBe(expected);
  });

  it('does not take the text of a variable in an old policy for the variable', () => {
    const old = readConditions({ StringEquals: { [k]: '${aws:username}' } }, false);
    expect(implies(read({ StringEquals: { [k]: '${aws:username}' } }), old, budget())).toBe(false);
  });
});
