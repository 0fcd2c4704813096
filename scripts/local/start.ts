import { ClientError } from '../../cli/errors.ts';
import type { Execution } from '../../cli/execution.ts';
import { paceOf } from '../../cli/pace.ts';
import { type HandedIn, handIn as handInTo } from '../../cli/start.ts';
import { EMULATOR_LOG } from './emulator.ts';
import type { LocalEnvironment } from './environment.ts';
import { LocalError } from './local-error.ts';
import { LOCKS, locked } from './lock.ts';
import type { Progress } from './progress.ts';

/**
 * Uploads a bundle and waits for the execution that its arrival starts. One upload at a time: an emulator's event
 * does not tell which version of an object arrived, so of two uploads to one key nobody could say which execution
 * is whose. Throws LocalError when none is started.
 */
export function handIn(
  environment: LocalEnvironment,
  bundle: HandedIn,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Execution> {
  return locked(
    LOCKS.upload(environment.endpoint),
    () => upload(environment, bundle, signal),
    progress,
    signal,
  );
}

async function upload(
  environment: LocalEnvironment,
  bundle: HandedIn,
  signal?: AbortSignal,
): Promise<Execution> {
  const { endpoint, isOurs } = environment;
  try {
    return await handInTo({ ...environment, isEmulator: true }, bundle, paceOf(true), signal);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new LocalError(
      error.message,
      isOurs
        ? `The function start-run tells why: see ${EMULATOR_LOG}. 'npm run local:down' makes a fresh start possible.`
        : `See the log of the emulator at ${endpoint}, and of the function start-run in it.`,
    );
  }
}
