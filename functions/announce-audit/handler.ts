import * as z from 'zod';
import { eventSender } from '../aws/events.ts';
import { topicPublisher } from '../aws/topic.ts';
import { countsSchema } from '../domain/audit/report.ts';
import { auditSchema } from '../runtime/audit.ts';
import { settled } from '../runtime/settled.ts';
import { task } from '../runtime/task.ts';
import { messageOf, subjectOf } from './announce-audit.ts';

const input = z.object({
  audit: auditSchema,
  report: z.object({ report: z.string(), page: z.string(), counts: countsSchema }),
});

const publish = topicPublisher();
const send = eventSender();

export const handler = task('announce-audit', input, async ({ audit, report }, env) => {
  const { counts, page } = report;
  await settled([
    publish(env.TOPIC_ARN, { subject: subjectOf(counts), message: messageOf(counts, page) }),
    send('STS Permission Audit Completed', { audit: audit.id, ...report }),
  ]);
  return { announced: subjectOf(counts) };
});
