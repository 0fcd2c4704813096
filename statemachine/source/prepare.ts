import { APPROVAL_SECONDS } from '../../core/domain/approval.ts';
import type { Part } from '../../core/domain/cluster-run.ts';
import { ROLE_DONE } from '../../core/domain/role-outcome.ts';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { UNDO_STEPS } from '../../core/usecases/undo/undo-step.ts';
import { approval, approvedPlan, needsApproval, unapprovedEnds } from './approval.ts';
import type { Condition, State, StateMachine } from './asl.ts';
import { PLANNED_RUN, READ_RUN, RUN } from './run-parameters.ts';
import { caughtBy, task } from './task.ts';
import { failed, ROLLBACK_INCOMPLETE, settle, undoChain } from './undo-chain.ts';

const DUE: Readonly<Record<Part | 'files', string>> = {
  key: 'Whether the plan makes the signing key, or its public file. An upgrade leaves it alone, as do the steps for other parts.',
  issuer: 'Whether it changes the issuer or its provider.',
  roles: 'Whether it changes roles.',
  files: 'Whether it writes files. Where it does not, nobody reads the private key for them.',
};

/** Prepares, adopts, upgrades or prunes a cluster, or gives it an add-on or takes one away. A step that threw may have half-worked, so its own undo comes first. */
export const PREPARE: StateMachine = {
  Comment:
    "Prepares STS credentials for one OpenShift cluster, adds to them for an upgrade or an optional operator, or takes away what nothing asks for: reads a bundle, plans, applies step by step, verifies. Any failure undoes this run's work, the failing step first, and ends with the first error. Time budget: attempts x timeout + waits over the longest way forward and back stays below TimeoutSeconds (a test adds it up).",
  StartAt: 'ReadBundle',
  TimeoutSeconds: 86_400 + APPROVAL_SECONDS,
  States: {
    ReadBundle: task('read-bundle', {
      Comment:
        'Unpacks and checks the bundle. A refused bundle is a result here, with every reason at once. Nothing is made yet, so nothing is caught: an execution that fails here for a passing reason can be redriven.',
      Parameters: {
        'run.$': '$$.Execution.Name',
        'operation.$': '$.operation',
        'bundle.$': '$.bundle',
      },
      ResultPath: '$.read',
      Next: 'IsBundleAccepted',
    }),
    IsBundleAccepted: {
      Comment: 'Nothing gets past this state with an open problem.',
      Type: 'Choice',
      Choices: [{ Variable: '$.read.accepted', BooleanEquals: true, Next: 'Lock' }],
      Default: 'BundleRejected',
    },
    Lock: task('lock', {
      Comment:
        "Takes the cluster's lock, so that two runs never change one cluster at once; clusters do not wait for each other.",
      Parameters: { run: RUN, 'startedAt.$': '$$.Execution.StartTime' },
      ResultPath: '$.lock',
      ...caughtBy('ReportFailure'),
      Next: 'IsLockHeld',
    }),
    IsLockHeld: {
      Comment: 'Wait while another run is at work on this cluster, up to the limit that Lock keeps.',
      Type: 'Choice',
      Choices: [
        { Variable: '$.lock.outcome', StringEquals: 'held', Next: 'PlanChanges' },
        { Variable: '$.lock.outcome', StringEquals: 'wait', Next: 'WaitForCluster' },
      ],
      Default: 'ReportFailure',
    },
    WaitForCluster: {
      Comment: "The cluster's lock is held by another running execution.",
      Type: 'Wait',
      SecondsPath: '$.lock.waitSeconds',
      Next: 'Lock',
    },
    PlanChanges: task('plan-changes', {
      Comment:
        'Observes everything and compares it with what the bundle asks for, and with what the cluster has and keeps. The plan keeps what was there before: it is the ledger that rollback reads.',
      Parameters: { run: READ_RUN },
      ResultPath: '$.plan',
      ...caughtBy('ReportFailure'),
      Next: 'NeedsApproval',
    }),
    NeedsApproval: needsApproval('PublishPlan', 'RegistersOnly'),
    PublishPlan: task('publish-plan', {
      Comment: 'Writes what the run is about to change, for whoever approves it.',
      Parameters: { run: PLANNED_RUN, holdsLock: true },
      ResultPath: '$.published',
      ...caughtBy('ReportFailure'),
      Next: 'AskForApproval',
    }),
    ...approval({ published: '$.published', decided: 'ConfirmPlan', failed: 'ReportFailure' }),
    ConfirmPlan: task('plan-changes', {
      Comment:
        'Plans once more: what was approved is this plan and no other. If anything changed meanwhile, the run ends and says what.',
      Parameters: { run: PLANNED_RUN, approved: approvedPlan('$.published') },
      ResultPath: null,
      ...caughtBy('ReportFailure'),
      Next: 'RegistersOnly',
    }),
    RegistersOnly: {
      Comment: 'A cluster that is adopted is known from here on, and nothing of it is changed.',
      Type: 'Choice',
      Choices: [{ Variable: '$.plan.registersOnly', BooleanEquals: true, Next: 'RegisterCluster' }],
      Default: 'HasChanges',
    },
    RegisterCluster: task('register-cluster', {
      Comment: 'Writes the report and the registry entry of a cluster that something else made.',
      Parameters: { run: PLANNED_RUN, 'startedAt.$': '$$.Execution.StartTime' },
      ResultPath: '$.report',
      ...caughtBy('UndoRegistration'),
      Next: 'UnlockAdopted',
    }),
    UndoRegistration: task('undo-secrets', {
      Comment: 'Takes the registry entry back; nothing else was made.',
      Parameters: { run: PLANNED_RUN },
      ResultPath: `$.${UNDO_STEPS['undo-secrets']}`,
      ...caughtBy('ReportFailure', `$.${UNDO_STEPS['undo-secrets']}`),
      Next: 'ReportFailure',
    }),
    UnlockAdopted: step('unlock', {
      Comment: "Releases the cluster's lock. A lock whose execution has ended is taken over.",
      ...caughtBy('Adopted'),
      Next: 'Adopted',
    }),
    Adopted: {
      Comment:
        'The cluster is registered as it is; the report says what differs from what a prepare would make.',
      Type: 'Succeed',
    },
    HasChanges: {
      Comment: 'A converged cluster is verified, not written to.',
      Type: 'Choice',
      Choices: [{ Variable: '$.plan.changes', NumericEquals: 0, Next: 'Verify' }],
      Default: 'IsKeyPairDue',
    },
    IsKeyPairDue: due('key', 'CreateKeyPair', 'IsIssuerDue'),
    CreateKeyPair: step('create-key-pair', {
      Comment:
        'Makes the RSA signing key pair, or stores the public key of the bundle; a key that exists is kept.',
      ...caughtBy('UndoKeyPair'),
      Next: 'IsIssuerDue',
    }),
    IsIssuerDue: due('issuer', 'PublishOidcDocuments', 'AreRolesDue'),
    PublishOidcDocuments: step('publish-oidc-documents', {
      Comment:
        'Makes the issuer bucket and publishes the discovery document and the JWKS; keys are merged, never dropped.',
      ...caughtBy('WaitForBucketConsistency'),
      Next: 'RegisterProvider',
    }),
    RegisterProvider: step('register-provider', {
      Comment: 'Registers the issuer as IAM OIDC provider with its two audiences.',
      ...caughtBy('WaitForProviderConsistency'),
      Next: 'AreRolesDue',
    }),
    AreRolesDue: due('roles', 'CreateRoles', 'AreFilesDue'),
    CreateRoles: {
      Comment:
        'Makes or updates one IAM role per CredentialsRequest. The Map never fails, so that no iteration is still at work when the undo begins; what became of each is decided after it.',
      Type: 'Map',
      ItemsPath: '$.plan.roles',
      MaxConcurrency: 40,
      ItemSelector: { run: PLANNED_RUN, 'role.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'CreateRole',
        States: {
          CreateRole: task('create-role', {
            Comment: 'One role with its trust, inline policy, boundary, path and tags.',
            ResultSelector: { outcome: ROLE_DONE },
            OutputPath: '$.outcome',
            ...caughtBy('RoleNotCreated'),
            End: true,
          }),
          RoleNotCreated: {
            Comment: 'Hands the error name of this role to the Choice after the Map.',
            Type: 'Pass',
            InputPath: '$.error.Error',
            End: true,
          },
        },
      },
      ResultSelector: { 'outcomes.$': 'States.ArrayUnique($)' },
      ResultPath: '$.roles',
      ...caughtBy('WaitForIamConsistency'),
      Next: 'AreRolesCreated',
    },
    AreRolesCreated: {
      Comment:
        'Every role is done, or there was none to change. ReportFailure has the error names of the others from here.',
      Type: 'Choice',
      Choices: [
        { Not: present('$.roles.outcomes[0]'), Next: 'AreFilesDue' },
        {
          And: [
            { Variable: '$.roles.outcomes[0]', StringEquals: ROLE_DONE },
            { Not: present('$.roles.outcomes[1]') },
          ],
          Next: 'AreFilesDue',
        },
      ],
      Default: 'WaitForIamConsistency',
    },
    AreFilesDue: due('files', 'RenderSecrets', 'Verify'),
    RenderSecrets: step('render-secrets', {
      Comment:
        "Writes the Secret and Authentication manifests and the installer's archive to the output bucket.",
      ...caughtBy('UndoSecrets'),
      Next: 'Verify',
    }),
    Verify: task('verify', {
      Comment:
        'Reads back what the run changed as STS, IAM and the cluster will see it, asks the issuer, and tries a token of every service account.',
      Parameters: { run: PLANNED_RUN },
      ResultPath: '$.verification',
      ...caughtBy('UndoSecrets'),
      Next: 'HasRemovals',
    }),
    HasRemovals: {
      Comment: 'Only when there is something that no request asks for any more.',
      Type: 'Choice',
      Choices: [{ Variable: '$.plan.removals', NumericEquals: 0, Next: 'PublishReport' }],
      Default: 'PruneResources',
    },
    PruneResources: step('prune-resources', {
      Comment:
        'Removes the roles and Secrets that nothing asks for any more. It comes last, when all that the cluster needs is proved; its undo recreates them.',
      ...caughtBy('UndoSecrets'),
      Next: 'PublishReport',
    }),
    PublishReport: task('publish-report', {
      Comment: "Writes the run's report and the cluster's registry entry.",
      Parameters: {
        run: PLANNED_RUN,
        'startedAt.$': '$$.Execution.StartTime',
        'verification.$': '$.verification',
      },
      ResultPath: '$.report',
      ...caughtBy('UndoSecrets'),
      Next: 'Unlock',
    }),
    Unlock: step('unlock', {
      Comment:
        "Releases the cluster's lock. The cluster is prepared whether or not this works: a lock whose execution has ended is taken over.",
      ...caughtBy('Prepared'),
      Next: 'Prepared',
    }),
    Prepared: {
      Comment: 'The cluster is prepared and verified.',
      Type: 'Succeed',
    },
    WaitForIamConsistency: settle('IAM', 'UndoRoles'),
    WaitForProviderConsistency: settle('IAM', 'UndoProvider'),
    ...undoChain({ run: PLANNED_RUN }, { run: RUN }),
    ChooseOutcome: {
      Comment: 'An execution that cleaned up is still a failed one.',
      Type: 'Choice',
      Choices: [
        { Variable: '$.failure.outcome', StringEquals: 'rolled-back', Next: 'RolledBack' },
        { Variable: '$.failure.outcome', StringEquals: 'cluster-busy', Next: 'ClusterBusy' },
        ...unapprovedEnds('$.failure.outcome'),
      ],
      Default: 'RollbackIncomplete',
    },
    BundleRejected: {
      Comment: 'The bundle has problems; nothing was made. The report lists every one.',
      Type: 'Fail',
      ErrorPath: '$.read.rejection.error',
      CausePath: '$.read.rejection.cause',
    },
    ClusterBusy: failed(
      "Another run kept the cluster's lock for longer than this one waits; nothing was made.",
    ),
    ApprovalRefused: failed('Somebody refused the plan; nothing was made. The cause says who, and why.'),
    ApprovalTimedOut: failed('Nobody approved the plan in time; nothing was made.'),
    PlanOutdated: failed(
      'The plan was approved, and something changed while the run waited; nothing was made. The cause says what.',
    ),
    RolledBack: failed("The account is as it was before. Error and cause are the first failure's."),
    RollbackIncomplete: ROLLBACK_INCOMPLETE,
  },
};

/** A task that needs nothing but its run, and whose result nobody needs. */
function step(name: FunctionName, fields: Pick<State, 'Comment' | 'Catch' | 'Next'>): State {
  return task(name, { Parameters: { run: PLANNED_RUN }, ResultPath: null, ...fields });
}

/** A function that would find nothing to do is not started. Which parts a run changes is seen by its way. */
function due(part: keyof typeof DUE, make: string, others: string): State {
  return {
    Comment: DUE[part],
    Type: 'Choice',
    Choices: [{ Variable: `$.plan.makes.${part}`, BooleanEquals: true, Next: make }],
    Default: others,
  };
}

/** `IsPresent: false` is ignored by the interpreter that the tests use, so what is absent is what is not present. */
function present(Variable: string): Condition {
  return { Variable, IsPresent: true };
}
