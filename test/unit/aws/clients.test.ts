import { afterEach, describe, expect, it, vi } from 'vitest';
import { s3Client } from '../../../core/aws/clients.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('an S3 client', () => {
  it('is of the region that is asked for', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    await expect(s3Client('cn-north-1').config.region()).resolves.toBe('cn-north-1');
    await expect(s3Client().config.region()).resolves.toBe('us-east-1');
  });

  it.each([
    [{}, false],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, true],
    [{ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566' }, true],
    [{ AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:4566' }, false],
  ])('with %j writes the bucket into the path: %s', (variables, inPath) => {
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(s3Client('us-east-1').config.forcePathStyle).toBe(inPath);
  });
});
