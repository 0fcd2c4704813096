/**
 * Every error a task can fail with. The Lambda runtime reports `error.name` as the error type and Step
 * Functions matches that text, so a name is an interface: it is a literal in every class (minifying would
 * rename anything derived from the class), and a contract test compares class, name and state machine.
 */
export abstract class TaskError extends Error {
  abstract override readonly name: string;
}

/** What stands against a plan. Whoever plans collects them, so that an operator sees all of them and not the first. */
export abstract class Obstacle extends TaskError {}
