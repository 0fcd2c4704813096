import { executionStarter } from '../aws/executions.ts';
import { outputStore } from '../runtime/buckets.ts';
import { task } from '../runtime/task.ts';
import { executionEndedSchema, undoIfAbandoned } from './start-undo.ts';

const starter = executionStarter();

export const handler = task('start-undo', executionEndedSchema, (event, env) =>
  undoIfAbandoned(event, outputStore(env), env.UNDO_STATE_MACHINE_ARN, starter),
);
