import type { Problem } from './problem.ts';

/**
 * Every error a task can fail with. The Lambda runtime reports `error.name` as the error type and Step
 * Functions matches that text, so a name is an interface: it is a literal in every class (minifying would
 * rename anything derived from the class), and a contract test compares class, name and state machine.
 */
abstract class TaskError extends Error {
  abstract override readonly name: string;
}

/** A function's environment lacks a variable or holds one of the wrong form: a fault of the deployment. */
export class EnvironmentInvalid extends TaskError {
  override readonly name = 'EnvironmentInvalid';
}

/** A task was given input that is not of its schema: a fault of the state machine. */
export class TaskInputInvalid extends TaskError {
  override readonly name = 'TaskInputInvalid';
}

/** The bundle was refused; `problems` holds every reason. ReadBundle turns it into its output, nothing throws it further. */
export class BundleRejected extends TaskError {
  override readonly name = 'BundleRejected';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
  }
}

/** A bucket, provider, role or object of the wanted name exists and is not this cluster's. Nothing of it was touched. */
export class ResourceConflict extends TaskError {
  override readonly name = 'ResourceConflict';
}

/** A resource was changed by somebody else between the plan and its application. Nothing of it was touched. */
export class ChangedSincePlan extends TaskError {
  override readonly name = 'ChangedSincePlan';
}

/** A record of a run is not what its writer wrote; nothing is done by what it says. */
export class RecordTampered extends TaskError {
  override readonly name = 'RecordTampered';
}

/** The issuer that somebody else keeps cannot be used as it is; nothing of it is ever changed. */
export class ExistingIssuerUnusable extends TaskError {
  override readonly name = 'ExistingIssuerUnusable';
}

/** The bundle of a prepare says less than the cluster has for its release; what it lacks would be forgotten. */
export class RolesWouldBeForgotten extends TaskError {
  override readonly name = 'RolesWouldBeForgotten';
}

/** The cluster already has a signing key and the bundle brings another one. */
export class SigningKeyConflict extends TaskError {
  override readonly name = 'SigningKeyConflict';
}

/** The cluster's signing key was stored and is gone. */
export class SigningKeyLost extends TaskError {
  override readonly name = 'SigningKeyLost';
}

/** A document of the output bucket is not what the pipeline writes there. */
export class DocumentUnreadable extends TaskError {
  override readonly name = 'DocumentUnreadable';
  /** What is wrong with it, in words. */
  readonly reason: string;
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`${key} cannot be read: ${reason}.`, options);
    this.reason = reason;
  }
}

/** A document of the output bucket was written by a newer release of the pipeline. */
export class DocumentVersionUnknown extends TaskError {
  override readonly name = 'DocumentVersionUnknown';
  /** What is wrong with it, in words. */
  readonly reason: string;
  constructor(key: string, reason: string) {
    super(`${key} cannot be read: ${reason}.`);
    this.reason = reason;
  }
}

/** AWS does not show a fresh change yet (IAM is eventually consistent); the state machine retries this. */
export class NotYetConsistent extends TaskError {
  override readonly name = 'NotYetConsistent';
}

/** What was prepared does not verify; the message lists every failed check. */
export class VerificationFailed extends TaskError {
  override readonly name = 'VerificationFailed';
}

/** AWS asked to be called less often, more times than the SDK retries; the state machine retries this. */
export class AwsThrottled extends TaskError {
  override readonly name = 'AwsThrottled';
}

/** AWS, or the way to it, failed in a manner that may be gone at the next try; the state machine retries this. */
export class AwsUnavailable extends TaskError {
  override readonly name = 'AwsUnavailable';
}
