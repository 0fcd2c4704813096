import * as z from 'zod';
import { executionArn, executionHistory, executionStarter, executions } from '../../core/aws/executions.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { acquireLock } from '../../core/usecases/lock/lock.ts';
import { abandonment, startUndo, undoName } from '../../core/usecases/start/start-undo.ts';

const known = executions();
const starter = { ...executionStarter(), ...executionHistory() };
const input = z.object({
  run: runSchema,
  startedAt: z.iso.datetime({ offset: true }),
  isDeletion: z.boolean().default(false),
});

export const handler = task('lock', input, ({ run, startedAt, isDeletion }, env) => {
  const store = outputStore(env);
  return acquireLock(
    run,
    Date.now() - Date.parse(startedAt),
    store,
    known,
    async (abandoned, status) => {
      const undoMachineArn = env.UNDO_STATE_MACHINE_ARN;
      const { started } = await startUndo(abandoned, abandonment(status), { store, undoMachineArn, starter });
      const undo = executionArn(undoMachineArn, undoName(abandoned.id));
      return started || (await known.status(undo)) === 'RUNNING';
    },
    isDeletion,
  );
});
