/** An execution of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: Date;
}
