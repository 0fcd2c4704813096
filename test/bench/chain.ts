import { tgzOf } from '../support/archives.ts';
import { type Call, describeCall } from '../support/recording-proxy.ts';
import { onAccount } from './account.ts';
import type { Sizes } from './arguments.ts';
import { bundleFiles } from './many-requests.ts';
import type { Measured, Row } from './table.ts';

const ROLES = 6;

/**
 * Which call of a first run and of a re-run waits for which: calls of one step go side by side, and each step waits for
 * the one above it. As many delays as there are steps are what a run cannot be faster than.
 */
export async function measureChain({ delay }: Pick<Sizes, 'delay'>, endpoint: string): Promise<Measured> {
  return onAccount(endpoint, async (account, proxy) => {
    await account.run('prepare/warm-up.tgz', await tgzOf(bundleFiles('warm-up', ROLES)));
    const bundle = await tgzOf(bundleFiles('bench', ROLES));
    const rows: Row[] = [];
    for (const run of ['first run', 're-run']) {
      const came = new Map<Call, Coming>();
      let current = '';
      proxy.clear();
      proxy.onRequest = (call) => {
        came.set(call, { at: performance.now(), state: current });
        return { delayMs: delay };
      };
      const outcome = await account.run('prepare/bench.tgz', bundle, (name, _event, call) => {
        current = name;
        return call();
      });
      if (outcome.status !== 'SUCCEEDED') throw new Error(`${outcome.error}: ${outcome.cause}`);
      const byRun = (text: string) =>
        text.replaceAll(outcome.run, '<run>').replaceAll(account.id, '<account>');
      for (const [index, calls] of stepsOf(came).entries()) {
        const [first] = calls;
        rows.push({
          run,
          step: index + 1,
          function: first === undefined ? '' : (came.get(first)?.state ?? ''),
          'side by side': calls.length,
          calls: counted(calls.map((call) => byRun(describeCall(call)))),
        });
      }
    }
    return {
      title: `Chain of a prepare, ${ROLES} roles, ${delay} ms added to every AWS call: which calls wait for which`,
      rows,
    };
  });
}

interface Coming {
  readonly at: number;
  readonly state: string;
}

/** Calls by how many others, one after the other, were answered before they came. */
function stepsOf(came: ReadonlyMap<Call, Coming>): Call[][] {
  const steps: Call[][] = [];
  const stepOf = new Map<Call, number>();
  for (const [call, { at }] of came) {
    const before = [...came.keys()].filter((other) => (other.answeredAt ?? Number.POSITIVE_INFINITY) <= at);
    const step = Math.max(-1, ...before.map((other) => stepOf.get(other) ?? -1)) + 1;
    stepOf.set(call, step);
    steps[step] = [...(steps[step] ?? []), call];
  }
  return steps;
}

/** Calls that read alike are one entry. */
function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => (count === 1 ? text : `${count} × ${text}`)).join(', ');
}
