import { fileURLToPath } from 'node:url';
import { type TestEmulator, testEmulator } from '../support/test-emulator.ts';
import type { Dump } from './account-state.ts';

/** An emulator whose whole state can be kept, brought back and looked at. */
export interface FaultEmulator extends TestEmulator {
  save(name: string): Promise<void>;
  load(name: string): Promise<void>;
  dump(): Promise<Dump>;
}

/** Starts an emulator of its own on a free port. */
export async function faultEmulator(): Promise<FaultEmulator> {
  const emulator = await testEmulator(fileURLToPath(new URL('emulator.py', import.meta.url)));
  const post = async (path: string) => {
    const answer = await fetch(`${emulator.endpoint}/_state/${path}`, { method: 'POST' });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path}: the emulator answers ${answer.status}.`);
  };
  return {
    ...emulator,
    save: (name) => post(`save/${name}`),
    load: (name) => post(`load/${name}`),
    dump: async () => (await (await fetch(`${emulator.endpoint}/_state/dump`)).json()) as Dump,
  };
}
