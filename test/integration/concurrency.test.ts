import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeAll, expect, inject, it } from 'vitest';
import { type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';
import { type Outcome, runInProcess } from '../support/in-process.ts';

const CLUSTERS = 20;
const signingKey = publicPem(rsaKeyPair().publicKey);

interface Stay {
  readonly cluster: string;
  readonly from: number;
  readonly to: number;
}

let account: TestAccount;
let sfn: SFNClient;
let waiting: string;

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  sfn = new SFNClient({});
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: `waiting-${account.id}`,
      roleArn: `arn:aws:iam::${account.id}:role/any`,
      definition: JSON.stringify({
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } },
      }),
    }),
  );
  waiting = stateMachineArn;
});

/** One run, standing for an execution that the emulator knows to be running for just as long. */
async function run(cluster: string, upload: number, stays: Stay[]): Promise<Outcome> {
  const bytes = await bundle({
    [CLUSTER_FILE]: clusterYaml({ name: cluster }),
    [PUBLIC_KEY_FILE]: signingKey,
  });
  const key = `prepare/${cluster}-${upload}.tgz`;
  const versionId = await account.upload(key, bytes);
  const name = `${cluster}-${upload}`;
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: waiting, name }));
  let from = 0;
  try {
    return await runInProcess(
      name,
      { operation: 'prepare', bundle: { bucket: account.intake, key, versionId } },
      async (functionName, _event, call) => {
        if (functionName === 'plan-changes') from = performance.now();
        if (functionName === 'unlock') stays.push({ cluster, from, to: performance.now() });
        return call();
      },
      executionArn,
    );
  } finally {
    await sfn.send(new StopExecutionCommand({ executionArn }));
  }
}

const overlap = (a: Stay, b: Stay) => a.from < b.to && b.from < a.to;

it('works on one cluster at a time, and on all clusters at once', async () => {
  const stays: Stay[] = [];
  const clusters = Array.from({ length: CLUSTERS }, (_, index) => `many-${account.id}-${index}`);

  const outcomes = await Promise.all(
    clusters.flatMap((cluster) => [run(cluster, 1, stays), run(cluster, 2, stays)]),
  );

  expect(outcomes.map(({ status, error }) => error ?? status)).toEqual(outcomes.map(() => 'SUCCEEDED'));
  expect(stays).toHaveLength(2 * CLUSTERS);
  const pairs = stays.flatMap((a, index) => stays.slice(index + 1).map((b) => [a, b] as const));
  const together = pairs.filter(([a, b]) => overlap(a, b));
  expect(together.filter(([a, b]) => a.cluster === b.cluster)).toEqual([]);
  expect(together.length).toBeGreaterThan(CLUSTERS);
  const { roles, providers, buckets } = await account.snapshot();
  expect(
    [Object.keys(roles), Object.keys(providers), Object.keys(buckets)].map(({ length }) => length),
  ).toEqual([CLUSTERS, CLUSTERS, CLUSTERS]);
});
