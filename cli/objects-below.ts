import { type _Object, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Objects of a bucket whose key begins so, in byte order. Throws what the SDK throws. */
export async function* objectsBelow(
  client: S3Client,
  Bucket: string,
  Prefix: string,
): AsyncGenerator<_Object> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    yield* Contents;
}
