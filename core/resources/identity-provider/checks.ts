import { AUDIENCES } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import type { CheckOf } from '../check-table.ts';
import { tagChecks, when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';

export interface DesiredProvider {
  readonly arn: string;
  readonly url: string;
  /** Host and path of the issuer, without `https://`. */
  readonly host: string;
  /** Whether somebody else keeps it, so that it is looked at only. Its tags are nobody's business here. */
  readonly isExisting: boolean;
  /** Certificate thumbprints on record; not compared where there are none. */
  readonly thumbprints?: readonly string[];
}

/** In which ways a provider is not as it should be. Audiences count as a set, thumbprints in any case. */
export function checkProvider(
  { desired, tags }: Spec<DesiredProvider>,
  actual: ProviderState | undefined,
): readonly Discrepancy<CheckOf<'identityProvider'>>[] {
  if (actual === undefined) return [{ check: 'missing' }];
  const { host, thumbprints } = desired;
  const evidence = { actual: actual.audiences, expected: AUDIENCES };
  const known: ReadonlySet<string> = new Set(AUDIENCES);
  return [
    ...when(actual.host !== host, { check: 'host', actual: actual.host, expected: host }),
    ...AUDIENCES.filter((audience) => !actual.audiences.includes(audience)).map(
      (subject) => ({ check: 'audience-missing', subject, ...evidence }) as const,
    ),
    ...actual.audiences
      .filter((audience) => !known.has(audience))
      .map((subject) => ({ check: 'audience-extra', subject, ...evidence }) as const),
    ...when(thumbprints !== undefined && !sameThumbprints(thumbprints, actual.thumbprints), {
      check: 'thumbprints',
      actual: actual.thumbprints,
      expected: thumbprints,
    }),
    ...(desired.isExisting ? [] : tagChecks(tags, actual.tags)),
  ];
}

function sameThumbprints(left: readonly string[], right: readonly string[]): boolean {
  const plain = (list: readonly string[]) =>
    list
      .map((item) => item.toLowerCase())
      .sort()
      .join();
  return plain(left) === plain(right);
}
