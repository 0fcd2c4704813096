import crypto, { generateKeyPairSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { IAMClient } from '@aws-sdk/client-iam';
import { skipPauses } from '../support/pauses.ts';

/*
 * Makes the runs of this process fast without touching what they do. Product code has no switch for any of
 * this; everything goes through Node's modules and the SDK's objects.
 */

/** Pauses in milliseconds that were asked for and not taken. */
export const skipped = { ms: 0 };

/** Call once, before the first handler is imported. */
export async function makeRunsFast(): Promise<void> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // The time to make a key is random and long.
  Object.assign(crypto, {
    generateKeyPair: Object.assign(() => undefined, { [promisify.custom]: async () => pair }),
  });
  skipPauses((ms) => {
    skipped.ms += ms;
  });
  syncBuiltinESMExports();
  await removeRetryPauses();
}

/**
 * The SDK retries at once and as often as it is configured to. It keeps a budget of retries per client, which
 * one run of faults would use up for the next.
 */
async function removeRetryPauses(): Promise<void> {
  const strategy = await new IAMClient({ region: 'us-east-1' }).config.retryStrategy();
  const { retryBackoffStrategy: backoff } = strategy as unknown as { retryBackoffStrategy: object };
  const instead = { computeNextBackoffDelay: () => 0 };
  const cost = { getCapacityCost: () => 0 };
  if (!('computeNextBackoffDelay' in backoff) || !('getCapacityCost' in strategy))
    throw new Error('The SDK keeps its retry pauses elsewhere than this harness thinks.');
  Object.assign(Object.getPrototypeOf(backoff), instead);
  Object.assign(Object.getPrototypeOf(strategy), cost);
}
