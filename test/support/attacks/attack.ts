import type { TestAccount } from '../account.ts';
import type { Intercept, Outcome } from '../in-process.ts';

/** Something that somebody tries on purpose. */
export interface Attack {
  /** Who tries it: what he may write, or where his code runs. */
  readonly by: string;
  /** What he is after, as the end of "tries to …". */
  readonly tries: string;
  /** Key and bytes of what is uploaded. */
  readonly key: string;
  readonly bundle: () => Uint8Array | Promise<Uint8Array>;
  /** What happens while the run is at work. */
  readonly meanwhile?: (account: TestAccount) => Intercept;
  /** Heading of docs/permissions.md that says why this is let pass. */
  readonly power?: string;
  /** Text that must never be repeated. */
  readonly secret?: string;
}

/**
 * `refused properly`: a name that the runbook explains, nothing changed. `refused badly`: nothing changed, but nobody could
 * tell why, or a secret was repeated. `succeeded`: the account is another one than before. `a known power`: the same, and
 * docs/permissions.md says why.
 */
export type AttackOutcome = 'refused properly' | 'refused badly' | 'succeeded' | 'a known power';

export interface Judged {
  readonly outcome: AttackOutcome;
  /** The error's name, or how the execution ended. */
  readonly name: string;
}

export function judge(
  { error, cause = '', status, states }: Outcome,
  attack: Attack,
  {
    changed,
    explained,
    text,
  }: { readonly changed: boolean; readonly explained: readonly string[]; readonly text: string },
): Judged {
  const name = error ?? `${status} in ${states.at(-1)}`;
  if (changed || status === 'SUCCEEDED')
    return { outcome: attack.power === undefined ? 'succeeded' : 'a known power', name };
  const repeats = attack.secret !== undefined && `${cause}${text}`.includes(attack.secret);
  return { outcome: explained.includes(name) && !repeats ? 'refused properly' : 'refused badly', name };
}
