import type { Problem } from './problem.ts';
import { Obstacle, TaskError } from './task-error.ts';

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
export class ResourceConflict extends Obstacle {
  override readonly name = 'ResourceConflict';
}

/** Public access is blocked for the whole account, and the issuer's bucket has to be public. */
export class AccountBlocksPublicAccess extends Obstacle {
  override readonly name = 'AccountBlocksPublicAccess';
}

/** The account has not enabled the cluster's region. */
export class RegionNotEnabled extends Obstacle {
  override readonly name = 'RegionNotEnabled';
}

/** The account has, or would have, more of something than its quota in IAM or S3 allows. */
export class QuotaReached extends Obstacle {
  override readonly name = 'QuotaReached';
}

/** AWS refuses a call that the plan needs: a service control policy, a boundary or a bucket policy stands before it. */
export class RightsMissing extends Obstacle {
  override readonly name = 'RightsMissing';
}

/** The pipeline may change a role only when it has a tag `Name`, and a role that is the cluster's has none. */
export class RoleLacksName extends Obstacle {
  override readonly name = 'RoleLacksName';
}

/** The policy that is to bound roles is not there, and IAM would refuse to make them. */
export class BoundaryNotFound extends Obstacle {
  override readonly name = 'BoundaryNotFound';
}

/** What the cluster has was made by another deployment of the pipeline, which goes on looking after it. */
export class OtherDeployment extends Obstacle {
  override readonly name = 'OtherDeployment';
}

/** What is to be adopted is not there, or not all that a cluster cannot be without. Nothing was registered. */
export class NothingToAdopt extends Obstacle {
  override readonly name = 'NothingToAdopt';
}

/** A role would trust somebody else than service accounts of its cluster, or be granted what the policy guard refuses. */
export class GrantRefused extends Obstacle {
  override readonly name = 'GrantRefused';
}

/** A resource was changed by somebody else between the plan and its application. Nothing of it was touched. */
export class ChangedSincePlan extends TaskError {
  override readonly name = 'ChangedSincePlan';
}

/** The execution does not hold its cluster's lock any more, as one that is redriven after its undo. Nothing was touched. */
export class LockLost extends TaskError {
  override readonly name = 'LockLost';
}

/** What a run waited to have approved is not what it would do now. Nothing was changed. */
export class PlanOutdated extends TaskError {
  override readonly name = 'PlanOutdated';
}

/** A run was let go on without the decision of anybody on record. Nothing was changed. */
export class NotApproved extends TaskError {
  override readonly name = 'NotApproved';
}

/** A decision about a run was not taken: nothing waits for it, it is of another plan, or it is not known whose it is. */
export class DecisionRefused extends TaskError {
  override readonly name = 'DecisionRefused';
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

/** A step of a cluster that is made part by part lacks what an earlier one makes. */
export class EarlierStepMissing extends Obstacle {
  override readonly name = 'EarlierStepMissing';
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
