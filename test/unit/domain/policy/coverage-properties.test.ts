import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStatement } from '../../../../core/domain/policy/compare.ts';
import { comparePermissions } from '../../../../core/domain/policy/coverage.ts';
import { type Rule, rulesOf } from '../../../../core/domain/policy/rules.ts';
import { readStatements } from '../../../../core/domain/policy/statements.ts';
import { trusts } from '../../../../core/domain/policy/trust.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';

type Statement = Record<string, unknown>;
interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** A small world, in which everything that can make a difference is likely to occur. */
const ACTION = fc.oneof(
  fc.constantFrom(
    's:a',
    's:ab',
    's:b',
    't:a',
    'S:A',
    's:a*',
    's:*',
    's:?',
    's:*b',
    '*',
    '*:a',
    '?:a?',
    't:*',
  ),
  fc
    .string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 })
    .map((name) => `s:${name}`),
);
const RESOURCE = fc.oneof(
  fc.constantFrom(
    '*',
    'r',
    'r/a',
    'r/*',
    'r/?',
    '*a',
    'R',
    'r/*/a',
    'q*',
    'arn:x:s',
    'arn:x:s:*:1:a',
    'arn:x:s:*:*:a*',
  ),
  fc.string({ unit: fc.constantFrom('r', '/', '*', '?', ':'), minLength: 1, maxLength: 4 }),
);
const KEY = fc.constantFrom('k', 'K', 'l');
const VALUES = fc.oneof(
  fc.constantFrom('a', 'ab', 'b'),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 3 }),
);
const TEST = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIfExists',
      'StringEqualsIgnoreCase',
      'stringequals',
    ),
    KEY,
    VALUES,
  ),
  fc.tuple(
    fc.constantFrom('StringLike', 'StringNotLike'),
    KEY,
    fc.constantFrom('a*', '*b', '?', ['a', 'b*'], '*'),
  ),
  fc.tuple(fc.constant('Null'), KEY, fc.constantFrom('true', 'false', true)),
);
const CONDITION = fc.array(TEST, { minLength: 1, maxLength: 2 }).map((tests) => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const [operator, key, values] of tests) {
    block[operator] ??= {};
    block[operator][key] = values;
  }
  return block;
});

const SELECTION = <T>(entry: fc.Arbitrary<T>) =>
  fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 3 }));
const STATEMENT: fc.Arbitrary<Statement> = fc
  .record({
    effect: fc.oneof({ weight: 5, arbitrary: fc.constant('Allow') }, fc.constant('Deny')),
    action: SELECTION(ACTION),
    resource: SELECTION(RESOURCE),
    not: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.constantFrom('Action', 'Resource')),
    condition: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, CONDITION),
  })
  .map(({ effect, action, resource, not, condition }) => ({
    Effect: effect,
    [not === 'Action' ? 'NotAction' : 'Action']: action,
    [not === 'Resource' ? 'NotResource' : 'Resource']: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
const POLICY = fc
  .array(STATEMENT, { minLength: 1, maxLength: 4 })
  .map((statements): PolicyDocument => ({ Version: '2012-10-17', Statement: statements }));

const REQUEST: fc.Arbitrary<Request> = fc.record({
  action: fc.oneof(
    fc.constantFrom('s:a', 's:ab', 's:b', 't:a', 't:b'),
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }).map((name) => `s:${name}`),
  ),
  resource: fc.oneof(
    fc.constantFrom('r', 'r/a', 'r/b', 'R', 'ra', 'q', 'arn:x:s:e:1:a', 'arn:x:s:e:2:a:1:a', 'arn:x:s:::b'),
    fc.string({ unit: fc.constantFrom('r', '/', 'z', ':'), minLength: 1, maxLength: 4 }),
  ),
  context: fc.record(
    { k: fc.constantFrom('a', 'b', 'ab', 'c', 'A', 'z'), l: fc.constantFrom('a', 'b', 'ab', 'z') },
    { requiredKeys: [] },
  ),
});

const verdict = (wanted: PolicyDocument, ...policies: PolicyDocument[]) =>
  comparePermissions(wanted, { policies }).verdict;

describe('comparing policies', () => {
  it('finds that a policy covers itself', () => {
    fc.assert(
      fc.property(POLICY, (policy) => {
        expect(verdict(policy, policy)).toBe('covered');
      }),
      { numRuns: 600 },
    );
  });

  it('never loses what is covered by one more Allow', () => {
    fc.assert(
      fc.property(POLICY, POLICY, STATEMENT, (wanted, live, more) => {
        const before = verdict(wanted, live);
        const after = verdict(wanted, live, { ...live, Statement: [{ ...more, Effect: 'Allow' }] });
        if (before === 'covered') expect(after).toBe('covered');
        if (after === 'missing') expect(before).toBe('missing');
      }),
      { numRuns: 600 },
    );
  });

  it('does not depend on the order of statements, nor on how they are spread over policies', () => {
    fc.assert(
      fc.property(POLICY, POLICY, (wanted, live) => {
        const spread = live.Statement.map((statement) => ({ ...live, Statement: [statement] })).reverse();
        const turned = { ...wanted, Statement: [...wanted.Statement].reverse() };
        expect(verdict(turned, ...spread)).toBe(verdict(wanted, live));
      }),
      { numRuns: 400 },
    );
  });

  it('misses an action that only its own entry allowed', () => {
    const names = ['s:a', 's:b', 's:c', 's:d', 't:a'];
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 1 }), RESOURCE, fc.nat(), (actions, resource, index) => {
        const taken = actions[index % actions.length];
        const wanted = allow(actions, resource);
        expect(verdict(wanted, allow(names, resource))).toBe('covered');
        const left = allow(
          names.filter((name) => name !== taken),
          resource,
        );
        const { missing } = comparePermissions(wanted, { policies: [left] });
        expect(missing.map(({ action }) => action)).toEqual([taken]);
      }),
      { numRuns: 200 },
    );
  });

  it('says covered only where every request that the target allows is allowed', () => {
    let covered = 0;
    fc.assert(
      fc.property(
        POLICY,
        POLICY,
        fc.array(REQUEST, { minLength: 20, maxLength: 20 }),
        (wanted, live, requests) => {
          if (verdict(wanted, live) !== 'covered') return;
          covered += 1;
          for (const request of requests) {
            // A wildcard in an ARN may or may not reach over a colon: what is covered is so either way.
            for (const reach of [true, false]) {
              if (allows([wanted], request, reach))
                expect([request, allows([live], request, reach)]).toEqual([request, true]);
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(covered).toBeGreaterThan(80);
  });

  it('says missing only with a request that the target allows and the policies do not', () => {
    let missing = 0;
    fc.assert(
      fc.property(POLICY, POLICY, (wanted, live) => {
        for (const { example } of findings(wanted, live)) {
          missing += 1;
          expect([example, allows([wanted], example as Request, false)]).toEqual([example, true]);
          expect([example, allows([live], example as Request, false)]).toEqual([example, false]);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(missing).toBeGreaterThan(900);
  });

  it('holds whatever the values of policy variables are', () => {
    const RESOURCE_WITH_VARIABLE = fc.oneof(
      RESOURCE,
      fc.constantFrom(
        '${v}',
        'r/${v}',
        'r/${v}/*',
        '${v}*',
        '*${v}',
        'r/${v}${v}',
        'r/${*}',
        'r${?}a',
        '?${v}',
      ),
    );
    const withVariables = POLICY.chain((policy) =>
      fc.array(RESOURCE_WITH_VARIABLE, { minLength: 4, maxLength: 4 }).map((resources) => ({
        ...policy,
        Statement: policy.Statement.map((statement, index) => ({
          ...statement,
          ...('Resource' in statement ? { Resource: resources[index] } : { NotResource: resources[index] }),
        })),
      })),
    );
    const values = ['a', '', 'a/b', '*', 'r'];
    fc.assert(
      fc.property(withVariables, (policy) => {
        expect(verdict(policy, policy)).toBe('covered');
      }),
    );
    fc.assert(
      fc.property(
        withVariables,
        withVariables,
        fc.array(REQUEST, { minLength: 10 }),
        (wanted, live, requests) => {
          if (verdict(wanted, live) === 'covered') {
            for (const value of values) {
              for (const request of [
                ...requests,
                ...requests.map((each) => ({ ...each, resource: `r/${value}` })),
              ]) {
                if (!allows([wanted], request, false, value)) continue;
                expect([request, value, allows([live], request, false, value)]).toEqual([
                  request,
                  value,
                  true,
                ]);
              }
            }
          }
          for (const { example } of findings(wanted, live)) {
            for (const value of values) {
              const request = {
                ...(example as Request),
                resource: example?.resource.replaceAll('${v}', value) ?? '',
              };
              expect([request, value, allows([live], request, false, value)]).toEqual([
                request,
                value,
                false,
              ]);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('leaves open little of what has no conditions', () => {
    let unknown = 0;
    const plain = POLICY.map(({ Version, Statement }) => ({
      Version,
      Statement: Statement.map(({ Condition: _, ...statement }) => ({
        ...statement,
        ...('Resource' in statement ? { Resource: 'r/*' } : { NotResource: 'r/*' }),
      })),
    }));
    fc.assert(
      fc.property(plain, plain, (wanted, live) => {
        if (verdict(wanted, live) === 'unknown') unknown += 1;
      }),
      { numRuns: 600 },
    );
    expect(unknown).toBe(0);
  });

  it('never throws, whatever the JSON', () => {
    const JSON_VALUE = fc.jsonValue({ maxDepth: 3 });
    const ODD = fc.oneof(
      JSON_VALUE,
      fc.record({
        Version: fc.oneof(fc.constant('2012-10-17'), JSON_VALUE),
        Statement: fc.array(
          fc.record(
            {
              Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), JSON_VALUE),
              Action: fc.oneof(ACTION, JSON_VALUE),
              NotAction: JSON_VALUE,
              Resource: fc.oneof(fc.constantFrom('*', '${', '${a', 'a${b}c'), JSON_VALUE),
              Principal: fc.oneof(fc.constant({ Federated: 'a' }), JSON_VALUE),
              Condition: fc.oneof(
                fc.dictionary(fc.constantFrom('StringLike', 'Null', 'DateEquals', 'IpAddress'), JSON_VALUE),
                JSON_VALUE,
              ),
            },
            { requiredKeys: [] },
          ),
          { maxLength: 3 },
        ),
      }),
    ) as fc.Arbitrary<PolicyDocument>;
    const question = { providerArn: 'a', host: 'h', subject: 's', audience: 'o' };
    fc.assert(
      fc.property(ODD, ODD, ODD, (wanted, live, boundary) => {
        expect(() => comparePermissions(wanted, { policies: [live], boundary })).not.toThrow();
        expect(() => trusts(live, question)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The gaps that are certain, with their examples. */
function findings(wanted: PolicyDocument, live: PolicyDocument) {
  const target = readStatements(wanted);
  const own = target.filter(({ effect }) => effect === 'Deny');
  const rules: Rule[] = [
    ...rulesOf(readStatements(live)),
    ...own.map((statement): Rule => ({ role: 'own-deny', statement, certain: true })),
  ];
  return target
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => compareStatement(statement, rules, { left: 5_000_000 }))
    .filter((finding) => finding.verdict === 'missing');
}

function allow(Action: readonly string[], Resource: string): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

/** What IAM answers, as simply as it can be written down. */
function allows(
  policies: readonly PolicyDocument[],
  request: Request,
  overColons: boolean,
  variable = '',
): boolean {
  const applying = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, request, overColons, variable));
  return (
    applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny')
  );
}

function applies(
  statement: Statement,
  { action, resource, context }: Request,
  overColons: boolean,
  variable: string,
): boolean {
  const ofAction = (pattern: string) =>
    like(pattern === '*' ? '*:*' : pattern.toLowerCase(), action.toLowerCase());
  const ofResource = (pattern: string) => resourceLike(pattern, resource, overColons, variable);
  const selected = (name: string, test: (pattern: string) => boolean) =>
    name in statement
      ? [statement[name] as string | string[]].flat().some(test)
      : ![statement[`Not${name}`] as string | string[]].flat().some(test);
  const block = (statement['Condition'] ?? {}) as Record<string, Record<string, unknown>>;
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      value: context[key.toLowerCase()],
      values: [values].flat().map(String),
    })),
  );
  return selected('Action', ofAction) && selected('Resource', ofResource) && tests.every(holds);
}

function holds({
  operator,
  value,
  values,
}: {
  operator: string;
  value: string | undefined;
  values: string[];
}) {
  if (operator === 'null') return values.includes(String(value === undefined));
  if (value === undefined) return operator.includes('not') || operator.endsWith('ifexists');
  const hit = values.some((wanted) => {
    if (operator.includes('like')) return like(wanted, value);
    return operator.includes('ignorecase') ? wanted.toLowerCase() === value.toLowerCase() : wanted === value;
  });
  return hit !== operator.includes('not');
}

function resourceLike(pattern: string, resource: string, overColons: boolean, variable: string): boolean {
  const fields = pattern.split(':');
  if (fields[0] === 'arn') while (fields.length < 6) fields.push('*');
  if (overColons || fields.length < 6) return like(fields.join(':'), resource, variable);
  const parts = resource.split(':');
  if (parts.length < 6) return false;
  const join = (texts: string[]) => texts.slice(5).join(':');
  return (
    fields.slice(0, 5).every((field, index) => like(field, parts[index] ?? '', variable)) &&
    like(join(fields), join(parts), variable)
  );
}

const known = new Map<string, RegExp>();

function like(pattern: string, text: string, variable = ''): boolean {
  const expression = known.get(`${variable} ${pattern}`) ?? asRegExp(pattern, variable);
  known.set(`${variable} ${pattern}`, expression);
  return expression.test(text);
}

function asRegExp(pattern: string, variable: string): RegExp {
  const quote = (literal: string) => literal.replace(/[.+^${}()|[\]\\/*?]/g, '\\$&');
  const pieces = Array.from(pattern.matchAll(/\$\{(.)\}|./gs), ([piece, name]) => {
    if (name !== undefined) return quote(name === 'v' ? variable : name);
    if (piece === '*') return '.*';
    return piece === '?' ? '.' : quote(piece);
  });
  return new RegExp(`^${pieces.join('')}$`, 's');
}
