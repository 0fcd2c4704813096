import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedChanges } from '../../../core/domain/plan.ts';
import { changedSince } from '../../../core/domain/plan-outdated.ts';
import { planChanges } from '../../../core/usecases/prepare/plan-changes.ts';
import { preparedAccount } from '../usecases/prepare/prepared.ts';

type Mutable<Value> = { -readonly [Key in keyof Value]: Mutable<Value[Key]> };

async function planned(
  change: (account: Awaited<ReturnType<typeof preparedAccount>>) => void = () => undefined,
) {
  const account = await preparedAccount();
  change(account);
  return planChanges(account.desired, undefined, account);
}

const again = (state: PlannedChanges) => JSON.parse(JSON.stringify(state)) as Mutable<PlannedChanges>;

describe('a plan that was approved', () => {
  it('holds where nothing changed', async () => {
    expect(changedSince(again(await planned()), await planned())).toEqual([]);
  });

  it.each<readonly [string, Parameters<typeof planned>[0], RegExp]>([
    [
      'a role that is gone',
      ({ roles }) => roles.state.delete([...roles.state.keys()][0] ?? ''),
      /^IAM role .* was as it shall be/,
    ],
    [
      'a provider that is gone',
      ({ providers }) => providers.state.clear(),
      /^Identity provider .* was there, and is not any more\.$/,
    ],
    [
      'a document that is gone',
      ({ issuerBucket }) => void delete issuerBucket.content?.documents['keys.json' as never],
      /^Issuer https:.* is other than it was/,
    ],
  ])('holds no more with %s, which is named', async (_, change, told) => {
    const found = changedSince(again(await planned()), await planned(change));
    expect(found.join('\n')).toMatch(told);
  });

  it('holds where a role that stays because it is used was used again', async () => {
    const kept = again(await planned());
    const removals = (reason: string) => ({ roles: [], manifests: [], kept: [reason] });
    const at = (reason: string) => ({ ...kept, plan: { ...kept.plan, removals: removals(reason) } });
    expect(changedSince(at('IAM saw it used at 10:00'), at('IAM saw it used at 18:00'))).toEqual([]);
  });

  it('is told apart from every plan that differs in anything at all', async () => {
    const kept = again(await planned(({ roles }) => roles.state.clear()));
    const paths = pathsOf(kept);
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        const other = structuredClone(kept) as Record<string, unknown>;
        const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, other);
        parent[path.at(-1) ?? ''] = { changed: true };
        expect(changedSince(kept, other as never), path.join('.')).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Ways to every value of a document. A role's position is told by its name, and `version` and `run` are the run's own. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'index' ? [] : pathsOf(inner, [...path, key]),
  );
}
