import { type TestAccount, testAccount } from '../support/account.ts';
import { type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import { makeKeysFree } from './free-keys.ts';

/** Works on an account of its own, whose AWS calls go through a proxy that records them and may delay them. */
export async function onAccount<Result>(
  endpoint: string,
  work: (account: TestAccount, proxy: RecordingProxy) => Promise<Result>,
): Promise<Result> {
  makeKeysFree();
  const proxy = await recordingProxy(endpoint);
  try {
    const account = await testAccount(endpoint);
    // The handlers make their clients at their first call, and keep them.
    process.env['AWS_ENDPOINT_URL'] = proxy.url;
    return await work(account, proxy);
  } finally {
    await proxy.close();
  }
}
