import { describe, expect, it } from 'vitest';
import type { Gap } from '../../../../core/domain/policy/coverage.ts';
import { disagreements, type SimulatedDecision } from '../../../../core/usecases/audit/simulate.ts';
import { allow, BUCKET, IN_REGION, role } from './simulated.ts';

describe('simulator and comparison', () => {
  const WANTED = role([allow(['a:A', 'b:B']), allow('c:C', BUCKET, IN_REGION)]);
  const decided = (action: string, allowed: boolean, more: Partial<SimulatedDecision> = {}) => ({
    action,
    allowed,
    detail: allowed ? 'allowed' : 'implicitDeny, not allowed by a policy of the organization',
    resource: '*',
    condition: '',
    ...more,
  });
  const gap = (action: string, more: Partial<Gap> = {}): Gap => ({
    action,
    resource: '*',
    reason: 'no statement allows it',
    ...more,
  });
  const between = (
    missing: readonly Gap[],
    unknown: readonly Gap[],
    decisions: readonly SimulatedDecision[],
  ) => disagreements(WANTED, { missing, unknown }, decisions, 'role demo');

  it('disagree when only the simulator denies: something else than the policies of the role does', () => {
    const [found, ...others] = between([], [], [decided('a:A', false), decided('b:B', true)]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      kind: 'SimulationDisagrees',
      severity: 'critical',
      resource: 'role demo',
      message:
        "The policies of the role allow a:A on *, IAM's policy simulator does not: implicitDeny, not allowed by a policy of the organization.",
      live: 'implicitDeny, not allowed by a policy of the organization',
      actions: ['a:A'],
      remedy: expect.stringContaining('service control policy'),
    });
  });

  it('disagree when only the comparison denies, which is but a warning', () => {
    const [found, ...others] = between([gap('a:A')], [], [decided('a:A', true)]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      kind: 'SimulationDisagrees',
      severity: 'warning',
      message: "IAM's policy simulator allows a:A on *, the comparison does not: no statement allows it.",
      actions: ['a:A'],
    });
  });

  it.each<[string, Gap[], Gap[], SimulatedDecision[]]>([
    ['both allow', [], [], [decided('a:A', true)]],
    ['both deny', [gap('a:A')], [], [decided('a:A', false)]],
    ['both deny, written in another case', [gap('A:a')], [], [decided('a:A', false)]],
    ['the comparison cannot tell what the simulator denies', [], [gap('a:A')], [decided('a:A', false)]],
    ['the comparison cannot tell what the simulator allows', [], [gap('a:A')], [decided('a:A', true)]],
    [
      'the comparison finds one part missing and cannot tell another',
      [gap('a:A')],
      [gap('a:A')],
      [decided('a:A', true)],
    ],
    ['the release does not ask for the action', [], [], [decided('z:Z', false)]],
    ['the release asks for it on another resource', [], [], [decided('a:A', false, { resource: BUCKET })]],
    [
      'the release asks for it under another condition',
      [],
      [],
      [decided('c:C', false, { resource: BUCKET, condition: '' })],
    ],
    ['nothing was asked', [gap('a:A')], [], []],
  ])('do not disagree when %s', (_, missing, unknown, decisions) => {
    expect(between(missing, unknown, decisions)).toEqual([]);
  });

  it.each<[string, Gap]>([
    ['resource', gap('a:A', { resource: BUCKET })],
    ['condition', gap('a:A', { condition: IN_REGION })],
    ['action', gap('b:B')],
  ])('disagree all the same when what the comparison misses is another %s', (_, missing) => {
    expect(between([missing], [], [decided('a:A', false)])).toHaveLength(1);
    expect(between([], [missing], [decided('a:A', false)])).toHaveLength(1);
  });

  it('are compared under the condition that was asked about', () => {
    const under = { resource: BUCKET, condition: JSON.stringify(IN_REGION) };
    const missing = gap('c:C', { resource: BUCKET, condition: IN_REGION });
    expect(between([], [], [decided('c:C', false, under)])).toHaveLength(1);
    expect(between([missing], [], [decided('c:C', false, under)])).toEqual([]);
    expect(between([missing], [], [decided('c:C', true, under)])).toHaveLength(1);
  });
});
