import type { HistoryEvent } from '@aws-sdk/client-sfn';
import {
  ensureEnvironment,
  type LocalEnvironment,
  removeEnvironment,
} from '../../scripts/local/environment.ts';
import { readSettings } from '../../scripts/local/settings.ts';
import { handIn } from '../../scripts/local/start.ts';
import { tgzOf } from '../support/archives.ts';
import { followed } from '../support/followed.ts';
import type { Sizes } from './arguments.ts';
import { bundleFiles } from './many-requests.ts';
import { median } from './median.ts';
import type { Measured } from './table.ts';

const ROLES = 6;
/** Each deploys the stack anew: a function is cold once. */
const MOST_TRIES = 5;
const POLL_MS = 20;

const quiet = () => undefined;

/**
 * Measures the deployed pipeline from the upload to Prepared: first when no function was ever called, then for another cluster,
 * when each has been. The emulator starts a process for a function, as Lambda does.
 */
export async function measureCold({ tries }: Pick<Sizes, 'tries'>): Promise<Measured> {
  const taken = { cold: [] as Taken[], warm: [] as Taken[] };
  for (let count = 0; count < Math.min(tries, MOST_TRIES); count += 1) {
    await removeEnvironment(quiet);
    const environment = await ensureEnvironment(readSettings({}), quiet);
    for (const name of ['cold', 'warm'] as const) taken[name].push(await prepared(name, environment));
  }
  const rows = (['cold', 'warm'] as const).map((name) => ({
    run: `6 roles, ${name} functions`,
    seconds: median(taken[name].map(({ seconds }) => seconds)).toFixed(2),
    'seconds without the key': median(taken[name].map(({ withoutKey }) => withoutKey)).toFixed(2),
  }));
  return {
    title: `Cold and warm runs as deployed on the emulator, from the upload to the end of its execution, median of ${taken.cold.length}`,
    rows,
  };
}

interface Taken {
  readonly seconds: number;
  /** Making an RSA key takes what it takes, a tenth of a second or two. */
  readonly withoutKey: number;
}

async function prepared(name: string, environment: LocalEnvironment): Promise<Taken> {
  const bytes = await tgzOf(bundleFiles(name, ROLES));
  const from = Date.now();
  const execution = await handIn(environment, { key: `prepare/${name}.tgz`, bytes }, quiet);
  const { status, error, cause, events } = await followed(environment.clients.sfn, execution, POLL_MS);
  if (status !== 'SUCCEEDED') throw new Error(`${error}: ${cause}`);
  const entered = new Map(events.flatMap(timeEntered));
  const ended = Math.max(...entered.values());
  const key = (entered.get('IsIssuerDue') ?? 0) - (entered.get('CreateKeyPair') ?? 0);
  return { seconds: (ended - from) / 1_000, withoutKey: (ended - from - key) / 1_000 };
}

function timeEntered({ stateEnteredEventDetails, timestamp }: HistoryEvent): readonly [string, number][] {
  const name = stateEnteredEventDetails?.name;
  return name === undefined || timestamp === undefined ? [] : [[name, timestamp.getTime()]];
}
