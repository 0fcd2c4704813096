import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** One call of an AWS API, as it went over the wire. */
export interface Call {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Service the call was signed for, e.g. `s3` or `iam`; undefined for a call without a signature. */
  readonly service: string | undefined;
  /** `Action` of a form body, the operation of `X-Amz-Target`, or the `x-id` that the SDK puts into S3's addresses. */
  readonly action: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Status of the answer that the caller got; undefined before the answer and when there was none. */
  status?: number;
  /** When it was answered, by `performance.now()`. */
  answeredAt?: number;
}

/** An answer made up by a test. `hang-up` closes the connection without one. */
export type MadeUpAnswer =
  | 'hang-up'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** What to do with a call; all parts can be left out. */
export interface Reaction {
  /** Pause before the call goes on. */
  readonly delayMs?: number;
  /** Headers to set before the call goes on. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller gets this, and the endpoint never sees the call. */
  readonly insteadOfCall?: MadeUpAnswer;
  /** The endpoint does what it is asked to, its answer is lost, and the caller gets this. */
  readonly insteadOfAnswer?: MadeUpAnswer;
  /** The caller gets the endpoint's answer as this makes it: for what AWS answers and an emulator leaves out. */
  readonly changeAnswer?: (body: string) => string;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks on returns nothing
export type OnRequest = (call: Call) => Reaction | void | Promise<Reaction | void>;

export interface RecordingProxy {
  /** Address for AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly Call[];
  /** Looks at every call before it goes on, and may delay it, answer it or lose its answer. */
  onRequest: OnRequest;
  /** Forgets the calls so far. */
  clear(): void;
  close(): Promise<void>;
}

/**
 * A proxy between an AWS SDK and an emulator that records every call and injects faults. Signatures are
 * passed on as they are: they cover the proxy's address, so the emulator must not check them.
 */
export async function recordingProxy(endpoint: string): Promise<RecordingProxy> {
  const target = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  let calls: Call[] = [];

  const forward = ({ method, path, headers, body }: Call, changed: Reaction['headers']) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname, port } = target;
      request({ hostname, port, method, path, headers: { ...headers, ...changed }, agent }, resolve)
        .on('error', reject)
        .end(body);
    });

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const call = callOf(incoming, await buffer(incoming));
    calls.push(call);
    const reaction = (await proxy.onRequest(call)) ?? {};
    if (reaction.delayMs !== undefined) await sleep(reaction.delayMs);
    if (reaction.insteadOfCall !== undefined) return answer(call, reaction.insteadOfCall, outgoing);
    const response = await forward(call, reaction.headers);
    const answered = await buffer(response);
    const { changeAnswer } = reaction;
    const body = changeAnswer === undefined ? answered : Buffer.from(changeAnswer(answered.toString('utf8')));
    if (changeAnswer !== undefined) response.headers['content-length'] = String(body.length);
    if (reaction.insteadOfAnswer !== undefined) return answer(call, reaction.insteadOfAnswer, outgoing);
    call.status = response.statusCode ?? 0;
    call.answeredAt = performance.now();
    // The body is here in one piece, and for HEAD the length tells of a body that is not.
    delete response.headers['transfer-encoding'];
    outgoing.writeHead(call.status, response.headers).end(body);
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    onRequest: () => undefined,
    clear() {
      calls = [];
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function answer(call: Call, made: MadeUpAnswer, outgoing: ServerResponse): void {
  if (made === 'hang-up') {
    outgoing.destroy();
    return;
  }
  call.status = made.status;
  outgoing.writeHead(made.status, { 'content-type': 'text/xml', ...made.headers }).end(made.body ?? '');
}

function callOf({ method = 'GET', url: path = '/', headers }: IncomingMessage, body: Buffer): Call {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  const action =
    formOf({ headers, body })?.get('Action') ??
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ??
    '';
  const operation = action === '' ? new URL(path, 'http://proxy').searchParams.get('x-id') : action;
  return { method, path, service, action: operation ?? undefined, headers, body };
}

/** Fields of a form body (IAM, STS); undefined for any other body. */
export function formOf({ headers, body }: Pick<Call, 'headers' | 'body'>): URLSearchParams | undefined {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    ? new URLSearchParams(body.toString('utf8'))
    : undefined;
}

/** Bucket and key of an S3 call in path style; undefined for a call of another service. */
export function objectOf({
  service,
  path,
  action,
}: Call): { readonly bucket: string; readonly key: string } | undefined {
  if (service !== 's3' && !(service === undefined && action === undefined)) return undefined;
  const [, bucket = '', ...key] = decodeURIComponent(new URL(path, 'http://proxy').pathname).split('/');
  return { bucket, key: key.join('/') };
}

/** A call in a few words, e.g. `iam CreateRole` or `s3 PUT /bucket?policy`. */
export function describeCall(call: Call): string {
  const { service = 'unsigned', method, action } = call;
  if (objectOf(call) === undefined) return `${service} ${action ?? method}`;
  const url = new URL(call.path, 'http://proxy');
  url.searchParams.delete('x-id');
  return `${service} ${method} ${decodeURIComponent(url.pathname)}${url.search.replace(/=$/, '')}`;
}

/** Whether a call changes anything: by method in S3, by the verb of the action elsewhere. */
export function isWrite(call: Call): boolean {
  if (objectOf(call) !== undefined) return call.method !== 'GET' && call.method !== 'HEAD';
  return !/^(Get|List|Describe|Simulate|AssumeRole)/.test(call.action ?? '');
}

/** An error as AWS words it, in the XML of the call's service. */
export function awsError(call: Call, status: number, code: string, message: string): MadeUpAnswer {
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  return {
    status,
    body:
      call.service === 's3'
        ? `<?xml version="1.0" encoding="UTF-8"?><Error>${error}<RequestId>made-up</RequestId></Error>`
        : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>made-up</RequestId></ErrorResponse>`,
  };
}
