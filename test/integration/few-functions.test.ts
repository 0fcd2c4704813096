import { expect, inject, it } from 'vitest';
import { testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
} from '../support/bundles.ts';
import { AUDIT_ASL, type Intercept, runInProcess, runMachine } from '../support/in-process.ts';

/*
 * A new account runs ten functions at once, all of its functions together (Lambda quotas, concurrent executions); Lambda
 * refuses more with TooManyRequestsException, which Step Functions hands on as Lambda.TooManyRequestsException.
 */
const AT_ONCE = 10;
/** In place of pauses of two seconds and more. */
const PAUSE = { startPause: 150 };

/** Lets so many functions run at once, and refuses others as Lambda does. */
function limiter(inner: Intercept) {
  let running = 0;
  const counts = { most: 0, refused: 0 };
  const intercept: Intercept = async (name, event, call) => {
    if (running >= AT_ONCE) {
      counts.refused += 1;
      throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
    }
    running += 1;
    counts.most = Math.max(counts.most, running);
    try {
      return await inner(name, event, call);
    } finally {
      running -= 1;
    }
  };
  return { intercept, counts };
}

it('a cluster of 40 roles is prepared where ten functions may run at once', async () => {
  const account = await testAccount(inject('endpoint'));
  const name = `few-${account.id}`;
  const requests = Object.fromEntries(
    Array.from({ length: 39 }, (_, at) => [`requests/${at}.yaml`, requestOf(`component-${at}`)]),
  );
  const bytes = await bundle({
    ...requests,
    [CLUSTER_FILE]: clusterYaml({ name }),
    [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey),
  });
  const key = `prepare/${name}.tgz`;
  const versionId = await account.upload(key, bytes);
  const { intercept, counts } = limiter((_name, _event, call) => call());
  const outcome = await runInProcess(
    name,
    { operation: 'prepare', bundle: { bucket: account.intake, key, versionId } },
    intercept,
    undefined,
    PAUSE,
  );
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  expect(counts.most).toBe(AT_ONCE);
  expect(counts.refused).toBeGreaterThan(0);
  const { roles } = await account.snapshot();
  expect(Object.keys(roles)).toHaveLength(40);
});

it('200 clusters are audited where ten functions may run at once', async () => {
  const names = Array.from({ length: 200 }, (_, at) => `cluster-${at}`);
  const audited: string[] = [];
  // What is tried is the state machine; each function answers as it does, after the time of one.
  const { intercept, counts } = limiter(async (name, event) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (name === 'list-clusters') return { names, large: false, count: names.length };
    if (name === 'audit-cluster') audited.push((event as { cluster: string }).cluster);
    return {};
  });
  const outcome = await runMachine(
    AUDIT_ASL,
    'few-functions',
    { operation: 'audit', bundle: { bucket: 'intake', key: 'releases/4.21.0.tgz' } },
    'arn:aws:states:us-east-1:000000000000:execution:audit:few-functions',
    intercept,
    PAUSE,
  );
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  expect(counts.refused).toBeGreaterThan(0);
  expect(audited.sort()).toEqual(names.sort());
});
