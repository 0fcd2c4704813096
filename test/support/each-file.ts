import { Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { removeTemporaryFolders } from './temporary-folder.ts';

// The configuration of the test runner gives it, and a failure tells it.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED']) });

/*
 * No test reaches beyond this machine, and nothing that runs on an emulator does: product code would swallow the
 * failure where the network is closed, and ask a stranger's server where it is open.
 */

const THIS_MACHINE = /^(127\.\d+\.\d+\.\d+|::1|(.+\.)?localhost)$/;
const reached = new Set<string>();

type Connect = typeof Socket.prototype.connect;
const { connect } = Socket.prototype;

Socket.prototype.connect = function onlyThisMachine(this: Socket, ...args: unknown[]) {
  const host = hostOf(args);
  if (host !== undefined && !THIS_MACHINE.test(host)) {
    reached.add(host);
    queueMicrotask(() => this.destroy(new Error(`A test tried to reach ${host}.`)));
    return this;
  }
  return Reflect.apply(connect, this, args) as Socket;
} as Connect;

/** Node's own modules pass one list of already sorted arguments; a socket of the file system has no host. */
function hostOf([first, second]: readonly unknown[]): string | undefined {
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first === 'object' && first !== null) return (first as { host?: string }).host;
  return typeof first === 'number' && typeof second === 'string' ? second : undefined;
}

afterAll(() => {
  // Files share a process.
  Socket.prototype.connect = connect;
  removeTemporaryFolders();
  expect([...reached]).toEqual([]);
});
