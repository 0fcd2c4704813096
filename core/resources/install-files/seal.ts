import { createHash } from 'node:crypto';
import type { InstallFile } from '../../domain/manifests.ts';

/**
 * Names a file together with the object that it was read from. S3 gives other bytes another ETag, and the same ones too where
 * they are encrypted by KMS (S3 API Reference, Object: ETag): an object that still has the ETag it was read with still says
 * what it said, and need not be read again.
 *
 * @param etag As S3 gives it, in quotes.
 */
export function sealOf(etag: string, { content }: Pick<InstallFile, 'content'>): string {
  return createHash('sha256').update(`${etag}\0${content}`).digest('base64url');
}
