import type { TestAccount } from './account.ts';
import { type Call, describeCall, isWrite, objectOf } from './recording-proxy.ts';

/** What of some calls changed anything of a cluster: all writes but the upload, and what a run writes about itself. */
export function writesOf(
  calls: readonly Call[],
  { intake, output }: Pick<TestAccount, 'intake' | 'output'>,
  cluster: string,
): string[] {
  const own = new RegExp(`^(executions/.*|clusters/${cluster}/(runs/.*|lock|cluster\\.json))$`);
  return calls
    .filter((call) => {
      const { bucket, key } = objectOf(call) ?? { bucket: '', key: '' };
      return isWrite(call) && bucket !== intake && !(bucket === output && own.test(key));
    })
    .map(describeCall);
}
