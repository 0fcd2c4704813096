import type { TestProject } from 'vitest/node';
import { testEmulator } from './test-emulator.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of an emulator that belongs to this test run alone. */
    endpoint: string;
  }
}

/** Starts an emulator for the integration tests, and ends it with them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { endpoint, stop } = await testEmulator();
  project.provide('endpoint', endpoint);
  return stop;
}
