import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePermissions } from '../../../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import {
  ACCOUNT,
  ALLOW,
  ANY,
  CONCRETE_ACTIONS,
  CONCRETE_RESOURCES,
  CONDITION,
  gaps,
  policy,
  REGIONS,
  type Request,
} from '../../../support/policy-arbitraries.ts';

/**
 * Against an independent simulator (@cloud-copilot/iam-simulate), which answers single requests: what is called
 * covered must be allowed for every request that is tried, what is called missing must be denied for the example given.
 */

/** Half of the pairs are kin: the live policy is the target with something done to it, as after an upgrade. */
const PAIR = fc.oneof(
  fc.tuple(fc.array(ANY, { minLength: 1, maxLength: 3 }), fc.array(ANY, { minLength: 1, maxLength: 4 })),
  fc
    .tuple(
      fc.array(ALLOW, { minLength: 1, maxLength: 2 }),
      fc.array(ANY, { maxLength: 1 }),
      fc.boolean(),
      CONDITION,
    )
    .map(([target, more, isWider, Condition]): [Record<string, unknown>[], Record<string, unknown>[]] => {
      const { Condition: _, ...free } = target[0] ?? {};
      return [target, [isWider ? free : { ...free, Condition }, ...target.slice(1), ...more]];
    }),
);
const BOUNDARY = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.array(ANY, { minLength: 1, maxLength: 2 }).map(policy),
);

const CONTEXT: fc.Arbitrary<Request['context']> = fc.record(
  {
    'aws:RequestedRegion': fc.constantFrom(...REGIONS, 'ap-south-2'),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    's3:max-keys': fc.constantFrom('4', '5', '6', '10', '11'),
    'aws:CurrentTime': fc.constantFrom(
      '2025-06-01T00:00:00Z',
      '2026-06-01T00:00:00Z',
      '2027-06-01T00:00:00Z',
    ),
    'aws:SourceIp': fc.constantFrom('10.1.2.3', '10.200.0.1', '192.168.0.1'),
    'aws:PrincipalArn': fc.constantFrom(
      `arn:aws:iam::${ACCOUNT}:role/worker`,
      'arn:aws:iam::999999999999:role/worker',
    ),
    'aws:TagKeys': fc.constantFrom<string | string[]>(['team'], ['team', 'cost'], ['other'], 'team'),
  },
  { requiredKeys: [] },
);

/** Every action on every resource. */
const PAIRS_TRIED = CONCRETE_ACTIONS.flatMap((action) =>
  CONCRETE_RESOURCES.map((resource) => ({ action, resource })),
);

describe('the comparison agrees with an independent simulator', () => {
  it('on a thousand pairs of policies', () => {
    const verdicts = { covered: 0, missing: 0, unknown: 0 };
    fc.assert(
      fc.property(
        PAIR,
        BOUNDARY,
        fc.array(CONTEXT, { minLength: 7, maxLength: 7 }),
        (pair, boundary, contexts) => {
          const [wanted, live] = [policy(pair[0]), policy(pair[1])];
          const more = boundary === undefined ? {} : { boundary };
          const { verdict } = comparePermissions(wanted, { policies: [live], ...more });
          verdicts[verdict] += 1;
          if (verdict === 'covered') {
            // A third of them at a time.
            const requests = PAIRS_TRIED.flatMap((request, index): Request[] =>
              index % 3 === verdicts.covered % 3 ? [{ ...request, context: contexts[index % 7] ?? {} }] : [],
            );
            const refused = requests.filter(
              (request) => simulate(request, wanted) && !simulate(request, live, boundary),
            );
            expect(refused).toEqual([]);
          }
          if (verdict === 'missing') {
            const examples = [
              ...gaps(wanted, live),
              ...(boundary === undefined ? [] : gaps(wanted, boundary)),
            ];
            expect(examples).not.toEqual([]);
            for (const { example, finding } of examples) {
              const shown = JSON.stringify({ finding, example });
              expect(`${simulate(example, wanted)} ${shown}`).toBe(`true ${shown}`);
              expect(`${simulate(example, live, boundary)} ${shown}`).toBe(`false ${shown}`);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
    // None of the answers is rare, or the test would say little.
    expect(verdicts.covered).toBeGreaterThan(90);
    expect(verdicts.missing).toBeGreaterThan(280);
    expect(verdicts.unknown).toBeLessThan(270);
  });
});

function simulate(
  { action, resource, context }: Request,
  policies: PolicyDocument,
  boundary?: PolicyDocument,
): boolean {
  const result = runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/worker`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: [{ name: 'identity', policy: policies }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
    },
    {},
  );
  return result === 'Allowed';
}

/** The certain gaps, each with its example as the simulator can take it. */
