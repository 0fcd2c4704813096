import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Clients } from './clients.ts';

export const STACK = 'StsPrep';
const STATE_MACHINE = /^(\w+)StateMachineArn$/;

const outputs = z
  .object({
    IntakeBucketName: z.string(),
    OutputBucketName: z.string(),
    PrepareStateMachineArn: z.string(),
    AuditStateMachineArn: z.string(),
    DecideRunFunctionArn: z.string(),
    Version: z.string(),
  })
  .catchall(z.string());

/** ARN by name: `PrepareStateMachineArn` is `prepare`. There may be more than those that are needed. */
export const stateMachines = z.object({ prepare: z.string(), audit: z.string() }).catchall(z.string());

/** What the rest of the world needs to know of the deployed stack. */
export interface StackOutputs {
  readonly intakeBucket: string;
  readonly outputBucket: string;
  readonly stateMachines: Readonly<z.infer<typeof stateMachines>>;
  /** The function that takes decisions about plans. */
  readonly decideRunArn: string;
  /** The release of the pipeline. */
  readonly version: string;
}

/** Reads the outputs as `cdk deploy --outputs-file` writes them. Throws when one is missing. */
export function parseOutputs(file: unknown): StackOutputs {
  const found = z.object({ [STACK]: outputs }).parse(file)[STACK];
  if (found === undefined) throw new Error(`no outputs of ${STACK}`);
  const machines = Object.entries(found).flatMap(([key, value]) => {
    const name = STATE_MACHINE.exec(key)?.[1];
    return name === undefined ? [] : [[kebabCase(name), value] as const];
  });
  return {
    intakeBucket: found.IntakeBucketName,
    outputBucket: found.OutputBucketName,
    stateMachines: stateMachines.parse(Object.fromEntries(machines)),
    decideRunArn: found.DecideRunFunctionArn,
    version: found.Version,
  };
}

function kebabCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** Whether what the outputs name is really there: an emulator forgets everything when it ends. */
export async function isThere(stack: StackOutputs, { s3, sfn }: Clients): Promise<boolean> {
  try {
    await Promise.all([
      s3.send(new HeadBucketCommand({ Bucket: stack.intakeBucket })),
      s3.send(new HeadBucketCommand({ Bucket: stack.outputBucket })),
      ...Object.values(stack.stateMachines).map((stateMachineArn) =>
        sfn.send(new DescribeStateMachineCommand({ stateMachineArn })),
      ),
    ]);
    return true;
  } catch {
    return false;
  }
}
