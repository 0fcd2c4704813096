import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PolicyDocument,
  parsePolicy,
  permissionPolicy,
  policySize,
  publicReadPolicy,
  samePolicy,
  trustPolicy,
} from '../../../core/domain/policy-document.ts';

function policy(...Statement: Record<string, unknown>[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

describe('making policies', () => {
  it('keeps order, and a condition only where there is one', () => {
    const document = permissionPolicy([
      { effect: 'Allow', action: ['s3:PutObject', 's3:GetObject'], resource: '*' },
      {
        effect: 'Deny',
        action: ['ec2:RunInstances'],
        resource: 'arn',
        policyCondition: { Null: { a: true } },
      },
    ]);
    expect(JSON.stringify(document)).toBe(
      '{"Version":"2012-10-17","Statement":[' +
        '{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"*"},' +
        '{"Effect":"Deny","Action":["ec2:RunInstances"],"Resource":"arn","Condition":{"Null":{"a":true}}}]}',
    );
  });

  it('trusts the service accounts only, and the tokens of one provider only', () => {
    expect(trustPolicy('provider-arn', 'host', ['sub-1', 'sub-2']).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: 'provider-arn' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'host:sub': ['sub-1', 'sub-2'] } },
      },
    ]);
  });

  it('lets everyone read the objects of the issuer bucket, and no more', () => {
    expect(publicReadPolicy('aws-cn', 'demo-oidc').Statement).toMatchObject([
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject'],
        Resource: ['arn:aws-cn:s3:::demo-oidc/*'],
      },
    ]);
  });
});

describe('two policies are the same', () => {
  const base = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: ['a', 'b'] };
  it.each<[string, Record<string, unknown>[], Record<string, unknown>[]]>([
    ['in another order of actions', [base], [{ ...base, Action: ['s3:PutObject', 's3:GetObject'] }]],
    ['in another order of resources', [base], [{ ...base, Resource: ['b', 'a'] }]],
    [
      'in another order of statements',
      [base, { Effect: 'Deny', Action: ['x:Y'], Resource: '*' }],
      [{ Effect: 'Deny', Action: ['x:Y'], Resource: '*' }, base],
    ],
    ['in another order of members', [base], [{ Resource: ['a', 'b'], Action: base.Action, Effect: 'Allow' }]],
    ['with actions in another case', [base], [{ ...base, Action: ['S3:getobject', 's3:PUTOBJECT'] }]],
    ['with an action twice', [base], [{ ...base, Action: [...base.Action, 's3:GetObject'] }]],
    ['with one action outside a list', [{ ...base, Action: ['a:B'] }], [{ ...base, Action: 'a:B' }]],
    ['with one NotAction outside a list', [{ NotAction: ['a:B'] }], [{ NotAction: 'A:b' }]],
    ['with one resource outside a list', [{ ...base, Resource: ['a'] }], [{ ...base, Resource: 'a' }]],
    [
      'with one principal outside a list',
      [{ Principal: { Federated: ['a'] } }],
      [{ Principal: { Federated: 'a' } }],
    ],
    [
      'with one condition value outside a list',
      [{ Condition: { StringEquals: { 'h:sub': ['s'] } } }],
      [{ Condition: { StringEquals: { 'h:sub': 's' } } }],
    ],
    [
      'with a boolean as text',
      [{ Condition: { Bool: { x: true } } }],
      [{ Condition: { Bool: { x: 'true' } } }],
    ],
    [
      'with a boolean as text in a list',
      [{ Condition: { Bool: { x: true } } }],
      [{ Condition: { Bool: { x: ['true'] } } }],
    ],
    [
      'with a number as text',
      [{ Condition: { NumericLessThan: { x: 5 } } }],
      [{ Condition: { NumericLessThan: { x: '5' } } }],
    ],
    ['with another name of the statement', [{ ...base, Sid: 'One' }], [{ ...base, Sid: 'Two' }]],
  ])('%s', (_, left, right) => {
    expect(samePolicy(policy(...left), policy(...right))).toBe(true);
  });

  it('with the only statement outside a list', () => {
    const alone = { Version: '2012-10-17', Statement: base } as unknown as PolicyDocument;
    expect(samePolicy(policy(base), alone)).toBe(true);
  });

  it('when both are absent', () => {
    expect(samePolicy(undefined, undefined)).toBe(true);
  });
});

describe('two policies differ', () => {
  const base = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'a', Condition: { Bool: { k: true } } };
  it.each<[string, Record<string, unknown>]>([
    ['in the effect', { ...base, Effect: 'Deny' }],
    ['in an action', { ...base, Action: ['s3:PutObject'] }],
    ['in a further action', { ...base, Action: ['s3:GetObject', 's3:PutObject'] }],
    ['in NotAction for Action', { Effect: 'Allow', NotAction: ['s3:GetObject'], Resource: 'a' }],
    ['in the case of a resource', { ...base, Resource: 'A' }],
    ['in a further resource', { ...base, Resource: ['a', 'b'] }],
    ['in a missing condition', { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'a' }],
    ['in a condition value', { ...base, Condition: { Bool: { k: false } } }],
    ['in a condition key', { ...base, Condition: { Bool: { K: true } } }],
    ['in a condition operator', { ...base, Condition: { BoolIfExists: { k: true } } }],
    ['in a principal', { ...base, Principal: '*' }],
  ])('%s', (_, right) => {
    expect(samePolicy(policy(base), policy(right))).toBe(false);
  });

  it('in the number of statements, in the version, and when one is absent', () => {
    expect(samePolicy(policy(base), policy(base, { ...base, Resource: 'b' }))).toBe(false);
    expect(samePolicy(policy(base), { ...policy(base), Version: '2008-10-17' })).toBe(false);
    expect(samePolicy(policy(base), undefined)).toBe(false);
    expect(samePolicy(undefined, policy(base))).toBe(false);
  });
});

describe('any policy', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const action = fc.tuple(word, word).map(([service, name]) => `${service}:${name}`);
  const oneOrMore = (item: fc.Arbitrary<string>) =>
    fc.oneof(item, fc.uniqueArray(item, { minLength: 1, maxLength: 4 }));
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.uniqueArray(action, { minLength: 1, maxLength: 4 }),
    Resource: oneOrMore(word),
    Condition: fc.dictionary(word, fc.dictionary(word, oneOrMore(word), { maxKeys: 2 }), { maxKeys: 2 }),
  });
  const policies = fc.array(statement, { minLength: 1, maxLength: 4 });

  /** The same data in another order, by a random number for each choice. */
  function shuffled(value: unknown, random: () => number): unknown {
    const shuffle = <Item>(items: Item[]) =>
      items
        .map((item) => [random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item);
    if (Array.isArray(value)) return shuffle(value.map((item) => shuffled(item, random)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      shuffle(Object.entries(value)).map(([key, item]) => [key, shuffled(item, random)]),
    );
  }

  it('stays the same when it is shuffled', () => {
    fc.assert(
      fc.property(policies, fc.infiniteStream(fc.nat()), (statements, numbers) => {
        const other = shuffled(statements, () => numbers.next().value ?? 0) as Record<string, unknown>[];
        expect(samePolicy(policy(...statements), policy(...other))).toBe(true);
      }),
    );
  });

  it('differs when one action is replaced by one it does not have', () => {
    fc.assert(
      fc.property(policies, fc.nat(), fc.nat(), (statements, which, position) => {
        const index = which % statements.length;
        const changed = structuredClone(statements);
        const actions = changed[index]?.Action ?? [];
        actions[position % actions.length] = 'another:Action';
        expect(samePolicy(policy(...statements), policy(...changed))).toBe(false);
      }),
    );
  });

  it('is read back from plain and from percent-encoded text', () => {
    fc.assert(
      fc.property(policies, (statements) => {
        const document = policy(...statements);
        const text = JSON.stringify(document);
        expect(parsePolicy(text)).toEqual(document);
        expect(parsePolicy(encodeURIComponent(text))).toEqual(document);
      }),
    );
  });

  it('has a size that no white space counts for', () => {
    fc.assert(
      fc.property(policies, (statements) => {
        const document = policy(...statements);
        const spaced = policy(
          ...statements.map((each) => ({ ...each, Resource: ` ${[each.Resource].join(' ')} ` })),
        );
        expect(policySize(document)).toBe(JSON.stringify(document).length);
        expect(policySize(spaced)).toBe(
          policySize(policy(...statements.map((each) => ({ ...each, Resource: [each.Resource].join('') })))),
        );
      }),
    );
  });
});

describe('reading a policy', () => {
  it('leaves a percent sign alone in text that is not encoded', () => {
    expect(parsePolicy('{"Version":"%7B","Statement":[]}')).toEqual({ Version: '%7B', Statement: [] });
  });

  it.each(['', 'text', '[]', 'null', '1', '"x"', '%7B', '%7B%ZZ', '{'])('gives nothing for %j', (text) => {
    expect(parsePolicy(text)).toBeUndefined();
  });
});
