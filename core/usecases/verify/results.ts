import { type CheckName, type CheckResult, failed, proved } from '../../domain/checks.ts';
import { CHECK_TABLE, type CheckFor, type ResourceName, type Uses } from '../../resources/check-table.ts';
import type { Discrepancy } from '../../resources/resource.ts';

/** Why an emulator proves nothing of TLS and tokens. */
export const EMULATED = 'the environment is an emulator';

/** Why a check fails, in words, for every check of a resource that Verify proves. */
export type Details<Name extends ResourceName> = {
  readonly [Check in CheckFor<'verify', Name>]: (found: Discrepancy, all: readonly Discrepancy[]) => string;
};

/**
 * A result for each of some checks of one subject: the first thing that is wrong, or proof that nothing is. Of what is
 * not there at all nothing else is said.
 */
export function resultsOf(
  resource: ResourceName,
  {
    names,
    subject,
    found,
    details,
  }: {
    readonly names: readonly CheckName[];
    readonly subject: string;
    readonly found: readonly Discrepancy[];
    readonly details: Readonly<Record<string, (found: Discrepancy, all: readonly Discrepancy[]) => string>>;
  },
): readonly CheckResult[] {
  const table: Readonly<Record<string, Uses>> = CHECK_TABLE[resource];
  const isMissing = found.some(({ check }) => check === 'missing');
  return names.flatMap((name) => {
    const wrong = found.find(({ check }) => [table[check]?.verify].flat().some((each) => each === name));
    if (wrong !== undefined) return [failed(name, subject, details[wrong.check]?.(wrong, found) ?? '')];
    return isMissing ? [] : [proved(name, subject)];
  });
}
