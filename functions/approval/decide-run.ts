import * as z from 'zod';
import { callerOf, callerProofSchema } from '../../core/aws/caller-identity.ts';
import { taskResponses } from '../../core/aws/task-responses.ts';
import { REASON_LIMIT } from '../../core/domain/approval.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { decide } from '../../core/usecases/approval/decide.ts';

/** What a client says; whoever may invoke the function may decide. */
const input = z.strictObject({
  run: z.string().regex(/^[\w-]{1,80}$/),
  verdict: z.enum(['approved', 'refused']),
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.string().min(1).max(REASON_LIMIT).exactOptional(),
  caller: callerProofSchema,
});

export const handler = task('decide-run', input, (decision, env) =>
  decide(decision, {
    store: outputStore(env),
    responses: taskResponses(),
    callerOf,
    accountId: env.ACCOUNT_ID,
  }),
);
