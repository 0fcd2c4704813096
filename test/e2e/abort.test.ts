import { setTimeout as sleep } from 'node:timers/promises';
import { IAMClient, ListOpenIDConnectProvidersCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { HeadBucketCommand, PutObjectCommand, type S3ServiceException } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executionsNow, findExecution } from '../../scripts/local/execution.ts';
import { tgzOf } from '../support/archives.ts';
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

describe('an execution that is stopped by hand', () => {
  let deployed: Deployment;
  let iam: IAMClient;
  const stoppedIn = new Map<string, string>();

  beforeAll(async () => {
    deployed = await deployment();
    iam = new IAMClient({
      endpoint: deployed.endpoint,
      region: deployed.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    // Functions that are warm give every state a chance to be met.
    await deployed.drop('prepare/warm.tgz', await bundleOf(freshName()));
  });
  afterAll(async () => {
    console.log(
      [...stoppedIn].map(([wanted, met]) => `asked to stop in ${wanted}, stopped in ${met}`).join('\n'),
    );
    await deployed?.remove();
  });

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

  /** Starts a run and stops it as soon as it is seen in a state. Returns where it really stopped. */
  async function stopIn(
    state: string,
    name: string,
  ): Promise<{ readonly stopped: boolean; readonly lastState: string; readonly run: string }> {
    const { sfn, s3 } = deployed.clients;
    const stateMachines = Object.values(deployed.stateMachines);
    const others = await executionsNow(sfn, stateMachines);
    const key = `prepare/${name}.tgz`;
    const { VersionId: versionId } = await s3.send(
      new PutObjectCommand({ Bucket: deployed.intakeBucket, Key: key, Body: await bundleOf(name) }),
    );
    const execution = await findExecution(
      sfn,
      { bucket: deployed.intakeBucket, key, versionId },
      { stateMachines, others, limitMs: 30_000 },
    );
    if (execution === undefined) throw new Error('No execution was started.');
    const entered = async () => {
      const { events = [] } = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn: execution.arn, maxResults: 1_000 }),
      );
      return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    };
    const status = async () =>
      (await sfn.send(new DescribeExecutionCommand({ executionArn: execution.arn }))).status;
    while (!(await entered()).includes(state) && (await status()) === 'RUNNING') await sleep(5);
    await sfn.send(new StopExecutionCommand({ executionArn: execution.arn, cause: 'stopped by a test' }));
    return {
      stopped: (await status()) === 'ABORTED',
      lastState: (await entered()).at(-1) ?? '',
      run: execution.name,
    };
  }

  async function undoOf(run: string): Promise<string | undefined> {
    const machine = deployed.stateMachines['undo'] ?? '';
    for (let waited = 0; waited < 30_000; waited += 200) {
      const { executions = [] } = await deployed.clients.sfn.send(
        new ListExecutionsCommand({ stateMachineArn: machine }),
      );
      const undo = executions.find(({ name }) => name === `${run}-undo`);
      if (undo !== undefined && undo.status !== 'RUNNING') return undo.status;
      await sleep(200);
    }
    return undefined;
  }

  it.each(STATES)('is undone by another execution when it was in %s', async (state) => {
    const name = freshName();
    const { stopped, lastState, run } = await stopIn(state, name);
    expect(stopped).toBe(true);
    stoppedIn.set(state, lastState);

    expect(await undoOf(run)).toBe('SUCCEEDED');
    expect(await remains(name)).toEqual([]);
  });

  it('is undone before the next run on its cluster begins', async () => {
    const name = freshName();
    const { stopped } = await stopIn('RegisterProvider', name);
    expect(stopped).toBe(true);
    const again = await deployed.drop(`prepare/${name}.tgz`, await bundleOf(name));
    expect(again).toMatchObject({ status: 'SUCCEEDED' });
    expect(await remains(name)).toHaveLength(3 + 1 + 1 + 8);
  });
});
