import { describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';
import type { DesiredRelease } from '../../../../core/usecases/audit/desired-release.ts';
import { simulateReleases } from '../../../../core/usecases/audit/simulate.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import {
  allow,
  allowAll,
  asked,
  BUCKET,
  fakeSimulator,
  IN_REGION,
  INGRESS,
  LIVE,
  REGISTRY,
  releaseOf,
  role,
} from './simulated.ts';

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

  it.each<[string, PolicyStatement, string[]]>([
    ['by name', { ...allow('S3:getobject', BUCKET), Effect: 'Deny' }, ['s3:PutObject', 'ec2:A']],
    ['by a pattern', { ...allow('s3:*'), Effect: 'Deny' }, ['ec2:A']],
    [
      'by leaving others out',
      { Effect: 'Deny', NotAction: ['s3:PutObject'], Resource: BUCKET },
      ['s3:PutObject'],
    ],
  ])('nothing that the request denies itself in part: %s', async (_, deny, actions) => {
    const simulator = fakeSimulator();
    const asking = role([allow(['s3:GetObject', 's3:PutObject', 'ec2:A']), deny]);
    await simulateReleases([releaseOf([asking])], LIVE, simulator);
    expect(simulator.asked.map((request) => request.actions)).toEqual([actions]);
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
