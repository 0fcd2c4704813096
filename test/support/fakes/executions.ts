import type {
  ExecutionHistory,
  ExecutionStarter,
  ExecutionStatus,
  Executions,
} from '../../../core/aws/executions.ts';

/** Step Functions in memory: executions by ARN, and what was started. */
export interface FakeExecutions extends Executions, ExecutionStarter, ExecutionHistory {
  readonly statuses: Map<string, ExecutionStatus>;
  /** What executions had as they left a state, by ARN and state. */
  readonly left: Map<string, Readonly<Record<string, unknown>>>;
  readonly started: { readonly machine: string; readonly name: string; readonly input: unknown }[];
}

export function fakeExecutions(statuses: Readonly<Record<string, ExecutionStatus>> = {}): FakeExecutions {
  const known = new Map(Object.entries(statuses));
  const started: FakeExecutions['started'] = [];
  const left: FakeExecutions['left'] = new Map();
  return {
    left,
    outputOf: async (arn, state) => left.get(arn)?.[state],
    statuses: known,
    started,
    status: async (arn) => known.get(arn),
    start: async (machine, { name, input }) => {
      if (started.some((each) => each.machine === machine && each.name === name))
        return { started: false, name };
      started.push({ machine, name, input: JSON.parse(input) });
      return { started: true, name };
    },
  };
}
