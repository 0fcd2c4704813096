import type { IssuerReader } from '../../aws/issuer-reader.ts';

/** A document as anybody reads it, or why it cannot be read. */
export type Published = { readonly body: string } | { readonly unreachable: string };

/** Reads a document of an issuer as STS does. Never throws. */
export async function readPublished(key: string, readIssuer: IssuerReader): Promise<Published> {
  try {
    const { status, body } = await readIssuer(key);
    return status === 200 ? { body } : { unreachable: `${key} answers ${status}` };
  } catch (error) {
    return { unreachable: `${key} does not answer: ${(error as Error).message}` };
  }
}
