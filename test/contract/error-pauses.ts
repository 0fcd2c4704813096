import type * as errors from '../../core/domain/errors.ts';

/** Seconds between the attempts, the most that jitter makes of them. */
export type Pauses = readonly number[];

const NONE: Pauses = [];
const UNTIL_CONSISTENT: Pauses = [4, 6, 9, 13.5, 20, 20, 20, 20, 20, 20];
const UNTIL_AVAILABLE: Pauses = [2, 4, 8, 16, 20];
const UNTIL_STARTED: Pauses = [2, 4, 8, 16, 32, 45, 45, 45, 45, 45];

/** What a task throws by its own name. The compiler sees to it that none is missing. */
const OWN_ERRORS: Readonly<Record<keyof typeof errors, Pauses>> = {
  AccountBlocksPublicAccess: NONE,
  AwsThrottled: UNTIL_AVAILABLE,
  AwsUnavailable: UNTIL_AVAILABLE,
  BundleRejected: NONE,
  ChangedSincePlan: NONE,
  LockLost: NONE,
  DecisionRefused: NONE,
  DocumentUnreadable: NONE,
  EarlierStepMissing: NONE,
  DocumentVersionUnknown: NONE,
  EnvironmentInvalid: NONE,
  ExistingIssuerUnusable: NONE,
  BoundaryNotFound: NONE,
  GrantRefused: NONE,
  NotApproved: NONE,
  NothingToAdopt: NONE,
  NotYetConsistent: UNTIL_CONSISTENT,
  OtherDeployment: NONE,
  PlanOutdated: NONE,
  QuotaReached: NONE,
  RecordTampered: NONE,
  RegionNotEnabled: NONE,
  ResourceConflict: NONE,
  RightsMissing: NONE,
  RoleLacksName: NONE,
  RolesWouldBeForgotten: NONE,
  SigningKeyConflict: NONE,
  SigningKeyLost: NONE,
  TaskInputInvalid: NONE,
  VerificationFailed: NONE,
};

/** How often a task is tried again for an error. */
export const ERRORS: Readonly<Record<string, Pauses>> = {
  ...OWN_ERRORS,
  // An error of the SDK that a task throws as it is.
  AccessDenied: NONE,
  // The emulator's name for whatever a function throws.
  'Runtime.HandlerError': NONE,
  'Lambda.AWSLambdaException': UNTIL_AVAILABLE,
  'Lambda.ClientExecutionTimeoutException': UNTIL_AVAILABLE,
  'Lambda.SdkClientException': UNTIL_AVAILABLE,
  'Lambda.ServiceException': UNTIL_AVAILABLE,
  'Lambda.TooManyRequestsException': UNTIL_STARTED,
  'Lambda.Unknown': UNTIL_AVAILABLE,
  'Runtime.ExitError': UNTIL_AVAILABLE,
  'Sandbox.Timedout': UNTIL_AVAILABLE,
  'States.Timeout': UNTIL_AVAILABLE,
  'States.DataLimitExceeded': NONE,
  'States.Permissions': NONE,
};
