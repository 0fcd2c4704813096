import type { Deployment } from './deployment.ts';
import type { Execution } from './execution.ts';
import type { Pace } from './pace.ts';
import type { HandedIn } from './start.ts';
import type { Ui } from './ui.ts';

/** What a command works with. */
export interface Work {
  readonly ui: Ui;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Uploads, and finds the execution. */
  readonly handIn: (deployment: Deployment, bundle: HandedIn) => Promise<Execution>;
  /** How what is said of uploads is done from where the caller is. */
  readonly hints: (text: string) => readonly string[];
  /** Whether the private key is among the results too, as of an emulator it may. */
  readonly withKey: boolean;
}
