import { describe, expect, it } from 'vitest';
import { type FindingText, finding, markNew } from '../../../../core/domain/audit/finding.ts';
import { KINDS } from '../../../../core/domain/audit/kinds.ts';

const TEXT: FindingText = {
  resource: 'role demo',
  message: 'It lacks something.',
  remedy: 'Put it back.',
  wanted: 'this',
  live: 'that',
};
const idOf = (more: Partial<FindingText> = {}) => finding('PermissionsLost', { ...TEXT, ...more }).id;

describe('the id of a finding', () => {
  it('is the same in every audit, in every version', () => {
    // Computed with the sha256sum command, not with the code under test.
    expect(idOf()).toBe('PermissionsLost:role demo:b0f05601');
  });

  it.each<[string, Partial<FindingText>]>([
    ['what is there instead', { live: 'something else' }],
    ['the remedy', { remedy: 'Do something else.' }],
    ['the actions', { actions: ['s3:GetObject'] }],
    ['the severity', { severity: 'info' }],
  ])('does not hang on %s', (_, more) => {
    expect(idOf(more)).toBe(idOf());
  });

  it('differs by kind, resource, message and what is wanted', () => {
    const ids = [
      idOf(),
      idOf({ message: 'It lacks something else.' }),
      idOf({ wanted: 'other' }),
      idOf({ wanted: undefined }),
      idOf({ resource: 'role demo-2' }),
      finding('TrustNarrowed', TEXT).id,
      // Parts that would be alike if they were written one behind the other.
      idOf({ message: 'It lacks something.t', wanted: 'his' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a finding', () => {
  it('has the severity of its kind, unless it is said otherwise', () => {
    expect(finding('PermissionsLost', TEXT).severity).toBe(KINDS.PermissionsLost[0]);
    expect(finding('PolicyAttached', TEXT).severity).toBe('warning');
    expect(finding('PolicyAttached', { ...TEXT, severity: 'info' }).severity).toBe('info');
  });

  it('shows its evidence as text: texts as they are, everything else as JSON', () => {
    const { live, wanted } = finding('PermissionsLost', { ...TEXT, live: { a: [1] }, wanted: 'a "text"' });
    expect({ live, wanted }).toEqual({ live: '{\n  "a": [\n    1\n  ]\n}', wanted: 'a "text"' });
  });

  it('lacks what is not known of it', () => {
    const { resource, message, remedy } = TEXT;
    expect(finding('PermissionsLost', { resource, message, remedy })).toEqual({
      id: expect.any(String),
      kind: 'PermissionsLost',
      severity: 'critical',
      resource,
      message,
      remedy,
      isNew: false,
    });
  });
});

describe('what is new', () => {
  const [known, other] = [finding('PermissionsLost', TEXT), finding('TrustNarrowed', TEXT)];
  const marks = (earlier: ReadonlySet<string> | undefined) =>
    markNew([known, other], earlier).map(({ isNew }) => isNew);

  it.each<[string, ReadonlySet<string> | undefined, boolean[]]>([
    ['is what the earlier audit did not have', new Set([known.id, 'gone']), [false, true]],
    ['is all when the earlier one found nothing', new Set(), [true, true]],
    ['is nothing without an earlier one', undefined, [false, false]],
  ])('%s', (_, earlier, expected) => {
    expect(marks(earlier)).toEqual(expected);
  });

  it('does not stay new', () => {
    const [found] = markNew([{ ...known, isNew: true }], new Set([known.id]));
    expect(found).toEqual(known);
  });
});
