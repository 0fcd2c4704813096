import { describe, expect, it } from 'vitest';
import {
  type CheckResult,
  checkThat,
  failed,
  notProved,
  proved,
  summarize,
} from '../../../../core/domain/checks.ts';
import { VerificationFailed } from '../../../../core/domain/errors.ts';
import { verifyWithRetry } from '../../../../core/usecases/verify/verify-with-retry.ts';

const FACTS = { providerThumbprints: ['ab'], keys: [{ kid: 'k', thumbprint: 't' }] };

/** Looks that give one answer after the other, the last one again and again; and the pauses between them. */
function looking(...answers: CheckResult[][]) {
  const pauses: number[] = [];
  let looks = 0;
  const look = async () => {
    looks += 1;
    return { results: answers[Math.min(looks, answers.length) - 1] ?? [], facts: FACTS };
  };
  const wait = async (ms: number) => pauses.push(ms);
  return { result: () => verifyWithRetry(look, wait), pauses, looks: () => looks };
}

const GOOD = [proved('provider', 'arn'), notProved('token-refused', 'x', 'an emulator')];
const BAD = [proved('provider', 'arn'), failed('role-trust', 'role-1', 'it does not exist')];

describe('verifying patiently', () => {
  it('looks once when all is well, or cannot be proved', async () => {
    const { result, pauses, looks } = looking(GOOD);
    await expect(result()).resolves.toEqual({ results: GOOD, facts: FACTS });
    expect(looks()).toBe(1);
    expect(pauses).toEqual([]);
  });

  it('looks again after ever longer pauses while IAM settles', async () => {
    const { result, pauses } = looking(BAD, BAD, GOOD);
    await expect(result()).resolves.toEqual({ results: GOOD, facts: FACTS });
    expect(pauses).toEqual([1_000, 2_000]);
  });

  it('gives up before the time limit of the function, and lists all that failed', async () => {
    const both = [...BAD, failed('secret', 'secret-1', 'it is missing')];
    const { result, pauses, looks } = looking(both);
    await expect(result()).rejects.toThrow(VerificationFailed);
    expect(looks()).toBe(pauses.length + 1);
    const total = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(total).toBeGreaterThanOrEqual(30_000);
    expect(total).toBeLessThan(60_000);
    await expect(looking(both).result()).rejects.toThrow(
      'The role trusts the service accounts of its component, through this provider: not so for role-1, it does not exist.\n' +
        'The Secret names the role and the token, and no access key: not so for secret-1, it is missing.',
    );
  });

  it('throws what the look throws', async () => {
    const look = () => Promise.reject(new Error('AccessDenied'));
    await expect(verifyWithRetry(look, async () => undefined)).rejects.toThrow('AccessDenied');
  });
});

describe('the summary of checks', () => {
  it('counts by check, in the order of the report, whatever the number of roles', () => {
    const results = [
      notProved('token-accepted', 'a', 'an emulator'),
      proved('role-trust', 'a'),
      proved('role-trust', 'b'),
      notProved('token-accepted', 'b', 'an emulator'),
      proved('provider', 'arn'),
    ];
    expect(summarize(results)).toEqual([
      { check: 'provider', proved: 1, notProved: 0 },
      { check: 'role-trust', proved: 2, notProved: 0 },
      { check: 'token-accepted', proved: 0, notProved: 2, reason: 'an emulator' },
    ]);
  });

  it('holds or fails by a condition', () => {
    expect(checkThat('jwks', 'url', true, 'why')).toEqual({
      check: 'jwks',
      subject: 'url',
      outcome: 'proved',
    });
    expect(checkThat('jwks', 'url', false, 'why')).toMatchObject({ outcome: 'failed', detail: 'why' });
  });
});
