import { executionStarter } from '../../core/aws/executions.ts';
import { task } from '../../core/runtime/task.ts';
import { executionOf, objectCreatedSchema } from '../../core/usecases/start/start-run.ts';

const starter = executionStarter();

export const handler = task('start-run', objectCreatedSchema, async (event, env) => {
  const execution = executionOf(event);
  if (execution === undefined) return { started: false, reason: 'a folder, not a bundle' };
  const { machine, ...request } = execution;
  const arns = {
    prepare: env.STATE_MACHINE_ARN,
    delete: env.DELETE_STATE_MACHINE_ARN,
    plan: env.PLAN_STATE_MACHINE_ARN,
    audit: env.AUDIT_STATE_MACHINE_ARN,
  };
  return starter.start(arns[machine], request);
});
