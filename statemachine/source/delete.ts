import { APPROVAL_SECONDS } from '../../core/domain/approval.ts';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { approval, approvedPlan, needsApproval, unapprovedEnds } from './approval.ts';
import type { State, StateMachine } from './asl.ts';
import { RUN } from './run-parameters.ts';
import { caughtBy, task } from './task.ts';

const STARTED = { 'startedAt.$': '$$.Execution.StartTime' };
const PLANNING = {
  run: RUN,
  'options.$': '$.read.options',
  'planOnly.$': '$.read.planOnly',
  ...STARTED,
};

/** Deletes a cluster. There is no way back: what failed is done by the same file uploaded again. */
export const DELETE: StateMachine = {
  Comment:
    'Takes everything of a cluster away: roles, then the provider, then the documents and the bucket of its issuer, then its files. Looks at all of it and tells what stands against it before anything is removed. Whatever one part comes to, the others are tried; the bucket only when no provider trusts it. The same file uploaded again goes on where it stopped.',
  StartAt: 'ReadDeletion',
  TimeoutSeconds: 43_200 + APPROVAL_SECONDS,
  States: {
    ReadDeletion: task('read-deletion', {
      Comment:
        'Reads which cluster is to be deleted, and whether the file confirms it. A refused file is a result here, with every reason at once.',
      Parameters: { 'run.$': '$$.Execution.Name', 'bundle.$': '$.bundle' },
      ResultPath: '$.read',
      Next: 'IsDeletionConfirmed',
    }),
    IsDeletionConfirmed: {
      Comment: 'A plan needs no lock, and removes nothing.',
      Type: 'Choice',
      Choices: [
        { Variable: '$.read.accepted', BooleanEquals: false, Next: 'DeletionRejected' },
        { Variable: '$.read.planOnly', BooleanEquals: true, Next: 'PlanOnly' },
      ],
      Default: 'Lock',
    },
    PlanOnly: plan('plan-deletion', {
      Comment: 'Writes what a deletion would remove and keep, and what stands against it.',
      ...caughtBy('DeletionNotPlanned'),
      Next: 'IsPlanRefused',
    }),
    IsPlanRefused: {
      Comment: 'The plan is written in either case.',
      Type: 'Choice',
      Choices: [{ Variable: '$.plan.refused', BooleanEquals: true, Next: 'PlanRefused' }],
      Default: 'DeletionPlanned',
    },
    DeletionPlanned: {
      Comment: 'The plan is in the folder of this run. Nothing was changed.',
      Type: 'Succeed',
    },
    PlanRefused: {
      Comment: 'The plan says what stands against the deletion, all of it. Nothing was changed.',
      Type: 'Fail',
      ErrorPath: '$.plan.error',
      CausePath: '$.plan.cause',
    },
    DeletionNotPlanned: {
      Comment: 'Something could not be read. Error and cause say what; nothing was changed.',
      Type: 'Fail',
      ErrorPath: '$.error.Error',
      CausePath: '$.error.Cause',
    },
    Lock: task('lock', {
      Comment:
        "Takes the cluster's lock, so that no run makes anew what is being removed. What an abandoned run left half-made is undone first.",
      Parameters: { run: RUN, ...STARTED, isDeletion: true },
      ResultPath: '$.lock',
      ...caughtBy('ReportDeletion'),
      Next: 'IsLockHeld',
    }),
    IsLockHeld: {
      Comment: 'Wait while another run is at work on this cluster, up to the limit that Lock keeps.',
      Type: 'Choice',
      Choices: [
        { Variable: '$.lock.outcome', StringEquals: 'held', Next: 'PlanDeletion' },
        { Variable: '$.lock.outcome', StringEquals: 'wait', Next: 'WaitForCluster' },
      ],
      Default: 'ReportDeletion',
    },
    WaitForCluster: {
      Comment: "The cluster's lock is held by another running execution.",
      Type: 'Wait',
      SecondsPath: '$.lock.waitSeconds',
      Next: 'Lock',
    },
    PlanDeletion: plan('plan-deletion', {
      Comment:
        'Looks at all that there is of the cluster, before any of it is removed: whether a role is in use, whose everything is, what is in the bucket.',
      ...caughtBy('ReportDeletion'),
      Next: 'IsDeletionRefused',
    }),
    IsDeletionRefused: {
      Comment: 'Nothing gets past this state with anything standing against it.',
      Type: 'Choice',
      Choices: [{ Variable: '$.plan.refused', BooleanEquals: true, Next: 'ReportDeletion' }],
      Default: 'NeedsApproval',
    },
    NeedsApproval: needsApproval('AskForApproval', 'DeleteRoles'),
    ...approval({ published: '$.plan', decided: 'ConfirmDeletion', failed: 'ReportDeletion' }),
    ConfirmDeletion: task('plan-deletion', {
      Comment:
        'Looks at all of it once more: what was approved is this plan and no other. If anything changed meanwhile, nothing is removed.',
      Parameters: { ...PLANNING, approved: approvedPlan('$.plan') },
      ResultPath: null,
      ...caughtBy('ReportDeletion'),
      Next: 'DeleteRoles',
    }),
    DeleteRoles: part(
      'delete-roles',
      'roles',
      'DeleteProvider',
      'Deletes the roles; managed policies and boundaries stay.',
    ),
    DeleteProvider: part(
      'delete-provider',
      'provider',
      'DeleteIssuer',
      'Deletes the IAM OIDC provider, unless somebody else keeps it.',
    ),
    DeleteIssuer: part(
      'delete-issuer',
      'issuer',
      'DeleteFiles',
      'Deletes the documents of the issuer and its bucket, or closes and keeps it for its name; nothing while a provider trusts it.',
    ),
    DeleteFiles: part(
      'delete-files',
      'files',
      'ReportDeletion',
      'Removes the files of the cluster from the output bucket, its private key among them.',
    ),
    ReportDeletion: task('report-deletion', {
      Comment:
        'Writes what was removed, kept and left. Where nothing is left, a tombstone takes the place of the registry entry.',
      Parameters: { run: RUN, ...STARTED, 'state.$': '$' },
      ResultPath: '$.end',
      ...caughtBy('ReportNotWritten'),
      Next: 'UnlockAfterDeletion',
    }),
    ReportNotWritten: {
      Comment:
        'Without the report nobody can say that nothing is left, so the deletion counts as incomplete.',
      Type: 'Pass',
      Parameters: { outcome: 'incomplete', 'error.$': '$.error.Error', 'cause.$': '$.error.Cause' },
      ResultPath: '$.end',
      Next: 'UnlockAfterDeletion',
    },
    UnlockAfterDeletion: task('unlock', {
      Comment:
        "Releases the cluster's lock, if this run holds it. A lock whose execution has ended is taken over.",
      Parameters: { run: RUN },
      ResultPath: null,
      ...caughtBy('ChooseEnd', '$.unlockError'),
      Next: 'ChooseEnd',
    }),
    ChooseEnd: {
      Comment: 'An execution that left something is a failed one.',
      Type: 'Choice',
      Choices: [
        { Variable: '$.end.outcome', StringEquals: 'deleted', Next: 'Deleted' },
        { Variable: '$.end.outcome', StringEquals: 'refused', Next: 'DeletionRefused' },
        { Variable: '$.end.outcome', StringEquals: 'cluster-busy', Next: 'ClusterBusy' },
        ...unapprovedEnds('$.end.outcome'),
      ],
      Default: 'DeletionIncomplete',
    },
    Deleted: {
      Comment: 'Nothing is left of the cluster but what the report says was kept, with the reason.',
      Type: 'Succeed',
    },
    DeletionRejected: {
      Comment: 'The file has problems; nothing was removed. The report lists every one.',
      Type: 'Fail',
      ErrorPath: '$.read.rejection.error',
      CausePath: '$.read.rejection.cause',
    },
    DeletionRefused: ended(
      'Something stands against the deletion; nothing was removed. The report lists all of it.',
    ),
    ApprovalRefused: ended(
      'Somebody refused the deletion; nothing was removed. The cause says who, and why.',
    ),
    ApprovalTimedOut: ended('Nobody approved the deletion in time; nothing was removed.'),
    PlanOutdated: ended(
      'The deletion was approved, and something changed while it waited; nothing was removed. The cause says what.',
    ),
    ClusterBusy: ended(
      "Another run kept the cluster's lock for longer than this one waits; nothing was removed.",
    ),
    DeletionIncomplete: ended(
      'Something of the cluster is still there; the report lists it, with the commands where some are needed. The same file uploaded again goes on.',
    ),
  },
};

function plan(name: FunctionName, fields: Pick<State, 'Comment' | 'Catch' | 'Next'>): State {
  return task(name, {
    Parameters: PLANNING,
    ResultPath: '$.plan',
    ...fields,
  });
}

/** Removes one part. ReportDeletion tells by its result, which may be an error, what became of it where it left no record. */
function part(name: FunctionName, step: string, Next: string, Comment: string): State {
  const ResultPath = `$.${step}`;
  return task(name, {
    Comment,
    Parameters: { run: RUN, 'digest.$': '$.plan.digest' },
    ResultPath,
    ...caughtBy(Next, ResultPath),
    Next,
  });
}

/** An end that says what ReportDeletion found. */
function ended(Comment: string): State {
  return { Comment, Type: 'Fail', ErrorPath: '$.end.error', CausePath: '$.end.cause' };
}
