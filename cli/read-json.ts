import { isAwsError } from '../core/aws/errors.ts';
import type { Deployment } from './deployment.ts';
import { json } from './run-events.ts';

/** What a document of the output bucket says, of whatever form; undefined where there is none, or it is no JSON. */
export async function readJson(deployment: Deployment, key: string): Promise<unknown> {
  return json(await readText(deployment, key));
}

/** A text in such a document; undefined where it has none there. */
export async function readField(
  deployment: Deployment,
  key: string,
  ...path: readonly string[]
): Promise<string | undefined> {
  let found = await readJson(deployment, key);
  for (const field of path) found = (found as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  return typeof found === 'string' ? found : undefined;
}

/** An object's text; undefined where there is none. */
export async function readText(
  { clients: { s3 }, outputBucket }: Deployment,
  key: string,
): Promise<string | undefined> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (isAwsError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
