import type { HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import type { Execution } from '../../cli/execution.ts';
import { type Ending, follow } from '../../cli/follow.ts';
import { Pace } from '../../cli/pace.ts';

/** Follows an execution to its end, without a word, and returns how that was with all that happened until then. */
export async function followed(
  sfn: SFNClient,
  execution: Execution,
  pollMs = 100,
): Promise<Ending & { readonly events: readonly HistoryEvent[] }> {
  const events: HistoryEvent[] = [];
  const following = follow(sfn, execution, { pace: new Pace(pollMs) });
  let step = await following.next();
  for (; !step.done; step = await following.next()) events.push(step.value);
  return { ...step.value, events };
}
