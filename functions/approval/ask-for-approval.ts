import * as z from 'zod';
import { topicPublisher } from '../../core/aws/topic.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runSchema } from '../../core/storage/run.ts';
import { askForApproval } from '../../core/usecases/approval/ask-for-approval.ts';

const input = z.object({
  run: runSchema,
  operation: z.string(),
  token: z.string().min(1),
  plan: z.object({ digest: z.string(), page: z.string(), summary: z.string() }),
});

const publish = topicPublisher();

export const handler = task('ask-for-approval', input, async ({ run, operation, token, plan }, env) => {
  await askForApproval(
    { run, operation, token, ...plan },
    {
      store: outputStore(env),
      bucket: env.OUTPUT_BUCKET,
      publish: (message) => publish(env.TOPIC_ARN, message),
    },
  );
  return { asked: true };
});
