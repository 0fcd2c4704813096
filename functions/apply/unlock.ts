import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { releaseLock } from '../../core/usecases/lock/lock.ts';

export const handler = task('unlock', runInput, ({ run }, env) => releaseLock(run, outputStore(env)));
