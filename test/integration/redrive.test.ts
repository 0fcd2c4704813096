import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';
import { runInProcess } from '../support/in-process.ts';

/*
 * Redrive runs the same execution again from the state that failed, with the same name and input. The emulator
 * has no RedriveExecution, so the state machine file is run again under that name.
 */
describe('an execution that failed on a transient fault before anything was made', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await testAccount(inject('endpoint'));
  });

  it('fails in ReadBundle itself, and converges when it is redriven', async () => {
    const name = `redriven-${account.id}`;
    const key = `prepare/${name}.tgz`;
    const versionId = await account.upload(
      key,
      await bundle({
        [CLUSTER_FILE]: clusterYaml({ name }),
        [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey),
      }),
    );
    const input = { operation: 'prepare', bundle: { bucket: account.intake, key, versionId } };
    const before = await account.snapshot();

    const failed = await runInProcess(name, input, async (functionName, _event, call) => {
      if (functionName !== 'read-bundle') return call();
      throw Object.assign(new Error('ServiceUnavailable: try again'), { name: 'AwsUnavailable' });
    });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'AwsUnavailable', states: ['ReadBundle'] });
    expect(await account.snapshot()).toEqual(before);

    const redriven = await runInProcess(name, input);
    expect(redriven).toMatchObject({ status: 'SUCCEEDED' });
    expect(redriven.states.at(-1)).toBe('Prepared');
  });
});
