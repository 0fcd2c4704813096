import { tgzOf } from '../support/archives.ts';
import { PLAN_ASL, runMachine } from '../support/in-process.ts';
import { onAccount } from './account.ts';
import type { Sizes } from './arguments.ts';
import { bundleFiles } from './many-requests.ts';
import type { Measured, Row } from './table.ts';

/** Measures plans, in-process: of a prepare for an empty account, and of the same for the cluster that is there then. */
export async function measurePlans(
  { roles: bundleSizes, delay }: Pick<Sizes, 'roles' | 'delay'>,
  endpoint: string,
): Promise<Measured> {
  return onAccount(endpoint, async (account, proxy) => {
    const roles = Math.max(...bundleSizes);
    const cluster = `bench-${roles}`;
    const bytes = await tgzOf(bundleFiles(cluster, roles));
    let plans = 0;
    const plan = async (of: string, bundleBytes: Uint8Array) => {
      const key = `plan/prepare/${of}.tgz`;
      const versionId = await account.upload(key, bundleBytes);
      const bundle = { bucket: account.intake, key, versionId };
      plans += 1;
      const name = `${of}-plan-${plans}`;
      const arn = `arn:aws:states:us-east-1:000000000000:execution:plan:${name}`;
      proxy.clear();
      proxy.onRequest = () => ({ delayMs: delay });
      const start = performance.now();
      const { status, cause } = await runMachine(PLAN_ASL, name, { operation: 'prepare', bundle }, arn);
      const seconds = (performance.now() - start) / 1_000;
      proxy.onRequest = () => undefined;
      if (status !== 'SUCCEEDED') throw new Error(cause);
      return { seconds: seconds.toFixed(2), calls: proxy.calls.length };
    };
    // Modules are loaded and compiled before anything is timed.
    await plan('warm-up', await tgzOf(bundleFiles('warm-up', 1)));
    const rows: Row[] = [];
    const of = `${roles} role${roles === 1 ? '' : 's'}`;
    rows.push({ plan: `${of}, nothing there yet`, ...(await plan(cluster, bytes)) });
    const { status, cause } = await account.run(`prepare/${cluster}.tgz`, bytes);
    if (status !== 'SUCCEEDED') throw new Error(cause);
    rows.push({ plan: `${of}, all as it should be`, ...(await plan(cluster, bytes)) });
    return {
      title: `Plan of a prepare, ${delay} ms added to every AWS call, one process for all functions`,
      rows,
    };
  });
}
