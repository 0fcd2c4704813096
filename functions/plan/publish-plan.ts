import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { publishPlan } from '../../core/usecases/plan/publish-plan.ts';

export const handler = task('publish-plan', runInput, ({ run }, env) => publishPlan(run, outputStore(env)));
