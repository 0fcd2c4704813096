import { vi } from 'vitest';
import { type TestAccount, testAccount } from './account.ts';
import { testEmulator } from './test-emulator.ts';

/** An emulator for one test file alone. */
export interface OwnEmulator {
  readonly endpoint: string;
  /** Empties the emulator and makes a new account in it, which handlers called from now on work in. */
  account(settings?: Record<string, string>): Promise<TestAccount>;
  stop(): Promise<void>;
}

/**
 * Starts an emulator for one test file. Bucket names are unique in an emulator, whatever the account, so two
 * files can only prepare clusters of the same, given names when each has an emulator of its own.
 */
export async function ownEmulator(): Promise<OwnEmulator> {
  const { endpoint, stop } = await testEmulator();
  return {
    endpoint,
    stop,
    async account(settings = {}) {
      await fetch(`${endpoint}/_ministack/reset`, { method: 'POST' });
      // Handlers keep their SDK clients, and with them the credentials of the account before.
      vi.resetModules();
      return testAccount(endpoint, settings);
    },
  };
}
