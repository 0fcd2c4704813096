import { describe, expect, it } from 'vitest';
import type { SimulatedRequest, Simulator } from '../../../../core/aws/policy-simulator.ts';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { Gap } from '../../../../core/domain/policy/coverage.ts';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';
import type { DesiredRelease } from '../../../../core/usecases/audit/desired-release.ts';
import {
  disagreements,
  type SimulatedDecision,
  simulateReleases,
} from '../../../../core/usecases/audit/simulate.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';

const [INGRESS, REGISTRY] = demoCluster().roles;
const IN_REGION = { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } };
const BUCKET = 'arn:aws:s3:::bucket';

/** One of the roles of the demo cluster with these permissions. */
function role(statements: readonly PolicyStatement[], of = INGRESS): DesiredRole {
  if (of === undefined) throw new Error('The demo cluster has two roles.');
  return { ...of, policy: { Version: '2012-10-17', Statement: statements } };
}

const allow = (Action: string | string[], Resource = '*', Condition?: object): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

function releaseOf(roles: readonly DesiredRole[], release = '4.14.0'): DesiredRelease {
  const bundle = { release, source: 's3://x', documents: [], problems: [] };
  return { bundle, roles, unclear: [], tombstones: [], mentioned: [], refusals: [] };
}

/** A simulator that allows everything, and remembers what it was asked. */
function fakeSimulator(answer: Simulator['simulate'] = allowAll): Simulator & { asked: SimulatedRequest[] } {
  const asked: SimulatedRequest[] = [];
  return {
    asked,
    async simulate(request) {
      asked.push(request);
      return answer(request);
    },
  };
}

const allowAll: Simulator['simulate'] = async ({ actions }) =>
  actions.map((action) => ({ action, allowed: true, detail: 'allowed' }));

const LIVE = {
  roles: [INGRESS, REGISTRY].flatMap((each) => (each === undefined ? [] : [roleSnapshot(each.name)])),
  policies: {},
};

async function asked(...statements: PolicyStatement[]) {
  const simulator = fakeSimulator();
  await simulateReleases([releaseOf([role(statements)])], LIVE, simulator);
  return simulator.asked.map(({ roleArn: _, ...question }) => question);
}

const text = (value: string) => ({ type: 'string', value });

describe('the simulator is asked', () => {
  it('one question for each role, resource and condition, however many releases there are', async () => {
    const simulator = fakeSimulator();
    const first = role([allow(['a:A', 'b:B']), allow('c:C', BUCKET), allow('d:D', '*', IN_REGION)]);
    const second = role([allow(['b:B', 'e:E']), allow('f:F', BUCKET), allow('g:G', '*', IN_REGION)]);
    const other = role([allow('a:A')], REGISTRY);
    const releases = [
      releaseOf([first, other], '4.14.0'),
      releaseOf([second, other], '4.15.0'),
      releaseOf([first, second], '4.16.0'),
    ];
    await simulateReleases(releases, LIVE, simulator);
    const [ingress, registry] = LIVE.roles.map(({ arn }) => arn);
    expect(simulator.asked).toEqual([
      { roleArn: ingress, actions: ['a:A', 'b:B', 'e:E'], resource: '*', context: {} },
      { roleArn: ingress, actions: ['c:C', 'f:F'], resource: BUCKET, context: {} },
      {
        roleArn: ingress,
        actions: ['d:D', 'g:G'],
        resource: '*',
        context: { 'aws:RequestedRegion': text('us-east-2') },
      },
      { roleArn: registry, actions: ['a:A'], resource: '*', context: {} },
    ]);
  });

  it('about the role that exists, not the one that is wanted', async () => {
    const simulator = fakeSimulator();
    const arn = 'arn:aws:iam::123456789012:role/elsewhere/r';
    const live = { roles: [roleSnapshot(INGRESS?.name ?? '', { arn })], policies: {} };
    await simulateReleases([releaseOf([role([allow('a:A')])])], live, simulator);
    expect(simulator.asked.map(({ roleArn }) => roleArn)).toEqual([arn]);
  });

  it('nothing about roles that do not exist, nor about bundles that cannot be used', async () => {
    const simulator = fakeSimulator();
    const unusable: DesiredRelease = { bundle: releaseOf([]).bundle, problems: ['It is broken.'] };
    const found = await simulateReleases(
      [unusable, releaseOf([role([allow('a:A')])])],
      { roles: [], policies: {} },
      simulator,
    );
    expect(simulator.asked).toEqual([]);
    expect(found).toEqual({ simulated: new Map() });
  });

  it.each<[string, PolicyStatement, string[]]>([
    ['actions with wildcards', allow(['s3:Get*', 's3:PutObject', 's3:?', '*']), ['s3:PutObject']],
    ['one action that is no list', allow('s3:GetObject'), ['s3:GetObject']],
  ])('leaving out %s', async (_, statement, actions) => {
    await expect(asked(statement)).resolves.toEqual([{ actions, resource: '*', context: {} }]);
  });

  it.each<[string, PolicyStatement]>([
    ['actions with wildcards alone', allow(['s3:*'])],
    ['a resource with a wildcard', allow('s3:GetObject', `${BUCKET}/*`)],
    ['a resource with a question mark', allow('s3:GetObject', `${BUCKET}?`)],
    ['a resource with a variable', allow('s3:GetObject', `${BUCKET}/\${aws:username}`)],
    ['a Deny', { ...allow('s3:GetObject'), Effect: 'Deny' }],
    ['a condition by pattern', allow('a:A', '*', { StringLike: { 'aws:RequestedRegion': 'us-*' } })],
    ['a negated condition', allow('a:A', '*', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-2' } })],
    ['a condition on a range', allow('a:A', '*', { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } })],
    ['a condition on absence', allow('a:A', '*', { Null: { 'aws:TagKeys': 'true' } })],
    ['a condition on sets', allow('a:A', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } })],
    [
      'two conditions, of which one is not supported',
      allow('a:A', '*', { ...IN_REGION, StringLike: { 'aws:PrincipalArn': '*' } }),
    ],
    [
      'two conditions on one key',
      allow('a:A', '*', { StringEquals: { key: 'a' }, ArnEquals: { key: 'arn:a' } }),
    ],
    ['a condition without values', allow('a:A', '*', { StringEquals: { key: [] } })],
    ['a condition on a variable', allow('a:A', '*', { StringEquals: { key: '${aws:username}' } })],
  ])('nothing about %s', async (_, statement) => {
    await expect(asked(statement)).resolves.toEqual([]);
  });

  it.each<[object, Record<string, { type: string; value: string }>]>([
    [{ StringEquals: { key: 'a' } }, { key: text('a') }],
    [{ StringEquals: { key: ['a', 'b'] } }, { key: text('a') }],
    [{ stringequals: { key: 'a' } }, { key: text('a') }],
    [{ ArnEquals: { key: 'arn:a' } }, { key: text('arn:a') }],
    [{ Bool: { key: true } }, { key: { type: 'boolean', value: 'true' } }],
    [{ NumericEquals: { key: 7 } }, { key: { type: 'numeric', value: '7' } }],
    [
      { StringEquals: { a: 'x', b: 'y' }, Bool: { c: 'false' } },
      { a: text('x'), b: text('y'), c: { type: 'boolean', value: 'false' } },
    ],
  ])('under values for which %j holds', async (condition, context) => {
    await expect(asked(allow('a:A', '*', condition))).resolves.toEqual([
      { actions: ['a:A'], resource: '*', context },
    ]);
  });
});

describe('the decisions of the simulator', () => {
  it('are kept by role, with the resource and condition that were asked about', async () => {
    const statements = [allow('a:A'), allow('b:B', BUCKET), allow('c:C', '*', IN_REGION)];
    const { simulated: found } = await simulateReleases(
      [releaseOf([role(statements), role([allow('d:D')], REGISTRY)])],
      LIVE,
      fakeSimulator(),
    );
    const decision = (action: string, resource: string, condition = '') => ({
      action,
      allowed: true,
      detail: 'allowed',
      resource,
      condition,
    });
    expect(Object.fromEntries(found)).toEqual({
      [INGRESS?.name ?? '']: [
        decision('a:A', '*'),
        decision('b:B', BUCKET),
        decision('c:C', '*', JSON.stringify(IN_REGION)),
      ],
      [REGISTRY?.name ?? '']: [decision('d:D', '*')],
    });
  });

  it('are none where it gives no answer, and the others are kept', async () => {
    const simulator = fakeSimulator(async (request) =>
      request.resource === BUCKET ? undefined : allowAll(request),
    );
    const wanted = role([allow('a:A'), allow('b:B', BUCKET)]);
    const { simulated: found } = await simulateReleases([releaseOf([wanted])], LIVE, simulator);
    expect(found.get(wanted.name)?.map(({ action }) => action)).toEqual(['a:A']);
  });

  it.each(['Throttling', 'ServiceFailure', 'TimeoutError'])(
    'are not asked for on after %s, and what was answered counts',
    async (error) => {
      const questions = Array.from({ length: 30 }, (_, index) =>
        allow('a:A', `arn:aws:s3:::bucket-${index}`),
      );
      let answered = 0;
      const simulator = fakeSimulator((request) => {
        answered += 1;
        return answered <= 3 ? allowAll(request) : Promise.reject(sdkError(error));
      });
      const { simulated, brokenOff } = await simulateReleases(
        [releaseOf([role(questions)])],
        LIVE,
        simulator,
      );
      expect(brokenOff).toBe(error);
      // Those that were on their way already.
      expect(simulator.asked.length).toBeLessThan(8);
      expect(simulated.get(INGRESS?.name ?? '')?.length).toBe(3);
    },
  );

  it('are complete where nothing is said of a break', async () => {
    const simulation = await simulateReleases([releaseOf([role([allow('a:A')])])], LIVE, fakeSimulator());
    expect(simulation).not.toHaveProperty('brokenOff');
  });
});

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
