import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CLIENT_DEFAULTS, s3Client } from '../../../core/aws/clients.ts';
import { isUnavailable } from '../../../core/aws/errors.ts';
import { timeLimit } from '../../../core/runtime/function.ts';
import { FUNCTION_NAMES } from '../../../infra/functions.ts';

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

describe('a server that falls silent', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** The settings of every client, with less patience and for one try. */
  async function settings(limit: 'requestTimeout' | 'socketTimeout', listener: RequestListener) {
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return {
      ...CLIENT_DEFAULTS,
      requestHandler: { ...CLIENT_DEFAULTS.requestHandler, [limit]: 40 },
      maxAttempts: 1,
      endpoint: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
    };
  }

  type Settings = Awaited<ReturnType<typeof settings>>;
  const CALLS: Readonly<Record<string, (given: Settings) => Promise<unknown>>> = {
    IAM: (given) => new IAMClient(given).send(new GetRoleCommand({ RoleName: 'a' })),
    S3: (given) => new S3Client(given).send(new HeadBucketCommand({ Bucket: 'a' })),
    STS: (given) => new STSClient(given).send(new GetCallerIdentityCommand({})),
    'Step Functions': (given) => new SFNClient(given).send(new ListStateMachinesCommand({})),
    SNS: (given) => new SNSClient(given).send(new ListTopicsCommand({})),
    EventBridge: (given) => new EventBridgeClient(given).send(new ListRulesCommand({})),
  };

  it.each(Object.entries(CALLS))('before it answers is not waited for: %s', async (_service, call) => {
    const error = await call(await settings('requestTimeout', () => undefined)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('40 ms') });
    expect(isUnavailable(error)).toBe(true);
  });

  it('in the midst of an object is not waited for', async () => {
    const given = await settings('socketTimeout', (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('the beginning');
    });
    const { Body } = await new S3Client(given).send(new GetObjectCommand({ Bucket: 'a', Key: 'b' }));
    const error = await Body?.transformToByteArray().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(isUnavailable(error)).toBe(true);
  });

  it('is met by every client with these settings', () => {
    const folder = new URL('../../../core/aws/', import.meta.url);
    const made = readdirSync(folder).flatMap((file) => [
      // The one that is no client of the SDK has a limit of its own: account-limits.test.ts.
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        /new (?!AwsClient)\w+Client\((?:\{\s*\.\.\.)?(\w*)/g,
      ),
    ]);
    expect(made.length).toBeGreaterThanOrEqual(Object.keys(CALLS).length);
    expect(made.filter(([, settings]) => settings !== 'CLIENT_DEFAULTS')).toEqual([]);
  });

  it.each(FUNCTION_NAMES)('leaves %s time to say so', (name) => {
    const { maxAttempts, requestHandler } = CLIENT_DEFAULTS;
    expect((maxAttempts * requestHandler.requestTimeout) / 1_000).toBeLessThan(timeLimit(name) * 0.9);
  });
});
