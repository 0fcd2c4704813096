import { setTimeout as sleep } from 'node:timers/promises';
import { type IAMClient, ListOpenIDConnectProvidersCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { HeadBucketCommand, PutObjectCommand, type S3ServiceException } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tgzOf } from '../support/archives.ts';
import { patience } from '../support/patience.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

const STATES = [
  'Lock',
  'PlanChanges',
  'CreateKeyPair',
  'PublishOidcDocuments',
  'RegisterProvider',
  'CreateRoles',
  'RenderSecrets',
  'Verify',
  'PublishReport',
];

/** What the slowest function takes on an idle machine, its start included. */
const LONGEST_TASK_MS = 4_000;

/** The shortest states take a few hundredths of a second. */
const POLL_MS = 15;

const request = (index: number) => `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata: { name: component-${index} }
spec:
  secretRef: { namespace: openshift-component-${index}, name: cloud-credentials }
  serviceAccountNames: [operator]
  providerSpec:
    kind: AWSProviderSpec
    statementEntries: [{ effect: Allow, action: [ec2:DescribeInstances], resource: "*" }]
`;

const bundleOf = (name: string) =>
  tgzOf({
    'cluster.yaml': `name: ${name}\nregion: us-east-2\n`,
    'a.yaml': request(1),
    'b.yaml': request(2),
    'c.yaml': request(3),
  });

interface Stopped {
  readonly run: string;
  readonly cluster: string;
  /** Where it really was. */
  readonly lastState: string;
}

describe('an execution that is stopped by hand', () => {
  let deployed: Deployment;
  let iam: IAMClient;
  let definition: string;
  const stopped = new Map<string, Stopped>();
  /** The last one to be stopped. */
  let waitedFor: Stopped;
  /** One whose plan is another one when its undo begins. */
  let forged: Stopped;

  beforeAll(async () => {
    deployed = await deployment();
    iam = deployed.iam;
    definition = await waitForTasksAsLongAs(Number(process.env['SFN_WAIT_SCALE']));
    // Functions that are warm give every state a chance to be met.
    await deployed.drop('prepare/warm.tgz', await bundleOf(freshName()));
    // All before the first is looked at, so that the undos wait side by side.
    for (const state of STATES) stopped.set(state, await stopIn(state));
    forged = await stopIn('RegisterProvider');
    const key = `clusters/${forged.cluster}/runs/${forged.run}/plan.json`;
    const plan = JSON.parse(await textOf(key));
    await deployed.clients.s3.send(
      new PutObjectCommand({
        Bucket: deployed.outputBucket,
        Key: key,
        Body: JSON.stringify({ ...plan, roles: [] }),
        ContentType: 'application/json',
      }),
    );
    waitedFor = await stopIn('RegisterProvider');
  });
  afterAll(async () => {
    await deployed?.clients.sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn: deployed.stateMachines.undo, definition }),
    );
    console.log(
      [...stopped]
        .map(([wanted, { lastState }]) => `asked to stop in ${wanted}, stopped in ${lastState}`)
        .join('\n'),
    );
  });

  /**
   * A function whose execution is stopped works on, and its undo waits until it must have ended. Where all other waits
   * are cut to `scale`, this one lasts for what any function takes here. Returns the definition as it was.
   */
  async function waitForTasksAsLongAs(scale: number): Promise<string> {
    const { sfn, stateMachines } = { ...deployed.clients, ...deployed };
    const { definition: deployedText = '' } = await sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: stateMachines.undo }),
    );
    const machine = JSON.parse(deployedText) as { States: { WaitForTasks: { Seconds: number } } };
    const { WaitForTasks } = machine.States;
    WaitForTasks.Seconds = Math.min(WaitForTasks.Seconds, patience(LONGEST_TASK_MS) / 1_000) / scale;
    await sfn.send(
      new UpdateStateMachineCommand({
        stateMachineArn: stateMachines.undo,
        definition: JSON.stringify(machine),
      }),
    );
    return deployedText;
  }

  async function textOf(key: string): Promise<string> {
    return Buffer.from((await deployed.read(key)) ?? []).toString('utf8');
  }

  /** Everything of a cluster that is there, but for what runs write about themselves. */
  async function remains(name: string): Promise<string[]> {
    const roles = (await iam.send(new ListRolesCommand({ MaxItems: 1_000 }))).Roles ?? [];
    const providers =
      (await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList ?? [];
    // A bucket of another region answers 301.
    const bucket = await deployed.clients.s3.send(new HeadBucketCommand({ Bucket: `${name}-oidc` })).then(
      () => [`bucket ${name}-oidc`],
      (error: S3ServiceException) => (error.$metadata.httpStatusCode === 404 ? [] : [`bucket ${name}-oidc`]),
    );
    return [
      ...roles.flatMap(({ RoleName = '' }) => (RoleName.startsWith(`${name}-`) ? [`role ${RoleName}`] : [])),
      ...providers.flatMap(({ Arn = '' }) => (Arn.includes(`/${name}-oidc.`) ? [Arn] : [])),
      ...bucket,
      ...(await deployed.keys(`clusters/${name}/`)).filter(
        (key) => !key.startsWith(`clusters/${name}/runs/`),
      ),
    ];
  }

  /** Stops a run as soon as it is seen in a state; one that was faster is left alone, and another one started. */
  async function stopIn(state: string): Promise<Stopped> {
    const { sfn } = deployed.clients;
    const cluster = freshName();
    const bundle = await bundleOf(cluster);
    const { arn, name: run } = await deployed.start(`prepare/${cluster}.tgz`, bundle);
    const status = async () => (await sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status;
    const entered = async () => {
      const { events = [] } = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1_000, includeExecutionData: false }),
      );
      return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    };
    for (
      let seen = await entered();
      !seen.includes(state) && !seen.includes('Prepared');
      seen = await entered()
    )
      await sleep(POLL_MS);
    // The emulator refuses to stop one that has ended; what it is then says its status.
    await sfn
      .send(new StopExecutionCommand({ executionArn: arn, cause: 'stopped by a test' }))
      .catch((error: Error) => expect(error.message).toContain('not running'));
    if ((await status()) !== 'ABORTED') return stopIn(state);
    const lastState = (await entered()).at(-1) ?? '';
    // All was done by then: a run that gave its lock back is not undone.
    if (lastState === 'Unlock') return stopIn(state);
    return { run, cluster, lastState };
  }

  async function undoOf(run: string): Promise<string | undefined> {
    while (true) {
      const { executions = [] } = await deployed.clients.sfn.send(
        new ListExecutionsCommand({ stateMachineArn: deployed.stateMachines.undo }),
      );
      const undo = executions.find(({ name }) => name === `${run}-undo`);
      if (undo !== undefined && undo.status !== 'RUNNING') return undo.status;
      await sleep(1_000);
    }
  }

  it('is not undone by a plan that somebody made of it: the history of the execution knows the real one', async () => {
    const { run, cluster } = forged;
    expect(await undoOf(run)).toBe('FAILED');
    expect(await textOf(`clusters/${cluster}/runs/${run}/failure.json`)).toContain('RecordTampered');
  });

  it('is undone before the next run on its cluster begins', async () => {
    const { run, cluster } = waitedFor;
    // It asks for the lock many times a second, so it comes when the wait is nearly over.
    await undoOf(stopped.get('Lock')?.run ?? '');
    const again = await deployed.drop(`prepare/${cluster}.tgz`, await bundleOf(cluster));
    expect(again).toMatchObject({ status: 'SUCCEEDED' });
    expect(await undoOf(run)).toBe('SUCCEEDED');
    expect(await remains(cluster)).toHaveLength(3 + 1 + 1 + 8);
  });

  it.each(STATES)('is undone by another execution when it was in %s', async (state) => {
    const { run, cluster } = stopped.get(state) ?? { run: '', cluster: '' };
    expect(await undoOf(run)).toBe('SUCCEEDED');
    expect(await remains(cluster)).toEqual([]);
  });
});
