import { executionHistory, executionStarter } from '../../core/aws/executions.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { executionEndedSchema, undoIfAbandoned } from '../../core/usecases/start/start-undo.ts';

const starter = { ...executionStarter(), ...executionHistory() };

export const handler = task('start-undo', executionEndedSchema, (event, env) =>
  undoIfAbandoned(event, {
    store: outputStore(env),
    undoMachineArn: env.UNDO_STATE_MACHINE_ARN,
    starter,
  }),
);
