import { releaseLock } from '../lock/lock.ts';
import { outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';

export const handler = task('unlock', runInput, ({ run }, env) => releaseLock(run, outputStore(env)));
