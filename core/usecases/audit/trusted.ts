import { trusts } from '../../domain/policy/trust.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';

export interface Doubt {
  readonly subject: string;
  readonly reason: string;
}

/** Which subjects a trust policy refuses, and of which it cannot be told. */
export function trustOf(
  trust: PolicyDocument | undefined,
  providerArn: string,
  host: string,
  subjects: readonly string[],
  audience: string,
): { readonly refused: readonly Doubt[]; readonly unclear: readonly Doubt[] } {
  const refused: Doubt[] = [];
  const unclear: Doubt[] = [];
  for (const subject of subjects) {
    const answer = trusts(trust, { providerArn, host, subject, audience });
    if (answer.answer === 'no') refused.push({ subject, reason: answer.reason });
    if (answer.answer === 'unknown') unclear.push({ subject, reason: answer.reason });
  }
  return { refused, unclear };
}
