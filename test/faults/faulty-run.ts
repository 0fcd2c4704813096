import { plannedKey } from '../../core/domain/plan-key.ts';
import { approvalOf, decided } from '../support/approving.ts';
import {
  DELETE_ASL,
  type ExecutionInput,
  type Outcome,
  PLAN_ASL,
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
import type { AccountState } from './account-state.ts';
import { Clock } from './clock.ts';
import { type Effect, faultOf, type Kind, refusal } from './kinds.ts';
import type { Fate, Invocation, Wire } from './wire.ts';

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

export const STEP_FAILURE = 'StepFailed';

/** Answers an invocation, by function and role, without or by the real function. */
export type Answering = (key: string, invoke: () => Promise<unknown>) => Promise<unknown>;

let numbers = 0;

/** How often somebody tries to approve a plan. */
const APPROVER_ATTEMPTS = 3;

const CREATES_BUCKET = /^s3 PUT \/demo-oidc\/$/;

/** The faults of one run. */
export class FaultyRun {
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
      const [machine, file] = machineFor(input);
      const arn = `arn:aws:states:us-east-1:000000000000:execution:${machine}:${this.#run}`;
      return await runMachine(file, this.#run, input, arn, (name, event, call) =>
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
    if (functionName === 'ask-for-approval') return this.#approve(event);
    if (functionName === this.#options.failIn && (role ?? 1) === 1)
      throw Object.assign(new Error('The step failed by order of the test.'), { name: STEP_FAILURE });
    return result;
  }

  /** Somebody approves, and says it again where the answer is an error. */
  async #approve(event: unknown): Promise<unknown> {
    const decision = await approvalOf(event);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#invoke('decide-run', decision, () => decided(decision));
      } catch (error) {
        if (attempt < APPROVER_ATTEMPTS) continue;
        // Nobody decided in time.
        throw Object.assign(new Error('', { cause: error }), { name: 'States.Timeout' });
      }
    }
  }

  #live(key: string, functionName: string, event: unknown, call: () => Promise<unknown>): Promise<unknown> {
    if (functionName === 'create-role') {
      // It remembers the plan of the last run by what it is told of it; every run here is to read its own.
      const { run } = event as { run: { records?: object } };
      run.records = { ...run.records, reading: String(this.#number).padStart(64, '0') };
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

/** Deletions have a machine of their own, and so have plans. */
function machineFor({ operation, bundle }: ExecutionInput): readonly [name: string, file: URL] {
  if (operation === 'delete') return ['delete', DELETE_ASL];
  return plannedKey(bundle.key) === undefined ? ['prepare', PREPARE_ASL] : ['plan', PLAN_ASL];
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
