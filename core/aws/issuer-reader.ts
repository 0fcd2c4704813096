import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** A document as anybody on the internet sees it. */
export interface PublicDocument {
  readonly status: number;
  readonly body: string;
}

export type IssuerReader = (key: string) => Promise<PublicDocument>;

/** STS gives an issuer this long to answer. */
const TIME_LIMIT_MS = 5_000;

/** More than a hundred keys of 8,192 bits; who sends more has no JWKS. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads an issuer's documents over TLS, without credentials, as STS does. Follows no redirect.
 *
 * @param baseUrl The issuer URL; for an emulator, which has no host names of its own, its endpoint.
 * @param issuer Host and path of the issuer, where the URL is an emulator's: it is told by the header which host is meant.
 */
export function issuerReader(baseUrl: string, issuer?: string): IssuerReader {
  const { protocol } = new URL(baseUrl);
  const [host, ...path] = issuer?.split('/') ?? [];
  const options: RequestOptions = {
    // Without this CloudFront, as emulators have it, asks for TLS.
    ...(host === undefined ? {} : { headers: { Host: host, 'X-Forwarded-Proto': 'https' } }),
  };
  const base = [baseUrl, ...path].join('/');
  return (key) =>
    new Promise((resolve, reject) => {
      // Not `fetch`: it sends the host of the URL, whatever it is told.
      const get = protocol === 'https:' ? https.get : http.get;
      const request = get(
        `${base}/${key}`,
        { ...options, signal: AbortSignal.timeout(TIME_LIMIT_MS) },
        (response) => {
          text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
        },
      );
      request.once('error', reject);
    });
}

async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it is over ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
