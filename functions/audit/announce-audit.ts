import * as z from 'zod';
import { eventSender } from '../../core/aws/events.ts';
import { topicPublisher } from '../../core/aws/topic.ts';
import { countsSchema } from '../../core/domain/audit/report.ts';
import { task } from '../../core/runtime/task.ts';
import { auditSchema } from '../../core/storage/audit.ts';
import { messageOf, subjectOf } from '../../core/usecases/audit/announce-audit.ts';
import { allSettledOrThrow } from '../../core/util/all-settled.ts';

const input = z.object({
  audit: auditSchema,
  report: z.object({ report: z.string(), page: z.string(), counts: countsSchema }),
});

const publish = topicPublisher();
const send = eventSender();

export const handler = task('announce-audit', input, async ({ audit, report }, env) => {
  const { counts, page } = report;
  await allSettledOrThrow([
    publish(env.TOPIC_ARN, { subject: subjectOf(counts), message: messageOf(counts, page) }),
    send('STS Permission Audit Completed', { audit: audit.id, ...report }),
  ]);
  return { announced: subjectOf(counts) };
});
