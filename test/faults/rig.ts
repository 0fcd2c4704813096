import { generateKeyPairSync } from 'node:crypto';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import { plannedKey } from '../../core/domain/plan-key.ts';
import { testAccount } from '../support/account.ts';
import { type AccountState, accountState } from './account-state.ts';
import { faultEmulator } from './emulator.ts';
import { makeRunsFast } from './fast.ts';
import { type Answering, FaultyRun, type RunOptions, type RunRecord } from './faulty-run.ts';
import { CLUSTER, type Start } from './start-makers.ts';
import { STARTS, type StartName } from './starts.ts';
import { faultyWire } from './wire.ts';

/** A call of a run, named so that the same call of another run has the same name. */

/** A start, and the run from it without a fault. */
interface Baseline {
  readonly before: AccountState;
  readonly versionId: string;
  readonly record: RunRecord;
  readonly run: string;
  /** What functions answered, in the order they began. Before each one the emulator's state was kept. */
  readonly answers: ReadonlyMap<string, unknown>;
  readonly functions: readonly string[];
}

/** Accounts in known states, in an emulator of this process's own, and runs in them. */
export interface Rig {
  /** The account before, and the run without a fault. */
  baseline(start: StartName): Promise<Pick<Baseline, 'before' | 'record'>>;
  run(start: StartName, options?: RunOptions): Promise<RunRecord>;
  /** The emulator's own address. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The error of a step that fails for good by order of a test. */

/**
 * One per process: handlers keep their clients, and these their endpoint and credentials.
 *
 * A run with a fault is the run without one up to the function that the fault is in. So that part is not done
 * again for every point: the emulator gets the state of that moment back, and the state machine the answers
 * that the real functions gave (`whole` does it all again).
 */
export async function faultRig(): Promise<Rig> {
  await makeRunsFast();
  const emulator = await faultEmulator();
  const wire = await faultyWire(emulator.endpoint);
  const account = await testAccount(emulator.endpoint);
  await emulator.save('blank');
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreignKeys = formatJwks({ keys: [publicJwk(publicKey)] });
  const plain = (run: string) => (text: string) =>
    text
      .replaceAll(account.output, 'output')
      .replaceAll(account.intake, 'intake')
      .replaceAll(account.id, '<account>')
      .replaceAll(run, '<run>')
      // Which number a run before it has depends on what its process did until then.
      .replaceAll(/run-\d{4,}-x/g, '<earlier run>');
  const starts = new Map<StartName, Promise<Baseline>>();
  let runs = 0;
  const newRun = () => {
    runs += 1;
    return `run-${String(runs).padStart(4, '0')}-x`;
  };
  const stateAfter = async (run: string) =>
    accountState(await emulator.dump(), {
      account: account.id,
      intake: account.intake,
      output: account.output,
      cluster: CLUSTER,
      run,
    });
  const runOn = async (
    key: string,
    run: string,
    versionId: string,
    options: RunOptions,
    answer: Answering = (_key, invoke) => invoke(),
  ): Promise<RunRecord> => {
    const faults = new FaultyRun(run, wire, plain(run), options, answer);
    const [operation = ''] = (plannedKey(key) ?? key).split('/');
    const outcome = await faults.run({
      operation,
      bundle: { bucket: account.intake, key, versionId },
    });
    return { outcome, calls: faults.calls, met: faults.met, after: await stateAfter(run) };
  };
  const make = async (name: StartName): Promise<Baseline> => {
    const start: Start = STARTS[name];
    await emulator.load('blank');
    await start.make(
      account,
      async (bundle, key = `prepare/${name}.tgz`) => {
        const versionId = await account.upload(key, bundle);
        const { outcome } = await runOn(key, newRun(), versionId, {});
        if (outcome.status !== 'SUCCEEDED') throw new Error(`${name}: ${outcome.error}: ${outcome.cause}`);
      },
      foreignKeys,
    );
    const key = keyOf(name);
    const versionId = await account.upload(key, await start.bundle());
    await emulator.save(name);
    const before = await stateAfter('no run yet');
    const run = newRun();
    const answers = new Map<string, unknown>();
    const functions: string[] = [];
    const record = await runOn(key, run, versionId, {}, async (invoked, invoke) => {
      const [functionName = ''] = invoked.split('/');
      if (!functions.includes(functionName)) {
        functions.push(functionName);
        await emulator.save(`${name}/${functionName}`);
      }
      const answer = await invoke();
      // Of what looks again after an approval, the first answer is what others were told.
      if (!answers.has(invoked)) answers.set(invoked, answer);
      return answer;
    });
    return { before, versionId, record, run, answers, functions };
  };
  const ready = (name: StartName) => {
    const known = starts.get(name) ?? make(name);
    starts.set(name, known);
    return known;
  };
  return {
    baseline: ready,
    endpoint: emulator.endpoint,
    async run(start, options = {}) {
      const { versionId } = await ready(start);
      const record = await faulty(start, options);
      return options.again === true
        ? { ...record, again: await runOn(keyOf(start), newRun(), versionId, {}) }
        : record;
    },
    async stop() {
      await wire.close();
      await emulator.stop();
    },
  };

  async function faulty(start: StartName, options: RunOptions): Promise<RunRecord> {
    const { versionId, run, answers, functions } = await ready(start);
    const live = functions[firstLive(functions, options)];
    if (options.whole === true || live === undefined || live === functions[0]) {
      await emulator.load(start);
      return runOn(keyOf(start), newRun(), versionId, options);
    }
    await emulator.load(`${start}/${live}`);
    const known = new Set(functions.slice(0, functions.indexOf(live)));
    return runOn(keyOf(start), run, versionId, options, (key, invoke) =>
      known.has(key.split('/')[0] ?? '') && answers.has(key) ? Promise.resolve(answers.get(key)) : invoke(),
    );
  }
}

/** Where the bundle of a start is uploaded. */
function keyOf(name: StartName): string {
  const { key = `prepare/${name}.tgz` }: Start = STARTS[name];
  return key;
}

/** Position of the first function that has to run: the one after the failing step, or the one with the fault. */
function firstLive(functions: readonly string[], { fault, failIn, react }: RunOptions): number {
  // What the baseline answered does not hold for another IAM.
  if (react !== undefined) return 0;
  if (failIn !== undefined) return functions.indexOf(failIn) + 1;
  return fault === undefined ? 0 : functions.indexOf(fault.functionName);
}
