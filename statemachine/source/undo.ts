import type { StateMachine } from './asl.ts';
import { ROLLBACK_INCOMPLETE, undoChain } from './undo-chain.ts';

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
      Seconds: 95,
      Next: 'UndoSecrets',
    },
    ...undoChain({ 'id.$': '$.run.id', 'arn.$': '$.run.arn', 'cluster.$': '$.run.cluster' }),
    HowDidItEnd: {
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
