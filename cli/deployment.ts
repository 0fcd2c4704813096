import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Credentials } from '../core/aws/credentials.ts';
import { executionArn } from '../core/aws/executions.ts';
import type { Machine } from '../core/domain/operation-facts.ts';
import { defined } from '../core/util/defined.ts';
import { ClientError, EXIT } from './errors.ts';
import type { Execution } from './execution.ts';

/** The pipeline as it is deployed: what the client needs to know of it. */
export interface Deployment {
  readonly region: string;
  readonly intakeBucket: string;
  readonly outputBucket: string;
  /** The function that takes decisions about plans; absent of a pipeline from before there were any. */
  readonly decideRunArn?: string;
  /** The release of the pipeline; absent of one from before it told. */
  readonly version?: string;
  /** ARN by name: `prepare`, `audit`, `plan`. */
  readonly stateMachines: Readonly<Record<string, string>>;
  readonly clients: { readonly s3: S3Client; readonly sfn: SFNClient };
  /** How other services are asked, where the environment does not say it: of an emulator that the caller did not name. */
  readonly connection?: { readonly endpoint: string; readonly credentials: Credentials };
  /** An emulator's events do not tell which version of an object arrived. */
  readonly isEmulator: boolean;
}

/** State machines whose executions can be followed: those that bundles start, and the one that undoes stopped runs. */
export const MACHINES = ['prepare', 'audit', 'plan', 'delete', 'undo'] as const satisfies readonly (
  | Machine
  | 'undo'
)[];

export type FollowedMachine = (typeof MACHINES)[number];

/** The state machine of an execution. Throws for one of none of the deployment's. */
export function machineOf({ stateMachines }: Deployment, { arn, name }: Execution): FollowedMachine {
  const found = MACHINES.find((each) => arn === executionArn(stateMachines[each] ?? '', name));
  if (found === undefined) throw new Error(`${arn} is of no state machine of this deployment.`);
  return found;
}

/** Where a deployment is looked for. */
export interface Where {
  readonly stack: string;
  /** Undefined: that of the environment or the profile, as the SDK finds it. */
  readonly region?: string | undefined;
}

const STATE_MACHINE = /^(\w+)StateMachineArn$/;

/** Reads the outputs of the stack. Undefined where one is missing that every deployment has. */
function fromOutputs(
  outputs: Readonly<Record<string, string>>,
):
  | Pick<Deployment, 'intakeBucket' | 'outputBucket' | 'stateMachines' | 'version' | 'decideRunArn'>
  | undefined {
  const intakeBucket = outputs['IntakeBucketName'];
  const outputBucket = outputs['OutputBucketName'];
  if (intakeBucket === undefined || outputBucket === undefined) return undefined;
  const stateMachines = Object.fromEntries(
    Object.entries(outputs).flatMap(([key, value]) => {
      const name = STATE_MACHINE.exec(key)?.[1];
      return name === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
  const version = outputs['Version'];
  const decideRunArn = outputs['DecideRunFunctionArn'];
  return { intakeBucket, outputBucket, stateMachines, ...defined({ version, decideRunArn }) };
}

/** Finds the deployment by its stack. Throws ClientError with what to do where there is none. */
export async function findDeployment({ stack, region }: Where): Promise<Deployment> {
  const { CloudFormationClient: Client, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const settings = region === undefined ? {} : { region };
  const cloudFormation = new Client(settings);
  const resolved = await regionOf(cloudFormation);
  const outputs = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack })).then(
    ({ Stacks: [found] = [] }) =>
      Object.fromEntries(
        (found?.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
          key && value ? [[key, value]] : [],
        ),
      ),
    (error: Error) => {
      throw /does not exist|at 'stackName' failed/.test(error.message)
        ? notFound(stack, resolved)
        : notReached(error, resolved);
    },
  );
  const found = fromOutputs(outputs);
  if (found === undefined) throw notFound(stack, resolved);
  const [{ S3Client: S3 }, { SFNClient: SFN }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-sfn'),
  ]);
  const isEmulator = Boolean(process.env['AWS_ENDPOINT_URL']);
  return {
    ...found,
    region: resolved,
    isEmulator,
    clients: {
      s3: new S3({ region: resolved, forcePathStyle: isEmulator }),
      sfn: new SFN({ region: resolved }),
    },
  };
}

async function regionOf(client: CloudFormationClient): Promise<string> {
  try {
    return await client.config.region();
  } catch {
    throw new ClientError(
      'No AWS region is set.',
      'Say by --region where the pipeline is deployed, or set AWS_REGION.',
      EXIT.unreachable,
    );
  }
}

function notFound(stack: string, region: string): ClientError {
  return new ClientError(
    `There is no deployment of the pipeline (stack ${stack}) in ${region}.`,
    'Say by --region and --stack where it is, or deploy it: `npm run bootstrap`, then `npm run deploy`.',
    EXIT.unreachable,
  );
}

/** What AWS says when it cannot be asked, and what to do about it. */
export function notReached(error: Error, region: string): ClientError {
  const remedies: readonly (readonly [RegExp, string])[] = [
    [
      /credential|Token.*expired|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SSO/i,
      'Log in, for example with `aws sso login`, or set AWS_PROFILE to a profile that has credentials; `aws sts get-caller-identity` shows whether it works.',
    ],
    [
      /AccessDenied|not authorized|Forbidden/i,
      'Ask for the rights that docs/client.md lists; `sts-prep doctor` shows which are missing.',
    ],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|getaddrinfo|timeout|Invalid URL/i,
      'Check the network, HTTPS_PROXY, AWS_ENDPOINT_URL and the region.',
    ],
  ];
  const text = `${error.name}: ${error.message}`;
  const remedy = remedies.find(([sign]) => sign.test(text))?.[1] ?? 'See what `sts-prep doctor` says.';
  return new ClientError(`AWS in ${region} cannot be asked: ${text}`, remedy, EXIT.unreachable);
}
