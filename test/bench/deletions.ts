import { CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import pMap from 'p-map';
import { tgzOf } from '../support/archives.ts';
import { DELETE_ASL, runMachine } from '../support/in-process.ts';
import { objectOf } from '../support/recording-proxy.ts';
import { onAccount } from './account.ts';
import type { Sizes } from './arguments.ts';
import { bundleFiles } from './many-requests.ts';
import type { Measured, Row } from './table.ts';

/** What `ccoctl aws delete` took for 100 roles among 400 others, against moto; recorded, not measured here. */
const CCOCTL = { delay: 80, roles: 100, others: 400, took: '59 s, 695 calls' };

/** Measures the deletion of a cluster, in-process, in an account with ever more roles of others. */
export async function measureDeletions(
  { roles: bundleSizes, others, delay }: Pick<Sizes, 'roles' | 'others' | 'delay'>,
  endpoint: string,
): Promise<Measured> {
  return onAccount(endpoint, async (account, proxy) => {
    const roles = Math.max(...bundleSizes);
    const prepare = async (name: string, size: number) => {
      const { status, cause } = await account.run(
        `prepare/${name}.tgz`,
        await tgzOf(bundleFiles(name, size)),
      );
      if (status !== 'SUCCEEDED') throw new Error(cause);
    };
    const remove = async (name: string) => {
      const key = `delete/${name}.yaml`;
      const versionId = await account.upload(key, Buffer.from(`confirm: ${name}`));
      const bundle = { bucket: account.intake, key, versionId };
      const arn = `arn:aws:states:us-east-1:000000000000:execution:delete:${name}`;
      const { status, cause } = await runMachine(DELETE_ASL, name, { operation: 'delete', bundle }, arn);
      if (status !== 'SUCCEEDED') throw new Error(cause);
    };
    // Modules are loaded and compiled before anything is timed.
    await prepare('warm-up', 1);
    await remove('warm-up');
    const rows: Row[] = [];
    let there = 0;
    const counts = [...others].sort((a, b) => a - b);
    // No run would make a cluster in an account that has more roles than it may.
    for (const count of counts) await prepare(nameOf(count), roles);
    for (const count of counts) {
      await makeOthers(account.iam, there, count);
      there = Math.max(there, count);
      proxy.clear();
      proxy.onRequest = () => ({ delayMs: delay });
      const start = performance.now();
      await remove(nameOf(count));
      const seconds = (performance.now() - start) / 1_000;
      proxy.onRequest = () => undefined;
      const calls = proxy.calls.filter(
        (call) => objectOf(call)?.bucket !== account.intake || call.method === 'GET',
      );
      const isCompared = delay === CCOCTL.delay && roles === CCOCTL.roles && count === CCOCTL.others;
      rows.push({
        deletion: `${roles} role${roles === 1 ? '' : 's'} among ${count} other${count === 1 ? '' : 's'}`,
        seconds: seconds.toFixed(2),
        calls: calls.length,
        ccoctl: isCompared ? CCOCTL.took : 'not measured',
      });
    }
    return { title: `Delete, ${delay} ms added to every AWS call, one process for all functions`, rows };
  });
}

const nameOf = (others: number) => `bench-${others}`;

/** Roles that no cluster has. */
function makeOthers(iam: IAMClient, from: number, to: number): Promise<unknown> {
  const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  return pMap(
    numbers,
    (index) =>
      iam.send(new CreateRoleCommand({ RoleName: `other-${index}`, AssumeRolePolicyDocument: trust })),
    { concurrency: 20 },
  );
}
