import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../core/domain/audit/kinds.ts';
import { CHECKS } from '../../../core/domain/checks.ts';
import { changesOf } from '../../../core/resources/changes.ts';
import { CHECK_TABLE, type Uses } from '../../../core/resources/check-table.ts';

const rows = Object.values(CHECK_TABLE).flatMap((table) => Object.values<Uses>(table));

const uses = rows.flatMap(({ change, verify, drift }): Uses[keyof Uses][] => [change, verify, drift]);

/** Names that a use has in the table. */
const named = (use: 'verify' | 'drift') =>
  new Set(rows.flatMap((row) => [row[use]].flat()).filter((name) => typeof name === 'string'));

const UNASKED = ['RoleOrphaned', 'ClusterUnfinished'];

describe('the table of checks', () => {
  it('has every kind of drift but what has nothing to be compared with: roles and parts that nobody asks for', () => {
    const kinds = Object.keys(KINDS);
    const ofCluster = kinds.slice(0, kinds.indexOf('ComponentNew'));
    expect(named('drift')).toEqual(new Set(ofCluster.filter((kind) => !UNASKED.includes(kind))));
  });

  it('has every check of Verify but the tokens it tries, which are no resource', () => {
    const ofResources = Object.keys(CHECKS).filter((check) => !check.startsWith('token-'));
    expect(named('verify')).toEqual(new Set(ofResources));
  });

  it('says of each check that is nothing to somebody why', () => {
    const reasons = uses.flatMap((use) => (isIgnored(use) ? use.ignored : []));
    expect(reasons.length).toBeGreaterThan(20);
    for (const reason of reasons) expect(reason).toMatch(/^\S+ \S+ .*\S$/);
  });

  it('has nothing that nobody cares about', () => {
    for (const { change, verify, drift } of rows)
      expect([change, verify, drift].every(isIgnored)).toBe(false);
  });
});

function isIgnored(use: Uses[keyof Uses]): use is { readonly ignored: string } {
  return typeof use === 'object' && 'ignored' in use;
}

describe('the changes that follow from checks', () => {
  const table: Record<string, Uses> = {
    missing: { change: 'all', verify: 'provider', drift: 'ProviderMissing' },
    first: { change: 'one', verify: 'provider', drift: 'ProviderTagsChanged' },
    again: { change: 'one', verify: 'provider', drift: 'ProviderTagsChanged' },
    many: { change: { each: 'audience' }, verify: 'provider', drift: 'AudienceMissing' },
    theirs: { change: { ignored: 'it is not ours' }, verify: 'provider', drift: 'AudienceExtra' },
  };
  const parts = (...found: { check: string; subject?: string }[]) =>
    changesOf('it', table, found).map(({ action, part }) => `${action} ${part}`);

  it.each<[string, { check: string; subject?: string }[], string[]]>([
    ['none, of none', [], []],
    [
      'in the order of the table',
      [{ check: 'many', subject: 'a' }, { check: 'first' }],
      ['update one', 'update audience a'],
    ],
    ['each part once', [{ check: 'first' }, { check: 'again', subject: 'x' }], ['update one']],
    [
      'one for each of several',
      [
        { check: 'many', subject: 'a' },
        { check: 'many', subject: 'b' },
      ],
      ['update audience a', 'update audience b'],
    ],
    ['none of what is not changed', [{ check: 'theirs', subject: 'x' }], []],
    ['the whole, when it is not there', [{ check: 'missing' }, { check: 'first' }], ['create all']],
  ])('are %s', (_, found, expected) => {
    expect(parts(...found)).toEqual(expected);
  });
});

it.each(['role', 'installFiles'] as const)(
  'what Verify proves of a %s is changed by a run where it is not so: what a plan left alone need not be read again',
  (resource) => {
    const proved = Object.entries<Uses>(CHECK_TABLE[resource]).filter(([, { verify }]) => !isIgnored(verify));
    expect(proved.length).toBeGreaterThan(1);
    expect(proved.filter(([, { change }]) => isIgnored(change))).toEqual([]);
  },
);
