import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fetchThumbprint } from '../../../../core/resources/identity-provider/thumbprint.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

it('there is none where nobody listens', async () => {
  await expect(fetchThumbprint('https://127.0.0.1:1')).resolves.toBeUndefined();
});

it('there is none where TLS is not spoken', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  await expect(fetchThumbprint(`https://127.0.0.1:${port}`)).resolves.toBeUndefined();
});
