import type { StateMachine } from './asl.ts';
import { AUDIT } from './audit.ts';
import { DELETE } from './delete.ts';
import { PLAN } from './plan.ts';
import { PREPARE } from './prepare.ts';
import { UNDO } from './undo.ts';

/** The state machines by name, in the order of their files. */
export const STATE_MACHINES = {
  audit: AUDIT,
  delete: DELETE,
  plan: PLAN,
  prepare: PREPARE,
  undo: UNDO,
} satisfies Record<string, StateMachine>;

/** A state machine as its file has it. */
export function aslText(machine: StateMachine): string {
  // The linter wants an array that is short on one line.
  return `${JSON.stringify(machine, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}
