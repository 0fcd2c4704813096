import crypto, { generateKeyPairSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { testAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { type Call, isWrite, objectOf, recordingProxy } from '../support/recording-proxy.ts';
import { testEmulator } from '../support/test-emulator.ts';
import { table } from './table.ts';

/** Added to every AWS call, as between a laptop and a far region; the peer was measured with the same. */
const DELAY_MS = 80;

/** What `ccoctl aws create-all` took with the same delay per call, against moto; recorded, not measured here. */
const CCOCTL = {
  6: { first: '2.7 s, 28 calls', again: '1.6 s, 18 calls (9 writes)' },
  100: { first: '26.8 s, 310 calls', again: '17.8 s, 206 calls (103 writes)' },
};

/** Step Functions, us-east-1, per state transition. */
const DOLLARS_PER_TRANSITION = 0.025 / 1_000;
/** Lambda, us-east-1, per request; the time comes on top. */
const DOLLARS_PER_REQUEST = 0.2 / 1_000_000;

/** Measures a first run and a re-run for small and large bundles, in-process, through a proxy that delays every call. */
export async function measureRuns(): Promise<void> {
  makeKeysFree();
  const emulator = await testEmulator();
  const proxy = await recordingProxy(emulator.endpoint);
  try {
    const rows: Record<string, string | number>[] = [];
    const account = await testAccount(emulator.endpoint);
    // The handlers make their clients at their first call, and keep them.
    process.env['AWS_ENDPOINT_URL'] = proxy.url;
    // Modules are loaded and compiled before anything is timed; cold starts are measured for themselves.
    await account.run('prepare/warm-up.tgz', await tgzOf(bundleFiles('warm-up', 6)));
    for (const roles of [6, 100] as const) {
      const bundle = await tgzOf(bundleFiles(`bench-${roles}`, roles));
      for (const [title, peer] of [
        ['first run', CCOCTL[roles].first],
        ['re-run', CCOCTL[roles].again],
      ] as const) {
        proxy.clear();
        proxy.onRequest = () => ({ delayMs: DELAY_MS });
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
          run: `${roles} roles, ${title}`,
          seconds: seconds.toFixed(2),
          calls: calls.length,
          ...byKind(calls),
          transitions,
          dollars: (transitions * DOLLARS_PER_TRANSITION + requests * DOLLARS_PER_REQUEST).toFixed(5),
          ccoctl: peer,
        });
      }
    }
    console.log(
      `\nPrepare, ${DELAY_MS} ms added to every AWS call, key generation left out, one process for all functions`,
    );
    console.log(table(rows));
  } finally {
    await proxy.close();
    await emulator.stop();
  }
}

/** Key generation takes a random time of its own, so a key that was made before stands in for it. */
function makeKeysFree(): void {
  const pair = generateKeyPairSync('rsa', { modulusLength: 4096 });
  const instant = Object.assign(() => undefined, { [promisify.custom]: async () => pair });
  Object.assign(crypto, { generateKeyPair: instant });
  syncBuiltinESMExports();
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

function bundleFiles(name: string, roles: number): Record<string, string> {
  const files: Record<string, string> = { 'cluster.yaml': `name: ${name}\nregion: us-east-2\n` };
  for (let index = 0; index < roles; index += 1) {
    files[`credreqs/${String(index).padStart(3, '0')}.yaml`] = `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata:
  name: component-${index}
spec:
  secretRef: { namespace: openshift-component-${index}, name: cloud-credentials }
  serviceAccountNames: [operator]
  providerSpec:
    apiVersion: cloudcredential.openshift.io/v1
    kind: AWSProviderSpec
    statementEntries:
      - effect: Allow
        action: [ec2:DescribeInstances, ec2:DescribeVolumes, ec2:CreateTags, elasticloadbalancing:DescribeLoadBalancers]
        resource: "*"
`;
  }
  return files;
}
