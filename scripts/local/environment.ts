import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ensureAssembly } from './assembly.ts';
import { type Clients, clientsFor } from './clients.ts';
import { ensureDeployed, forgetDeployment } from './deploy.ts';
import { ensureEmulator, stopEmulator } from './emulator.ts';
import { readEmulator } from './emulator-state.ts';
import { LocalError } from './local-error.ts';
import { LOCKS, locked } from './lock.ts';
import type { Progress } from './progress.ts';
import { preparePython } from './python.ts';
import type { Settings } from './settings.ts';
import type { StackOutputs } from './stack-outputs.ts';
import { ensureStsDouble, stopStsDouble } from './sts-double.ts';

const STS_ENDPOINT = 'AWS_ENDPOINT_URL_STS';

/** A running emulator with the stack in it. */
export interface LocalEnvironment extends StackOutputs {
  readonly endpoint: string;
  readonly region: string;
  readonly clients: Clients;
  /** Whether the emulator is the project's own, which `local:down` ends. */
  readonly isOurs: boolean;
}

/** Returns once the local environment is ready; what is there and up to date is used as it is. */
export function ensureEnvironment(
  settings: Settings,
  progress: Progress,
  signal?: AbortSignal,
): Promise<LocalEnvironment> {
  return locked(
    LOCKS.environment(),
    () =>
      settings.endpoint === undefined
        ? withOwnEmulator(settings, progress, signal)
        : withEndpoint(settings, settings.endpoint, progress, signal),
    progress,
    signal,
  );
}

/** Ends what `ensureEnvironment` started. Returns whether an emulator ran. */
export function removeEnvironment(progress: Progress): Promise<boolean> {
  return locked(
    LOCKS.environment(),
    async () => {
      forgetDeployment();
      await stopStsDouble();
      return await stopEmulator();
    },
    progress,
  );
}

async function withOwnEmulator(
  given: Settings,
  progress: Progress,
  signal?: AbortSignal,
): Promise<LocalEnvironment> {
  const { account, region } = given;
  await preparePython(progress, signal);
  const settings = await withVerifier(given, progress, signal);
  // Independent of each other, and the two slowest steps of a first run. Both are awaited, so that neither is
  // left behind at work when the other one fails.
  const [starting, synthesizing] = await Promise.allSettled([
    ensureEmulator(settings, progress, signal),
    ensureAssembly(settings, account, progress, signal),
  ]);
  if (starting.status === 'rejected') {
    // It is of no use by itself, and nobody would be told to end it.
    if (readEmulator() === undefined) await stopStsDouble();
    throw starting.reason;
  }
  if (synthesizing.status === 'rejected') throw synthesizing.reason;
  const assembly = synthesizing.value;

  const deployTo = async (endpoint: string): Promise<LocalEnvironment> => {
    const clients = clientsFor(endpoint, region);
    const outputs = await ensureDeployed(
      { settings, endpoint, account, clients },
      assembly,
      progress,
      signal,
    );
    return { ...outputs, endpoint, region, clients, isOurs: true };
  };
  const { endpoint, isNew } = starting.value;
  try {
    return await deployTo(endpoint);
  } catch (error) {
    // A stack that is already there may be in a state that cannot be updated; a new emulator has none.
    if (isNew || signal?.aborted) throw error;
    progress('stack', 'the update failed: starting with a new emulator');
    await stopEmulator();
    return await deployTo((await ensureEmulator(settings, progress, signal)).endpoint);
  }
}

/** The functions' STS is one that verifies tokens, unless the user has chosen one. */
async function withVerifier(
  settings: Settings,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Settings> {
  if (settings.serviceEndpoints[STS_ENDPOINT] !== undefined) return settings;
  const serviceEndpoints = {
    ...settings.serviceEndpoints,
    [STS_ENDPOINT]: await ensureStsDouble(progress, signal),
  };
  return { ...settings, serviceEndpoints, tokenVerifier: 'local' };
}

async function withEndpoint(
  settings: Settings,
  endpoint: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<LocalEnvironment> {
  const { region } = settings;
  const clients = clientsFor(endpoint, region);
  const account = await accountOf(endpoint, clients);
  progress('emulator', `${endpoint} (AWS_ENDPOINT_URL)`);
  const assembly = await ensureAssembly(settings, account, progress, signal);
  const outputs = await ensureDeployed({ settings, endpoint, account, clients }, assembly, progress, signal);
  return { ...outputs, endpoint, region, clients, isOurs: false };
}

async function accountOf(endpoint: string, { sts }: Clients): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account !== undefined) return Account;
  } catch (error) {
    throw new LocalError(
      `AWS_ENDPOINT_URL is ${endpoint}, but no AWS emulator answers there: ${(error as Error).message}`,
      'Start it, or unset AWS_ENDPOINT_URL to use the emulator that comes with the project.',
    );
  }
  throw new LocalError(`${endpoint} does not say which account it plays.`);
}
