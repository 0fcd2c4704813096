/** The parts of the Amazon States Language that the state machines use. */
export interface StateMachine extends StateGraph {
  readonly Comment: string;
  readonly TimeoutSeconds: number;
}

/** States that lead to each other: all of a machine, or those of one iteration of a Map. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: States;
}

export type States = Readonly<Record<string, State>>;

/** One state, of any type: what is undefined is not written. */
export interface State {
  readonly Comment: string;
  readonly Type: 'Task' | 'Map' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly InputPath?: string;
  readonly Parameters?: object;
  readonly Result?: string;
  readonly ResultSelector?: object;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[] | undefined;
  readonly Choices?: readonly Choice[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
  readonly Next?: string | undefined;
  readonly End?: true | undefined;
  // Of a Map.
  readonly ItemsPath?: string;
  readonly ItemReader?: object;
  readonly ItemSelector?: object;
  readonly ItemProcessor?: ItemProcessor;
  readonly Label?: string;
  readonly MaxConcurrency?: number;
  readonly ToleratedFailurePercentage?: number;
}

export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig: { readonly Mode: 'INLINE' | 'DISTRIBUTED'; readonly ExecutionType?: 'STANDARD' };
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

export interface Condition {
  readonly Variable?: string;
  readonly BooleanEquals?: boolean;
  readonly NumericEquals?: number;
  readonly StringEquals?: string;
  readonly IsPresent?: true;
  readonly And?: readonly Condition[];
  readonly Not?: Condition;
}

export interface Choice extends Condition {
  readonly Next: string;
}
