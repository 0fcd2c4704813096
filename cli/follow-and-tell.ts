import type { Deployment } from './deployment.ts';
import { EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { type Ending, follow } from './follow.ts';
import { formatCause, formatElapsed } from './format.ts';
import type { Pace } from './pace.ts';
import { indented } from './render.ts';
import { RunReader } from './run-events.ts';
import type { Ui } from './ui.ts';

/** What became of an execution. */
export interface Told {
  readonly execution: Execution;
  readonly ending: Ending;
  /** The exit code that says so. */
  readonly outcome: number;
}

/** The ends of the state machines that a program can tell apart; every other failure left the account as it was. */
const OUTCOMES: Readonly<Record<string, number>> = {
  ApprovalRefused: EXIT.refused,
  BundleRejected: EXIT.refused,
  DeletionRejected: EXIT.refused,
  DeletionRefused: EXIT.refused,
  PlanRefused: EXIT.refused,
  DeletionIncomplete: EXIT.incomplete,
  RollbackIncomplete: EXIT.incomplete,
  // The undo of a stopped run went well, and so the run was rolled back.
  Undone: EXIT.failed,
};

/** Follows an execution to its end, telling what happens; the last line says how it ended. */
export async function followAndTell(
  { clients }: Pick<Deployment, 'clients'>,
  execution: Execution,
  { ui, pace, signal }: { readonly ui: Ui; readonly pace: Pace; readonly signal: AbortSignal },
): Promise<Told> {
  const { name, arn, startedAt } = execution;
  ui.progress('execution', name);
  ui.tell({ event: 'execution', name, arn, startedAt: startedAt.toISOString() });
  ui.say();
  const comeBack = () =>
    ui.fail(`\nThe run ${name} goes on.`, `Come back to it by \`sts-prep watch ${name}\`.`);
  signal.addEventListener('abort', comeBack, { once: true });
  try {
    const reader = new RunReader(startedAt);
    const connection = (lost: string | undefined) => {
      ui.tell({ event: lost === undefined ? 'connected' : 'connection-lost' });
      ui.say(
        lost === undefined
          ? '            AWS answers again.'
          : `            AWS is not reached (${lost}); the run goes on, and so does this as soon as it is.`,
      );
    };
    const history = follow(clients.sfn, execution, { pace, signal, connection });
    let last = '';
    let step = await history.next();
    for (; !step.done; step = await history.next()) {
      last = step.value.stateEnteredEventDetails?.name ?? last;
      for (const event of reader.read(step.value)) {
        ui.run(event);
        if (event.event === 'approval')
          ui.say(`            \`sts-prep approve ${name}\` shows the plan and approves it.`);
      }
    }
    const ending = step.value;
    const { status, error, cause, elapsedMs, cluster, undid } = ending;
    ui.tell({ event: 'ended', status, state: last, elapsedMs, cluster, error, cause });
    ui.say(`${formatElapsed(elapsedMs)}  ${status}\n`);
    const succeeded = status === 'SUCCEEDED';
    if (!succeeded)
      ui.say(`The execution did not succeed: ${error ?? status}\n${indented(formatCause(cause))}\n`);
    else if (undid !== undefined)
      ui.say(`The run ${undid} was stopped, and what it had made is taken back.\n`);
    return { execution, ending, outcome: OUTCOMES[last] ?? (succeeded ? EXIT.ok : EXIT.failed) };
  } finally {
    signal.removeEventListener('abort', comeBack);
  }
}
