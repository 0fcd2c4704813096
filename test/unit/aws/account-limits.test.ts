import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountLimits } from '../../../core/aws/account-limits.ts';
import { quotasPlace } from '../../../core/aws/provider-quota.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const iam = mockClient(IAMClient);
afterAll(() => iam.restore());
const limitsAt = (url: string | undefined) =>
  accountLimits(iam as unknown as IAMClient, { id: '123456789012', region: 'eu-west-1' }, url);

beforeEach(() => {
  iam.reset();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the quota of roles', () => {
  it('is what IAM says', async () => {
    iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { Roles: 990, RolesQuota: 1000 } });
    await expect(limitsAt(undefined).roleQuota()).resolves.toEqual({ roles: 990, quota: 1000 });
  });

  it.each([
    ['AWS refuses to tell', () => iam.on(GetAccountSummaryCommand).rejects(sdkError('AccessDenied', 403))],
    ['the answer lacks it', () => iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { Users: 1 } })],
  ])('is not known when %s', async (_, given) => {
    given();
    await expect(limitsAt(undefined).roleQuota()).resolves.toBeUndefined();
  });
});

describe('a permissions boundary', () => {
  const ARN = 'arn:aws:iam::123456789012:policy/bound';

  it('is the default version of its policy', async () => {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    iam.on(GetPolicyCommand, { PolicyArn: ARN }).resolves({ Policy: { DefaultVersionId: 'v3' } });
    iam
      .on(GetPolicyVersionCommand, { PolicyArn: ARN, VersionId: 'v3' })
      .resolves({ PolicyVersion: { Document: encodeURIComponent(JSON.stringify(document)) } });
    await expect(limitsAt(undefined).boundary(ARN)).resolves.toEqual(document);
  });

  it('is told from one that may not be read when there is none', async () => {
    iam.on(GetPolicyCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(limitsAt(undefined).boundary(ARN)).resolves.toBe('missing');
    iam.on(GetPolicyCommand).rejects(sdkError('AccessDenied', 403));
    await expect(limitsAt(undefined).boundary(ARN)).resolves.toBeUndefined();
    iam.on(GetPolicyCommand).rejects(sdkError('ServiceFailure', 500));
    await expect(limitsAt(undefined).boundary(ARN)).rejects.toThrow('ServiceFailure');
  });
});

describe('the quota of identity providers', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Service Quotas, as far as it tells of one quota. */
  async function quotasAt(status: number, body: string) {
    server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const account = { id: '123456789012', region: 'eu-west-1' };
    return accountLimits(iam as unknown as IAMClient, account, undefined, { url, region: 'us-east-1' });
  }
  const two = () =>
    iam.on(ListOpenIDConnectProvidersCommand).resolves({ OpenIDConnectProviderList: [{}, {}] });

  it('is what Service Quotas says, beside what IAM has', async () => {
    two();
    const limits = await quotasAt(200, '{"Quota":{"Value":100.0}}');
    await expect(limits.providerQuota()).resolves.toEqual({ providers: 2, quota: 100 });
  });

  it.each([
    ['it refuses to tell', 400, '{"__type":"AccessDeniedException"}'],
    ['its answer is no JSON', 200, '<html>'],
  ])('is not known when %s', async (_, status, body) => {
    two();
    await expect((await quotasAt(status, body)).providerQuota()).resolves.toBeUndefined();
  });

  it('is not known when IAM refuses to tell, or there is nobody to be asked', async () => {
    iam.on(ListOpenIDConnectProvidersCommand).rejects(sdkError('AccessDenied', 403));
    await expect((await quotasAt(200, '{"Quota":{"Value":100}}')).providerQuota()).resolves.toBeUndefined();
    await expect(limitsAt(undefined).providerQuota()).resolves.toBeUndefined();
  });

  it.each([
    ['eu-west-1', 'https://servicequotas.us-east-1.amazonaws.com/'],
    ['us-gov-east-1', 'https://servicequotas.us-gov-west-1.amazonaws.com/'],
    ['cn-northwest-1', 'https://servicequotas.cn-north-1.amazonaws.com.cn/'],
    ['nowhere-1', undefined],
  ])('of %s is told at %s', (region, url) => {
    expect(quotasPlace(region)?.url).toBe(url);
  });
});

describe('the account-level block of public access', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serving(listener: RequestListener): Promise<string> {
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }
  /** S3 Control API Reference, GetPublicAccessBlock. */
  const block = (values: Readonly<Record<string, boolean>>) =>
    `<?xml version="1.0"?><PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${Object.entries(
      values,
    )
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</PublicAccessBlockConfiguration>`;

  it.each([
    [{ BlockPublicAcls: true, IgnorePublicAcls: true }, []],
    [{ BlockPublicPolicy: true, RestrictPublicBuckets: false }, ['BlockPublicPolicy']],
    [
      { BlockPublicPolicy: true, RestrictPublicBuckets: true },
      ['BlockPublicPolicy', 'RestrictPublicBuckets'],
    ],
  ])('of %j stands against bucket policies by %j', async (values, names) => {
    const requests: string[] = [];
    const url = await serving(({ url: path, headers }, response) => {
      requests.push(`${path} ${headers['x-amz-account-id']} ${headers.authorization?.split(' ')[0]}`);
      expect(headers.authorization).toContain('/eu-west-1/s3/aws4_request');
      expect(headers['x-amz-security-token']).toBe('session');
      response.end(block(values));
    });
    await expect(limitsAt(url).publicAccessBlock()).resolves.toEqual(names);
    expect(requests).toEqual(['/v20180820/configuration/publicAccessBlock 123456789012 AWS4-HMAC-SHA256']);
  });

  it.each([
    [404, 'NoSuchPublicAccessBlockConfiguration', []],
    [403, 'AccessDenied', undefined],
    [503, 'SlowDown', undefined],
  ])('status %i with %s is %j', async (status, code, known) => {
    const url = await serving((_, response) => {
      response.writeHead(status).end(`<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`);
    });
    await expect(limitsAt(url).publicAccessBlock()).resolves.toEqual(known);
  });

  it.each([
    ['nobody answers', async () => 'http://127.0.0.1:9'],
    ['there is nobody to ask', async () => undefined],
  ])('is not known when %s', async (_, url) => {
    await expect(limitsAt(await url()).publicAccessBlock()).resolves.toBeUndefined();
  });

  it('is not waited for when the server says nothing', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    const url = await serving(() => undefined);
    await expect(limitsAt(url).publicAccessBlock()).resolves.toBeUndefined();
    expect(timeout).toHaveBeenCalledWith(5_000);
    timeout.mockRestore();
  });
});
