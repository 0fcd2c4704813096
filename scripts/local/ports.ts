import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Whether nothing listens on this port and it can be had on the loopback address. */
export async function isPortFree(port: number): Promise<boolean> {
  // On some systems a port that is taken on all addresses can still be bound on one: ask first.
  return !(await answers(port)) && (await bind(port)) !== undefined;
}

/** A port of the loopback address that is free now. */
export async function anyFreePort(): Promise<number> {
  const port = await bind(0);
  if (port === undefined) throw new Error('no port of the loopback address is free');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: LOOPBACK, timeout: 1_000 });
  try {
    await Promise.race([once(socket, 'connect'), once(socket, 'timeout')]);
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function bind(port: number): Promise<number | undefined> {
  const server = createServer().listen({ port, host: LOOPBACK, exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
