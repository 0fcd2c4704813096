import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Body of a 200 that a server on this machine gives; undefined for any other answer, or none in time. It has an
 * agent of its own because the global ones, and `fetch`, go through a company's proxy where
 * `NODE_USE_ENV_PROXY` says so, and a proxy looks for the server on its own loopback address.
 */
export async function getLocal(url: string, limitMs: number): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const request = get(url, { agent: new Agent(), signal: AbortSignal.timeout(limitMs) }, (answer) => {
    text(answer).then((body) => resolve(answer.statusCode === 200 ? body : undefined), reject);
  });
  request.once('error', reject);
  return promise.catch(() => undefined);
}
