import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePermissions } from '../../../../core/domain/policy/coverage.ts';
import { trusts } from '../../../../core/domain/policy/trust.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import { ACTION, POLICY, REQUEST, RESOURCE, STATEMENT } from '../../../support/policies-at-random.ts';
import { allow, allows, findings, type Request } from '../../../support/policy-evaluation.ts';

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
