import { describe, expect, it } from 'vitest';
import type { ActualKey, DesiredKey } from '../../../../core/resources/signing-key/checks.ts';
import { signingKey } from '../../../../core/resources/signing-key/resource.ts';

const spec = (kid: string, more: Partial<DesiredKey> = {}) => ({
  cluster: 'demo',
  tags: {},
  desired: { isKept: true, isBrought: false, kid, ...more },
});
const file = (kid: string, hadPair = true) => ({ publicFile: { kid, hadPair } });

describe('the files of a signing key are not as they should be', () => {
  it.each<[string, ActualKey, string[]]>([
    ['nothing is amiss', { ...file('ours'), pair: { kid: 'ours' } }, []],
    ['somebody else keeps the private key', file('ours', false), []],
    ['there are none', {}, ['public-missing']],
    ['the public file is missing', { pair: { kid: 'ours' } }, ['public-missing']],
    ['the public file holds another key', { ...file('x'), pair: { kid: 'ours' } }, ['public-other']],
    ['the private file is missing', file('ours'), ['private-missing']],
    ['the private file holds another key', { ...file('ours'), pair: { kid: 'x' } }, ['private-other']],
    ['both hold another key', { ...file('x'), pair: { kid: 'x' } }, ['public-other', 'private-other']],
    ['they are not ours, and nothing else is said', { ...file('x'), conflict: 'no key' }, ['conflict']],
  ])('when %s', (_, actual, expected) => {
    expect(signingKey.checks(spec('ours'), actual).map(({ check }) => check)).toEqual(expected);
  });

  it('but for a pair of a key that the cluster signed with before', () => {
    const actual = { ...file('ours', false), pair: { kid: 'x' } };
    expect(signingKey.checks(spec('ours', { retired: ['x'] }), actual)).toEqual([]);
  });

  it('never where somebody else keeps the issuer, and the keys with it', () => {
    expect(signingKey.checks(spec('ours', { isKept: false }), {})).toEqual([]);
  });

  it('by the ids of the keys', () => {
    expect(signingKey.checks(spec('ours'), { ...file('ours'), pair: { kid: 'x' } })).toEqual([
      { check: 'private-other', actual: 'x', expected: 'ours' },
    ]);
  });
});
