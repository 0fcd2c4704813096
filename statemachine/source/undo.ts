import { ENVIRONMENTS, type FunctionName } from '../../core/runtime/environment.ts';
import { timeLimit } from '../../core/runtime/function.ts';
import type { StateMachine } from './asl.ts';
import { PREPARE } from './prepare.ts';
import { placeholder } from './task.ts';
import { ROLLBACK_INCOMPLETE, undoChain } from './undo-chain.ts';

/** Lambda does not count a function's start, of ten seconds at most, towards the function's limit. */
const COLD_START_SECONDS = 15;

/** Undoes a stopped run. */
export const UNDO: StateMachine = {
  Comment:
    'Undoes a run whose execution was stopped, timed out or died without coming to its own undo. Started by the event of its end, or by the next run that finds its lock. The states are those of the prepare machine.',
  StartAt: 'WaitForTasks',
  TimeoutSeconds: 43_200,
  States: {
    WaitForTasks: {
      Comment:
        'Step Functions stops an execution, not its tasks: a function that was at work goes on until its own time limit, and must not be raced.',
      Type: 'Wait',
      Seconds: longestTask(PREPARE) + COLD_START_SECONDS,
      Next: 'UndoSecrets',
    },
    ...undoChain({ 'run.$': '$.run' }),
    ChooseOutcome: {
      Comment: 'The stopped run counts as undone when nothing of it is left.',
      Type: 'Choice',
      Choices: [{ Variable: '$.failure.outcome', StringEquals: 'rolled-back', Next: 'Undone' }],
      Default: 'RollbackIncomplete',
    },
    Undone: {
      Comment: 'The account is as it was before the stopped run.',
      Type: 'Succeed',
    },
    RollbackIncomplete: ROLLBACK_INCOMPLETE,
  },
};

/** The longest time limit of a function that a machine calls. */
function longestTask(machine: StateMachine): number {
  const definition = JSON.stringify(machine);
  const called = (Object.keys(ENVIRONMENTS) as FunctionName[]).filter((name) =>
    definition.includes(placeholder(name)),
  );
  return Math.max(...called.map(timeLimit));
}
