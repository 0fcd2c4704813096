import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { providerQuota, providerQuotaText } from '../../../cli/quotas.ts';

/* IAM and Service Quotas, as far as they tell of providers. */

let server: Server;
let isRefused = false;
const asked: { readonly target: string | undefined; readonly body: string }[] = [];

const ANSWER =
  '<ListOpenIDConnectProvidersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListOpenIDConnectProvidersResult><OpenIDConnectProviderList><member><Arn>a</Arn></member><member><Arn>b</Arn></member></OpenIDConnectProviderList></ListOpenIDConnectProvidersResult></ListOpenIDConnectProvidersResponse>';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target']?.toString();
    if (target === undefined) return void response.end(ANSWER);
    asked.push({ target, body });
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(isRefused ? '{"__type":"AccessDeniedException"}' : '{"Quota":{"Value":100.0}}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => void server.close());
beforeEach(() => {
  isRefused = false;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => void vi.unstubAllEnvs());

describe('the identity providers of an account', () => {
  it('are counted, against what the account may have', async () => {
    const found = await providerQuota({ region: 'eu-central-1' });
    expect(found).toEqual({ providers: 2, quota: 100 });
    expect(asked.at(-1)).toEqual({
      target: 'ServiceQuotasV20190624.GetServiceQuota',
      body: '{"ServiceCode":"iam","QuotaCode":"L-858F3967"}',
    });
    expect(providerQuotaText(found)).toBe(
      'The account has 2 IAM OIDC providers of 100; a cluster takes one.',
    );
  });

  it('are counted where nobody tells the quota, which is unknown then', async () => {
    isRefused = true;
    const found = await providerQuota({ region: 'us-gov-west-1' });
    expect(found).toEqual({ providers: 2, quota: undefined });
    expect(providerQuotaText(found)).toContain('unknown: Service Quotas does not tell you');
  });

  it('are unknown where IAM does not answer', async () => {
    expect(providerQuotaText({ providers: undefined, quota: 100 })).toContain('is unknown: IAM');
  });
});
