import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import { testAccount } from '../support/account.ts';
import {
  DELETE_ASL,
  type ExecutionInput,
  kebab,
  type Outcome,
  PREPARE_ASL,
  runMachine,
} from '../support/in-process.ts';
import {
  type Call,
  describeCall,
  formOf,
  isWrite,
  objectOf,
  type Reaction,
} from '../support/recording-proxy.ts';
import { type AccountState, accountState } from './account-state.ts';
import { faultEmulator } from './emulator.ts';
import { makeRunsFast, skipped } from './fast.ts';
import { type Effect, faultOf, type Kind, refusal } from './kinds.ts';
import { CLUSTER, STARTS, type Start, type StartName } from './starts.ts';
import { type Fate, faultyWire, type Invocation, type Wire } from './wire.ts';

/** A call of a run, named so that the same call of another run has the same name. */
export interface SeenCall {
  /** Function, call and how many times the function has made it, e.g. `create-role: iam CreateRole demo-a #1`. */
  readonly address: string;
  readonly functionName: string;
  readonly call: string;
  /** What a permission or a rate limit is about: an action of IAM and STS, an object of S3. */
  readonly operation: string;
  readonly isWrite: boolean;
}

export interface Fault {
  readonly address: string;
  readonly functionName: string;
  readonly kind: Kind;
}

/** What is to happen in a run. */
export interface RunOptions {
  readonly fault?: Fault;
  /** A function that does its work and then fails for good; of the roles, the second one. */
  readonly failIn?: string;
  /** Decides about every call, instead of a fault; `now` is in milliseconds, with all pauses that were not made. */
  readonly react?: (call: Call, now: number) => Promise<Reaction | undefined>;
  /** Runs every function, also those before the fault. */
  readonly whole?: boolean;
  /** Uploads the same file once more afterwards, and runs it without a fault. */
  readonly again?: boolean;
}

export interface RunRecord {
  readonly outcome: Outcome;
  readonly calls: readonly SeenCall[];
  readonly after: AccountState;
  /** Whether the fault's call came at all. */
  readonly met: boolean;
  /** The run after it, where there was to be one. */
  readonly again?: RunRecord;
}

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
export const STEP_FAILURE = 'StepFailed';

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
    const [operation = ''] = key.split('/');
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
      answers.set(invoked, answer);
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

/** Answers an invocation, by function and role, without or by the real function. */
type Answering = (key: string, invoke: () => Promise<unknown>) => Promise<unknown>;

/** Position of the first function that has to run: the one after the failing step, or the one with the fault. */
function firstLive(functions: readonly string[], { fault, failIn, react }: RunOptions): number {
  // What the baseline answered does not hold for another IAM.
  if (react !== undefined) return 0;
  if (failIn !== undefined) return functions.indexOf(failIn) + 1;
  return fault === undefined ? 0 : functions.indexOf(fault.functionName);
}

let numbers = 0;

const CREATES_BUCKET = /^s3 PUT \/demo-oidc\/$/;

interface AslState {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Next?: string;
  readonly Resource?: string;
  readonly Retry?: readonly {
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxDelaySeconds: number;
    readonly JitterStrategy?: string;
  }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, AslState>> };
}

/** FULL jitter draws anything from nothing to all of a pause; this much of it is not much luck. */
const SHORT_JITTER = 0.3;

/** The states of the machines, those of their Maps among them. */
const states = (() => {
  const read = (file: URL) =>
    (JSON.parse(readFileSync(file, 'utf8')) as { States: Record<string, AslState> }).States;
  return [PREPARE_ASL, DELETE_ASL]
    .flatMap((file) => Object.entries(read(file)))
    .flatMap(([name, state]) => [
      [name, state] as const,
      ...Object.entries(state.ItemProcessor?.States ?? {}),
    ]);
})();

/** Seconds that the state machine pauses before an attempt of a function; by its first rule, which is the one for lag. */
function pauseBefore(functionName: string, attempt: number): number {
  if (attempt === 1) {
    return states
      .filter(([, { Type, Next = '' }]) => Type === 'Wait' && kebab(Next) === functionName)
      .reduce((sum, [, { Seconds = 0 }]) => sum + Seconds, 0);
  }
  const rule = states.find(([name]) => kebab(name) === functionName)?.[1].Retry?.[0];
  if (rule === undefined) return 0;
  const pause = Math.min(rule.MaxDelaySeconds, rule.IntervalSeconds * rule.BackoffRate ** (attempt - 2));
  return rule.JitterStrategy === 'FULL' ? pause * SHORT_JITTER : pause;
}

/** How long a call takes on the clock of a run. */
const CALL_MS = 30;

/** The time in a run, with the pauses that the state machine and Verify would have made. Roles wait side by side. */
class Clock {
  #main = 0;
  #skipped = skipped.ms;
  readonly #roles = new Map<string, number>();
  readonly #attempts = new Map<string, number>();

  /** An invocation begins, after the pause there is before it. */
  begin(key: string, functionName: string): void {
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const pause = pauseBefore(functionName, attempt) * 1_000;
    if (key !== functionName) {
      this.#roles.set(key, (this.#roles.get(key) ?? this.#main) + pause);
      return;
    }
    this.#main = Math.max(this.#main, ...this.#roles.values()) + pause;
  }

  /** The time of a call. */
  tick(key: string): number {
    const role = this.#roles.get(key);
    if (role !== undefined) {
      this.#roles.set(key, role + CALL_MS);
      return role;
    }
    this.#main += CALL_MS + skipped.ms - this.#skipped;
    this.#skipped = skipped.ms;
    return this.#main;
  }
}

/** The faults of one run. */
class FaultyRun {
  readonly calls: SeenCall[] = [];
  met = false;
  readonly #number: number;
  readonly #run: string;
  readonly #wire: Wire;
  readonly #plain: (text: string) => string;
  readonly #options: RunOptions;
  readonly #answer: Answering;
  readonly #invocations: Invocation[] = [];
  readonly #counts = new Map<string, number>();
  readonly #clock = new Clock();
  #target: SeenCall | undefined;
  #seen = 0;
  #metAt = 0;
  /** When the bucket was asked for; undefined when that was before the functions that run here. */
  #bucketSince: number | undefined;
  #ended = false;

  constructor(
    run: string,
    wire: Wire,
    plain: (text: string) => string,
    options: RunOptions,
    answer: Answering,
  ) {
    numbers += 1;
    this.#number = numbers;
    this.#run = run;
    this.#wire = wire;
    this.#plain = plain;
    this.#options = options;
    this.#answer = answer;
  }

  async run(input: ExecutionInput): Promise<Outcome> {
    try {
      const arn = `arn:aws:states:us-east-1:000000000000:execution:${input.operation === 'delete' ? 'delete' : 'prepare'}:${this.#run}`;
      return await runMachine(machineFor(input.operation), this.#run, input, arn, (name, event, call) =>
        this.#invoke(name, event, call),
      );
    } finally {
      // Whatever is still on its way shall show in the account.
      for (const { pending } of this.#invocations) await Promise.allSettled(pending);
      this.#ended = true;
      for (const { die } of this.#invocations) die();
    }
  }

  async #invoke(functionName: string, event: unknown, call: () => Promise<unknown>): Promise<unknown> {
    const { role } = event as { role?: number };
    const key = role === undefined ? functionName : `${functionName}/${role}`;
    this.#clock.begin(key, functionName);
    const result = await this.#answer(key, () => this.#live(key, functionName, event, call));
    if (functionName === this.#options.failIn && (role ?? 1) === 1)
      throw Object.assign(new Error('The step failed by order of the test.'), { name: STEP_FAILURE });
    return result;
  }

  #live(key: string, functionName: string, event: unknown, call: () => Promise<unknown>): Promise<unknown> {
    if (functionName === 'create-role') {
      // It remembers the plan of the last run by its ARN; every run here is to read its own.
      const { run } = event as { run: { arn: string } };
      run.arn = `${run.arn.replace(/ .*/, '')} ${this.#number}`;
    }
    let dead = false;
    const death = Promise.withResolvers<never>();
    const invocation: Invocation = {
      functionName,
      pending: new Set(),
      fateOf: (outgoing) => {
        if (dead || this.#ended) return 'dead';
        const seen = this.#name(outgoing, functionName);
        this.calls.push(seen);
        const now = this.#clock.tick(key);
        if (this.#options.react !== undefined) return this.#options.react(outgoing, now);
        const fate = this.#fateOf(outgoing, seen, now);
        dead = fate === 'last';
        return fate;
      },
      die: () => death.reject(Object.assign(new Error('The function died.'), { name: 'Lambda.Unknown' })),
      died: death.promise.catch(() => undefined),
    };
    this.#invocations.push(invocation);
    return Promise.race([this.#wire.within(invocation, call), death.promise]);
  }

  #fateOf(call: Call, seen: SeenCall, now: number): Fate {
    const fault = this.#faultFor(seen, now);
    switch (fault) {
      case 'none':
        return undefined;
      case 'drop':
        return { insteadOfCall: 'hang-up' };
      case 'lose':
        return { insteadOfAnswer: 'hang-up' };
      case 'kill':
        return 'last';
      default:
        return { insteadOfCall: refusal(call, fault) };
    }
  }

  #faultFor(seen: SeenCall, now: number): Effect {
    const { fault } = this.#options;
    if (fault === undefined) return 'none';
    if (CREATES_BUCKET.test(seen.call)) this.#bucketSince ??= now;
    if (this.#target === undefined && seen.address === fault.address) {
      this.#target = seen;
      this.met = true;
      this.#metAt = now;
    }
    const target = this.#target;
    if (target === undefined) return 'none';
    const sameCall = seen.functionName === target.functionName && seen.call === target.call;
    const lasting = fault.kind.endsWith('-forever') || fault.kind === 'access-denied';
    // A rate limit or a permission is about an operation, whoever calls it; a crash is about one place.
    const meets =
      lasting && !fault.kind.startsWith('killed') ? seen.operation === target.operation : sameCall;
    if (!meets) return 'none';
    const since = fault.kind === 'bucket-lag' ? (this.#bucketSince ?? 0) : this.#metAt;
    const kind = faultOf(fault.kind, this.#seen, now - since);
    this.#seen += 1;
    return kind;
  }

  #name(call: Call, functionName: string): SeenCall {
    const { name, operation } = nameCall(call, this.#plain);
    const key = `${functionName}: ${name}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return { address: `${key} #${count}`, functionName, call: name, operation, isWrite: isWrite(call) };
  }
}

/** Deletions have a machine of their own. */
function machineFor(operation: string): URL {
  return operation === 'delete' ? DELETE_ASL : PREPARE_ASL;
}

/** A call in words that are the same in every run, and the operation it is. */
function nameCall(call: Call, plain: (text: string) => string): { name: string; operation: string } {
  const operation = describeCall(call);
  if (objectOf(call) !== undefined) {
    const name = plain(operation).replace(/versionId=[\w-]+/, 'versionId=<version>');
    return { name, operation: name };
  }
  const form = formOf(call);
  const about =
    form?.get('RoleName') ??
    form?.get('OpenIDConnectProviderArn') ??
    form?.get('Url') ??
    form?.get('RoleArn') ??
    '';
  return { name: plain(`${operation} ${about.split('/').at(-1)}`), operation };
}
