import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, it, vi } from 'vitest';
import { stsWebIdentity } from '../../../../core/aws/web-identity.ts';
import { invalidToken, notAuthorized, Refusal } from '../../../../scripts/local/sts-double/refusal.ts';
import { stsServer } from '../../../../scripts/local/sts-double/server.ts';

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const CREDENTIALS = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

/** An emulator that takes any token, and STS before it that says of one what it is told. */
async function sts(refusal?: Error) {
  const received: string[] = [];
  const emulator: RequestListener = async (request, response) => {
    const body = await text(request);
    received.push(new URLSearchParams(body).get('Action') ?? '');
    response.setHeader('content-type', 'text/xml');
    response.end(body.includes('GetCallerIdentity') ? IDENTITY : CREDENTIALS);
  };
  const account = {
    // The first thing that is asked for: what it throws is the answer.
    audiences: async () => {
      if (refusal !== undefined) throw refusal;
      return [];
    },
    trustOf: async () => undefined,
    published: async () => undefined,
  };
  const endpoint = await listening(createServer(emulator));
  const url = await listening(
    stsServer(
      () => endpoint,
      'identity',
      () => account,
    ),
  );
  return { url, received };
}

const TOKEN = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"iss":"https://a.example"}').toString('base64url')}.c2ln`;
const assume = (url: string) => {
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
  return stsWebIdentity('us-east-1').assume('arn:aws:iam::000000000000:role/a', TOKEN);
};

it.each([
  [invalidToken('no <such> key & issuer'), 'invalid'],
  [notAuthorized(), 'denied'],
  [new Refusal('ExpiredTokenException', 400, 'Token expired'), 'invalid'],
])('the SDK understands %s', async (refusal, expected) => {
  const { url, received } = await sts(refusal);
  await expect(assume(url)).resolves.toBe(expected);
  expect(received).toEqual([]);
});

const ASKED = new URLSearchParams({
  Action: 'AssumeRoleWithWebIdentity',
  RoleArn: 'arn:aws:iam::000000000000:role/a',
  WebIdentityToken: TOKEN,
});

it('a token that cannot be looked at is no good token', async () => {
  const { url } = await sts(new Error('IAM does not answer'));
  const answer = await fetch(url, { method: 'POST', body: ASKED });
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain('<Code>InternalFailure</Code>');
});

it.each<[string, (url: string) => Promise<Response>]>([
  ['behind the path', (url) => fetch(`${url}/?${ASKED}`, { method: 'POST' })],
  ['of a GET', (url) => fetch(`${url}/?${ASKED}`)],
  [
    'beside another call',
    (url) => fetch(`${url}/?Action=GetCallerIdentity`, { method: 'POST', body: ASKED }),
  ],
])('a bad token is refused %s', async (_, ask) => {
  const { url, received } = await sts(notAuthorized());
  expect((await ask(url)).status).toBe(403);
  expect(received).toEqual([]);
});

it.each([
  ['no role', 'Action=AssumeRoleWithWebIdentity&WebIdentityToken=a', 'RoleArn'],
  ['no token', 'Action=AssumeRoleWithWebIdentity&RoleArn=a', 'WebIdentityToken'],
  ['two tokens', `${ASKED}&WebIdentityToken=a`, 'WebIdentityToken'],
])('a call with %s is refused', async (_, body, named) => {
  const { url, received } = await sts();
  const answer = await fetch(url, { method: 'POST', body });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(
    `<Code>ValidationError</Code><Message>The request must have one ${named}</Message>`,
  );
  expect(received).toEqual([]);
});

it('other calls go on to the emulator, with their signature', async () => {
  const { url, received } = await sts();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new STSClient({ endpoint: url, region: 'us-east-1', credentials });
  await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Account: '000000000000',
  });
  expect(received).toEqual(['GetCallerIdentity']);
});

it('what is too large for STS is not read', async () => {
  const { url, received } = await sts();
  const answer = await fetch(url, { method: 'POST', body: 'a'.repeat(300 * 1_024) });
  expect(answer.status).toBe(413);
  expect(received).toEqual([]);
});

it('it says which start of it this is', async () => {
  const { url } = await sts();
  await expect((await fetch(`${url}/_sts-prep/identity`)).text()).resolves.toBe('identity');
});
