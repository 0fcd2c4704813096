import crypto, { generateKeyPairSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

/**
 * Key generation takes a random time of its own, so a key that was made before stands in for it, in everything that
 * this process does from now on.
 */
export function makeKeysFree(): void {
  const pair = generateKeyPairSync('rsa', { modulusLength: 4096 });
  const instant = Object.assign(() => undefined, { [promisify.custom]: async () => pair });
  Object.assign(crypto, { generateKeyPair: instant });
  syncBuiltinESMExports();
}
