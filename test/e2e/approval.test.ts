import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/errors.ts';
import { follow } from '../../cli/follow.ts';
import { Pace } from '../../cli/pace.ts';
import { executionArn } from '../../core/aws/executions.ts';
import { buildClient } from '../../scripts/build-client.ts';
import { DUMMY_CREDENTIALS } from '../../scripts/local/child-environment.ts';
import { bundle, CLUSTER_FILE, clusterYaml } from '../support/bundles.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

/* The whole of an approval, as it is deployed: Step Functions keeps the token, and a reviewer decides with the client. */

let deployed: Deployment;
let folder: string;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const variables = () => ({
  AWS_ENDPOINT_URL: deployed.endpoint,
  AWS_REGION: deployed.region,
  AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
});

function client(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(
      process.execPath,
      [join(folder, 'sts-prep.cjs'), ...args],
      {
        cwd: folder,
        env: variables(),
      },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Of util-linux, which makes a terminal for a program. */
const SCRIPT = '/usr/bin/script';

/** All that is said on a terminal, where a question is answered by keys. */
function onTerminal(keys: string, ...args: readonly string[]): Promise<string> {
  const command = [process.execPath, join(folder, 'sts-prep.cjs'), ...args].join(' ');
  const child = spawn(SCRIPT, ['-qec', `${command}; echo ENDED $?`, '/dev/null'], {
    cwd: folder,
    env: variables(),
  });
  return new Promise((resolve) => {
    let said = '';
    child.once('close', () => resolve(said));
    child.stdout.on('data', (text) => {
      const isFirst = !said.includes('Only "yes" does');
      said += text;
      if (isFirst && said.includes('Only "yes" does')) child.stdin.end(keys);
    });
  });
}

beforeAll(async () => {
  deployed = await deployment();
  folder = mkdtempSync(join(tmpdir(), 'sts-prep-approval-'));
  buildClient(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a run that asks for an approval; resolves once it waits, and gives what it comes to. */
async function waitingRun() {
  const name = freshName();
  const execution = await deployed.start(
    `prepare/${name}.tgz`,
    await bundle({ [CLUSTER_FILE]: clusterYaml({ name, approval: 'required' }) }),
  );
  const states: string[] = [];
  const waits = Promise.withResolvers<void>();
  const ending = (async () => {
    const following = follow(deployed.clients.sfn, execution, { pace: new Pace(100) });
    let step = await following.next();
    for (; !step.done; step = await following.next()) {
      const state = step.value.stateEnteredEventDetails?.name;
      if (state !== undefined) states.push(state);
      // The function is under way when the state is entered; what it keeps is there a moment later.
      if (state === 'AskForApproval') waits.resolve();
    }
    waits.reject(new Error(`It ended as ${step.value.error}, and did not wait.`));
    return { ...step.value, states };
  })();
  await waits.promise;
  await expect
    .poll(() => deployed.read(`approvals/${execution.name}.json`), { timeout: 30_000 })
    .toBeDefined();
  return { name, run: execution.name, ending };
}

describe('an approval, as it is deployed', () => {
  it('is asked for, given with the client after the plan was shown, and in the report', async () => {
    const { name, run, ending } = await waitingRun();
    expect(await deployed.read(`clusters/${name}/cluster.json`)).toBeUndefined();

    expect((await client('status')).stdout).toContain(`waits for \`sts-prep approve ${run}`);
    const doctor = (await client('doctor')).stdout;
    expect(doctor).toMatch(/yes +approve and refuse plans/);
    expect(doctor).toMatch(/The account has \d+ IAM OIDC providers?( of \d+)?; /);

    // Nobody can be asked here.
    const unasked = await client('approve', run);
    expect(unasked.code).toBe(EXIT.usage);
    expect(unasked.stdout).toContain('Plan of prepare');
    expect(unasked.stderr).toContain('--yes');

    if (existsSync(SCRIPT)) {
      expect(await onTerminal('\u0003', 'approve', run)).toMatch(/Nothing was decided.*\nENDED 130\r?\n/s);
      // A question is nothing for a program.
      expect(await onTerminal('', 'approve', run, '--json')).toMatch(/Nobody can be asked.*\nENDED 2\r?\n/s);
    }

    const approved = await client('approve', run, '--yes', '--reason', 'CHG-17');
    expect(approved.stderr).toBe('');
    expect(approved.code).toBe(EXIT.ok);
    expect(approved.stdout).toMatch(/Approved as arn:aws:/);

    const ended = await ending;
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(ended.states).toEqual(expect.arrayContaining(['ConfirmPlan', 'CreateRoles', 'Prepared']));
    const report = new TextDecoder().decode(await deployed.read(`clusters/${name}/runs/${run}/report.json`));
    expect(JSON.parse(report)).toMatchObject({
      outcome: 'prepared',
      approval: { verdict: 'approved', by: expect.stringMatching(/^arn:aws:/), reason: 'CHG-17' },
    });

    const again = await client('approve', run, '--yes');
    expect(again.code).toBe(EXIT.refused);
    expect(again.stderr).toContain('does not wait any more');
  });

  it('that somebody stopped the wait for is not given, and the next run on the cluster goes on', async () => {
    const { name, run, ending } = await waitingRun();
    const { prepare = '' } = deployed.stateMachines;
    await deployed.clients.sfn.send(
      new StopExecutionCommand({ executionArn: executionArn(prepare, run), cause: 'changed our minds' }),
    );
    expect(await ending).toMatchObject({ status: 'ABORTED' });
    // An emulator takes the answer all the same, where AWS says that the task timed out; nothing comes of it.
    await client('approve', run, '--yes');
    const next = await deployed.drop(
      `prepare/${name}.tgz`,
      await bundle({ [CLUSTER_FILE]: clusterYaml({ name }) }),
    );
    expect(next).toMatchObject({ status: 'SUCCEEDED' });
    // Whoever comes back to it is told by what undid it.
    const watched = await client('watch', run);
    expect(watched.code).toBe(EXIT.failed);
    expect(watched.stdout).toContain('ExecutionAborted: what this run made is taken back');
    expect(watched.stdout).toContain(`The run ${run} was stopped, and what it had made is taken back.`);
  });

  it('is refused with the client, and the run ends in a state of its own with nothing made', async () => {
    const { name, run, ending } = await waitingRun();
    const refused = await client('refuse', run, '--reason', 'not this week');
    expect(refused).toMatchObject({ code: EXIT.ok, stderr: '' });
    const ended = await ending;
    expect(ended).toMatchObject({ status: 'FAILED', error: 'ApprovalRefused' });
    expect(ended.cause).toContain('not this week');
    expect(ended.states.at(-1)).toBe('ApprovalRefused');
    expect(await deployed.keys(`clusters/${name}/lock`)).toEqual([]);
    expect(await deployed.keys(`clusters/${name}/install`)).toEqual([]);
  });
});
