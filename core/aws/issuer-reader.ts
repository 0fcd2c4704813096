/** A document as anybody on the internet sees it. */
export interface PublicDocument {
  readonly status: number;
  readonly body: string;
}

export type IssuerReader = (key: string) => Promise<PublicDocument>;

/** STS gives an issuer this long to answer. */
const TIME_LIMIT_MS = 5_000;

/**
 * Reads an issuer's documents over TLS, without credentials, as STS does.
 *
 * @param baseUrl The issuer URL; for an emulator, which has no host name per bucket, the bucket's path at its endpoint.
 */
export function issuerReader(baseUrl: string): IssuerReader {
  return async (key) => {
    const response = await fetch(`${baseUrl}/${key}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    return { status: response.status, body: await response.text() };
  };
}
