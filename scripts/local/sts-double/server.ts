import http, { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { memoize } from '../../../core/util/memoize.ts';
import { emulatedAccount } from './emulated-account.ts';
import { Refusal } from './refusal.ts';
import { type StsAccount, verifyToken } from './verify-token.ts';

/** A token has a few kilobytes, and no call of STS more than some policies. */
const MAX_BYTES = 256 * 1_024;

/**
 * STS in front of an emulator, which itself verifies no token: the call that trades a token for credentials is answered
 * only when the token is good, and all calls go on to the emulator.
 *
 * @param emulator Where it is now.
 * @param identity What `/_sts-prep/identity` answers, so that whoever started this knows it for its own.
 */
export function stsServer(
  emulator: () => string,
  identity: string,
  accountOf: (endpoint: string) => StsAccount = memoize(emulatedAccount),
): Server {
  return createServer(async (request, response) => {
    if (request.url === '/_sts-prep/identity') return void response.end(identity);
    try {
      const body = await buffer(limited(request));
      const endpoint = emulator();
      const given = parameters(request, body);
      if (given.getAll('Action').includes('AssumeRoleWithWebIdentity'))
        await verifyToken(only('RoleArn', given), only('WebIdentityToken', given), accountOf(endpoint));
      const { status, type, text } = await forwarded(endpoint, request, body);
      response.writeHead(status, { 'content-type': type }).end(text);
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal('InternalFailure', 500, (error as Error).message);
      response.writeHead(refusal.status, { 'content-type': 'text/xml' }).end(errorXml(refusal));
    }
  });
}

/** The query protocol has them in the body or behind the path; what is looked at must be what the emulator reads. */
function parameters({ url = '/' }: IncomingMessage, body: Buffer): URLSearchParams {
  const behindPath = new URLSearchParams(url.split('?').slice(1).join('?'));
  return new URLSearchParams([...behindPath, ...new URLSearchParams(body.toString('utf8'))]);
}

/** Of two values it could not be told which one the emulator goes by. */
function only(name: string, given: URLSearchParams): string {
  const [value, ...others] = given.getAll(name);
  if (value === undefined || others.length > 0)
    throw new Refusal('ValidationError', 400, `The request must have one ${name}`);
  return value;
}

async function* limited(request: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Refusal('RequestEntityTooLarge', 413, 'The request is too large.');
    yield chunk;
  }
}

/** Hands a request on as it came, host and signature included. */
function forwarded(endpoint: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    type: string;
    text: Buffer;
  }>();
  const options = {
    method,
    headers: { ...headers, 'content-length': body.length },
    agent: new http.Agent(),
    signal: AbortSignal.timeout(10_000),
  };
  http
    .request(`${endpoint}${url}`, options, (answer) => {
      const { statusCode: status = 502, headers } = answer;
      buffer(answer).then(
        (text) => resolve({ status, type: headers['content-type'] ?? 'text/xml', text }),
        reject,
      );
    })
    .once('error', reject)
    .end(body);
  return promise;
}

/** An error as STS writes it (AWS STS API Reference, common errors). */
function errorXml({ code, message, status }: Refusal): string {
  const escaped = message.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  const type = status >= 500 ? 'Receiver' : 'Sender';
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped}</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>`;
}
