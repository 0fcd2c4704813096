import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { issuerReader } from '../../../core/aws/issuer-reader.ts';

const servers: { close(): void }[] = [];

/** A server that answers every path alike, and notes what it was asked. */
async function serve(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: { url?: string | undefined; host?: string | undefined; authorization?: string | undefined }[] =
    [];
  const server = createServer((request, response) => {
    const { host, authorization } = request.headers;
    asked.push({ url: request.url, host, authorization });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`, asked };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('reading a document as STS does', () => {
  it('goes to its path below the issuer, without credentials', async () => {
    const { url, asked } = await serve(200, '{}');
    await expect(issuerReader(url)('.well-known/openid-configuration')).resolves.toEqual({
      status: 200,
      body: '{}',
    });
    expect(asked).toMatchObject([
      { url: '/bucket/.well-known/openid-configuration', authorization: undefined },
    ]);
  });

  it('gives the status of a refusal', async () => {
    const { url } = await serve(403, 'denied');
    await expect(issuerReader(url)('keys.json')).resolves.toEqual({ status: 403, body: 'denied' });
  });

  it('does not follow a redirect', async () => {
    const { url } = await serve(302, '', { location: 'http://127.0.0.1:1/elsewhere' });
    await expect(issuerReader(url)('keys.json')).resolves.toEqual({ status: 302, body: '' });
  });

  it('asks an emulator for the issuer by its name, below its path', async () => {
    const { url, asked } = await serve(200, '{}');
    await issuerReader(new URL(url).origin, 'id.example.com/tenant')('keys.json');
    expect(asked).toMatchObject([{ url: '/tenant/keys.json', host: 'id.example.com' }]);
  });

  it('reads no more than a JWKS can be', async () => {
    const { url } = await serve(200, 'x'.repeat(2 * 1024 * 1024));
    await expect(issuerReader(url)('keys.json')).rejects.toThrow('it is over 1048576 bytes');
  });

  it('fails when nobody answers', async () => {
    await expect(issuerReader('http://127.0.0.1:1')('keys.json')).rejects.toThrow();
  });
});
