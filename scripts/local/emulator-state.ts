import { rmSync } from 'node:fs';
import * as z from 'zod';
import { readJson, writeJson } from './json-file.ts';
import { local } from './paths.ts';

const FILE = local('emulator.json');

/** Options that mean nothing to Python, and tell this emulator from those of test runs with the same Python. */
export const MARK = ['-X', 'sts-prep-local'] as const;

const emulator = z.object({
  pid: z.number().int().positive(),
  port: z.number().int(),
  endpoint: z.string(),
  /** What only this start of it answers with. */
  identity: z.string(),
  /** Folder of its own, with nothing worth keeping. */
  data: z.string(),
  startedAt: z.string(),
  /** What it was started with; a change of any means another emulator. */
  settings: z.object({
    region: z.string(),
    enforceIam: z.boolean(),
    requirements: z.string(),
  }),
});

/** The emulator that this project started. */
export type Emulator = Readonly<z.infer<typeof emulator>>;

/** The recorded emulator; whether it still runs is another question. */
export function readEmulator(): Emulator | undefined {
  const parsed = emulator.safeParse(readJson(FILE));
  return parsed.success ? parsed.data : undefined;
}

export function writeEmulator(value: Emulator): void {
  writeJson(FILE, value);
}

export function forgetEmulator(): void {
  rmSync(FILE, { force: true });
}

/** What was found about the recorded emulator. */
export interface EmulatorFacts {
  readonly recorded: boolean;
  /** Its process id is in use. */
  readonly processRuns: boolean;
  /** That process is an emulator of this project, and not one that got the number later. */
  readonly processIsOurs: boolean;
  /** It, and no other program, answers at its address. */
  readonly answers: boolean;
  /** Port, region and versions are the ones that are wanted now. */
  readonly settingsMatch: boolean;
}

/** `start` leaves a process that is not ours alone; `restart` ends ours first. */
export type Decision = 'start' | 'restart' | 'reuse';

/** What to do about the recorded emulator. */
export function decide(facts: EmulatorFacts): Decision {
  if (!facts.recorded || !facts.processRuns || !facts.processIsOurs) return 'start';
  return facts.answers && facts.settingsMatch ? 'reuse' : 'restart';
}
