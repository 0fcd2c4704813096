import * as z from 'zod';
import { executionArn, executionStarter, executions } from '../aws/executions.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runSchema } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { abandonment, startUndo, undoName } from '../start-undo/start-undo.ts';
import { acquireLock } from './lock.ts';

const known = executions();
const starter = executionStarter();
const input = z.object({ run: runSchema, startedAt: z.iso.datetime({ offset: true }) });

export const handler = task('lock', input, ({ run, startedAt }, env) =>
  acquireLock(run, Date.now() - Date.parse(startedAt), outputStore(env), known, async (abandoned, status) => {
    const machine = env.UNDO_STATE_MACHINE_ARN;
    const { started } = await startUndo(abandoned, abandonment(status), machine, starter);
    return started || (await known.status(executionArn(machine, undoName(abandoned.id)))) === 'RUNNING';
  }),
);
