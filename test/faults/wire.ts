import { AsyncLocalStorage } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { IAMClient } from '@aws-sdk/client-iam';
import { type Call, formOf, type Reaction, recordingProxy } from '../support/recording-proxy.ts';

/**
 * What happens to a call on its way: nothing; a reaction of the proxy; `dead`, when the function that makes it
 * is no more; or `last`, the call after which its function dies.
 */
export type Fate = Reaction | 'dead' | 'last' | undefined;

/** One invocation of a function, to tell its calls from those of others. */
export interface Invocation {
  readonly functionName: string;
  readonly fateOf: (call: Call) => Fate | Promise<Fate>;
  /** Ends the invocation as far as the state machine is concerned. */
  readonly die: () => void;
  /** Resolved once it has died; until then a call of it that is not sent has no answer. */
  readonly died: Promise<unknown>;
  /** Calls on their way. */
  readonly pending: Set<Promise<unknown>>;
}

interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  port?: number;
}

const REACTION_HEADER = 'x-faults-reaction';

const current = new AsyncLocalStorage<Invocation>();

export interface Wire {
  /** Runs a handler so that its calls are known to be this invocation's. */
  within<Answer>(invocation: Invocation, run: () => Answer): Answer;
  close(): Promise<void>;
}

/**
 * Asks about every call of this process's SDK clients, and of `fetch`, what its fate is. A call that meets a
 * fault goes through the recording proxy, where it meets it on the wire; any other goes to the emulator
 * directly, because a proxy in between would take half of the time of all runs.
 */
export async function faultyWire(endpoint: string): Promise<Wire> {
  const proxy = await recordingProxy(endpoint);
  const proxyPort = Number(new URL(proxy.url).port);
  const reactions = new Map<string, Reaction>();
  proxy.onRequest = (call) => {
    const id = String(call.headers[REACTION_HEADER]);
    const reaction = reactions.get(id);
    reactions.delete(id);
    return reaction;
  };
  let count = 0;
  const detour = (reaction: Reaction): string => {
    // Nobody reads what the proxy recorded.
    proxy.clear();
    count += 1;
    reactions.set(String(count), reaction);
    return String(count);
  };

  const broken = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  const meet = async <Answer>(
    call: Call,
    send: (reaction?: Reaction) => Promise<Answer>,
  ): Promise<Answer> => {
    const invocation = current.getStore();
    const fate = await invocation?.fateOf(call);
    if (invocation === undefined || fate === undefined) return tracked(invocation, send());
    if (fate === 'dead') {
      await invocation.died;
      throw broken();
    }
    if (fate !== 'last') return tracked(invocation, send(fate));
    // What is already on its way arrives; nothing else will be sent.
    await Promise.allSettled([send().then(discard), ...invocation.pending]);
    invocation.die();
    throw broken();
  };

  type Handle = (request: OutgoingRequest, options?: unknown) => Promise<unknown>;
  const handler = Object.getPrototypeOf(new IAMClient({ region: 'us-east-1' }).config.requestHandler) as {
    handle: Handle;
  };
  const { handle } = handler;
  handler.handle = function met(this: unknown, outgoing, options) {
    return meet(callOf(outgoing), (reaction) => {
      if (reaction !== undefined) {
        outgoing.headers[REACTION_HEADER] = detour(reaction);
        outgoing.port = proxyPort;
      }
      return handle.call(this, outgoing, options);
    });
  };
  const { fetch } = globalThis;
  globalThis.fetch = (address, init) => {
    const url = new URL(String(address));
    const call: Call = {
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      service: undefined,
      action: undefined,
      headers: {},
      body: Buffer.alloc(0),
    };
    return meet(call, (reaction) => {
      if (reaction === undefined) return fetch(url, init);
      url.port = String(proxyPort);
      return fetch(url, { ...init, headers: { [REACTION_HEADER]: detour(reaction) } });
    });
  };
  return {
    within: (invocation, run) => current.run(invocation, run),
    async close() {
      handler.handle = handle;
      globalThis.fetch = fetch;
      await proxy.close();
    },
  };
}

/** Frees the connection of an answer that nobody will read. */
function discard(answer: unknown): void {
  const { response, body } = answer as {
    readonly response?: { readonly body?: { destroy(): void } };
    readonly body?: ReadableStream;
  };
  response?.body?.destroy();
  body?.cancel();
}

function tracked<Answer>(invocation: Invocation | undefined, answer: Promise<Answer>): Promise<Answer> {
  if (invocation === undefined) return answer;
  const { pending } = invocation;
  pending.add(answer);
  const forget = () => pending.delete(answer);
  answer.then(forget, forget);
  return answer;
}

/** A request of the SDK as the proxy would see it. */
function callOf({ method, path, query = {}, headers, body }: OutgoingRequest): Call {
  const search = Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => [name, item] as const))
    .map(([name, value]) =>
      value === null || value === ''
        ? encodeURIComponent(name)
        : `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
    )
    .join('&');
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.alloc(0);
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers['authorization'] ?? '')?.[1];
  const action = formOf({ headers, body: bytes })?.get('Action') ?? query['x-id'];
  return {
    method,
    path: search === '' ? path : `${path}?${search}`,
    service,
    action: typeof action === 'string' ? action : undefined,
    headers,
    body: bytes,
  };
}
