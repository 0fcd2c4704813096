import { type Emulator, MARK, readEmulator } from './emulator-state.ts';
import { commandLine } from './processes.ts';

/** What outlives a command, and how it is ended; undefined when the project's own emulator does not run. */
export function keepsRunning(
  emulator: Pick<Emulator, 'pid' | 'endpoint'> | undefined = readEmulator(),
): string | undefined {
  if (emulator === undefined || !commandLine(emulator.pid)?.includes(MARK.join(' '))) return undefined;
  return `The local environment keeps running (${emulator.endpoint}); \`npm run local:down\` stops it.`;
}
