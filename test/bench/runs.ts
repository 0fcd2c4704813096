import { tgzOf } from '../support/archives.ts';
import { type Call, isWrite, objectOf } from '../support/recording-proxy.ts';
import { onAccount } from './account.ts';
import type { Sizes } from './arguments.ts';
import { bundleFiles } from './many-requests.ts';
import type { Measured, Row } from './table.ts';

/**
 * What `ccoctl aws create-all` took, against moto; recorded, not measured here. It was delayed as between a laptop and
 * a far region.
 */
const CCOCTL: { readonly delay: number; readonly byRoles: Readonly<Record<number, Peer>> } = {
  delay: 80,
  byRoles: {
    6: { first: { seconds: 2.7, calls: 28 }, again: { seconds: 1.6, calls: 18 } },
    100: { first: { seconds: 26.8, calls: 310 }, again: { seconds: 17.8, calls: 206 } },
  },
};

interface Peer {
  readonly first: Taken;
  readonly again: Taken;
}

interface Taken {
  readonly seconds: number;
  readonly calls: number;
}

/** Step Functions, us-east-1, per state transition. */
const DOLLARS_PER_TRANSITION = 0.025 / 1_000;
/** Lambda, us-east-1, per request; the time comes on top. */
const DOLLARS_PER_REQUEST = 0.2 / 1_000_000;

/** Measures a first run and a re-run for bundles of each size, in-process, through a proxy that delays every call. */
export async function measureRuns(
  { roles: bundleSizes, delay }: Pick<Sizes, 'roles' | 'delay'>,
  endpoint: string,
): Promise<Measured> {
  return onAccount(endpoint, async (account, proxy) => {
    const rows: Row[] = [];
    // Modules are loaded and compiled before anything is timed; cold starts are measured for themselves.
    await account.run('prepare/warm-up.tgz', await tgzOf(bundleFiles('warm-up', Math.min(...bundleSizes))));
    for (const roles of bundleSizes) {
      const bundle = await tgzOf(bundleFiles(`bench-${roles}`, roles));
      const peer = delay === CCOCTL.delay ? CCOCTL.byRoles[roles] : undefined;
      for (const [title, ccoctl] of [
        ['first run', peer?.first],
        ['re-run', peer?.again],
      ] as const) {
        proxy.clear();
        proxy.onRequest = () => ({ delayMs: delay });
        let requests = 0;
        const start = performance.now();
        const outcome = await account.run(`prepare/bench-${roles}.tgz`, bundle, (_name, _event, call) => {
          requests += 1;
          return call();
        });
        const seconds = (performance.now() - start) / 1_000;
        if (outcome.status !== 'SUCCEEDED') throw new Error(`${outcome.error}: ${outcome.cause}`);
        const calls = proxy.calls.filter(
          (call) => objectOf(call)?.bucket !== account.intake || call.method === 'GET',
        );
        const transitions = outcome.states.length + 1 + (requests - tasksIn(outcome.states));
        rows.push({
          run: `${roles} role${roles === 1 ? '' : 's'}, ${title}`,
          seconds: seconds.toFixed(2),
          calls: calls.length,
          ...byKind(calls),
          transitions,
          dollars: (transitions * DOLLARS_PER_TRANSITION + requests * DOLLARS_PER_REQUEST).toFixed(5),
          ccoctl: ccoctl === undefined ? 'not measured' : `${ccoctl.seconds} s, ${ccoctl.calls} calls`,
          'times ccoctl': ccoctl === undefined ? '' : (seconds / ccoctl.seconds).toFixed(2),
        });
      }
    }
    return {
      title: `Prepare, ${delay} ms added to every AWS call, key generation left out, one process for all functions`,
      rows,
    };
  });
}

function byKind(calls: readonly Call[]): Record<string, number> {
  const kinds = { 'IAM reads': 0, 'IAM writes': 0, 'S3 reads': 0, 'S3 writes': 0, 'STS tries': 0 };
  for (const call of calls) {
    if (call.action?.startsWith('AssumeRole')) kinds['STS tries'] += 1;
    else kinds[`${objectOf(call) === undefined ? 'IAM' : 'S3'} ${isWrite(call) ? 'writes' : 'reads'}`] += 1;
  }
  return kinds;
}

const NOT_TASKS = /^(Is|Has|Are|How|Prepared|CreateRoles$)/;

function tasksIn(states: readonly string[]): number {
  return states.filter((state) => !NOT_TASKS.test(state)).length;
}
