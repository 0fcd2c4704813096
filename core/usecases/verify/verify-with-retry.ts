import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKS, type CheckResult } from '../../domain/checks.ts';
import { VerificationFailed } from '../../domain/errors.ts';
import type { Verification } from './verify.ts';

/** Pauses between attempts, in milliseconds: IAM is eventually consistent and usually settles within twenty seconds. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 12_000, 13_000];

/**
 * Tries until every check passes or is known not to be provable. Throws VerificationFailed with every
 * failed check when time is up.
 */
export async function verifyWithRetry(
  attempt: () => Promise<Verification>,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<Verification> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const verification = await attempt();
    const failures = verification.results.filter(({ outcome }) => outcome === 'failed');
    if (failures.length === 0) return verification;
    if (pause === undefined) throw new VerificationFailed(describe(failures));
    await wait(pause);
  }
  throw new VerificationFailed('No attempt was made.');
}

function describe(failures: readonly CheckResult[]): string {
  return failures
    .map(({ check, subject, detail }) => `${CHECKS[check]}: not so for ${subject}, ${detail}.`)
    .join('\n');
}
