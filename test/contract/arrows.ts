import { ROLE_DONE } from '../../core/domain/role-outcome.ts';

/**
 * Where every state goes on, written by hand and by name: what the files say is held against this, by every
 * interpreter that there is. A state, an arrow or an error name that is not in these tables fails a test.
 */

/** The execution fails in the state itself, with the error. */
export const FAILS = '(fails)';
/** The iteration of a Map is over. */
export const ENDS = '(ends)';

/**
 * The state that follows success, and the one that follows an error for which there is no other attempt; of a state that waits
 * for somebody, also the one that follows when nobody came.
 */
export type Arrows = readonly [success: string, failure: string, nobodyCame?: string];
type ByMachine<Entry> = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

const UNDO_TASKS: Readonly<Record<string, Arrows>> = {
  UndoSecrets: ['UndoRoles', 'UndoRoles'],
  UndoRoles: ['UndoProvider', 'UndoProvider'],
  UndoProvider: ['WaitForBucketConsistency', 'WaitForBucketConsistency'],
  UndoDocuments: ['UndoKeyPair', 'UndoKeyPair'],
  UndoKeyPair: ['ReportFailure', 'ReportFailure'],
  ReportFailure: ['UnlockAfterFailure', 'ReportNotWritten'],
  UnlockAfterFailure: ['ChooseOutcome', 'ChooseOutcome'],
};

export const TASKS: ByMachine<Arrows> = {
  prepare: {
    ReadBundle: ['IsBundleAccepted', FAILS],
    Lock: ['IsLockHeld', 'ReportFailure'],
    PlanChanges: ['NeedsApproval', 'ReportFailure'],
    PublishPlan: ['AskForApproval', 'ReportFailure'],
    AskForApproval: ['ConfirmPlan', 'ReportFailure', 'NobodyDecided'],
    ConfirmPlan: ['RegistersOnly', 'ReportFailure'],
    RegisterCluster: ['UnlockAdopted', 'UndoRegistration'],
    UndoRegistration: ['ReportFailure', 'ReportFailure'],
    UnlockAdopted: ['Adopted', 'Adopted'],
    CreateKeyPair: ['IsIssuerDue', 'UndoKeyPair'],
    PublishOidcDocuments: ['RegisterProvider', 'WaitForBucketConsistency'],
    RegisterProvider: ['AreRolesDue', 'WaitForProviderConsistency'],
    CreateRole: [ENDS, 'RoleNotCreated'],
    RenderSecrets: ['Verify', 'UndoSecrets'],
    Verify: ['HasRemovals', 'UndoSecrets'],
    PruneResources: ['PublishReport', 'UndoSecrets'],
    PublishReport: ['Unlock', 'UndoSecrets'],
    Unlock: ['Prepared', 'Prepared'],
    ...UNDO_TASKS,
  },
  undo: UNDO_TASKS,
  plan: {
    ReadBundle: ['IsBundleAccepted', FAILS],
    PlanChanges: ['PublishPlan', 'ReportFailure'],
    PublishPlan: ['Planned', 'ReportFailure'],
    ReportFailure: ['NotPlanned', 'ReportNotWritten'],
  },
  delete: {
    ReadDeletion: ['IsDeletionConfirmed', FAILS],
    PlanOnly: ['IsPlanRefused', 'DeletionNotPlanned'],
    Lock: ['IsLockHeld', 'ReportDeletion'],
    PlanDeletion: ['IsDeletionRefused', 'ReportDeletion'],
    AskForApproval: ['ConfirmDeletion', 'ReportDeletion', 'NobodyDecided'],
    ConfirmDeletion: ['DeleteRoles', 'ReportDeletion'],
    DeleteRoles: ['DeleteProvider', 'DeleteProvider'],
    DeleteProvider: ['DeleteIssuer', 'DeleteIssuer'],
    DeleteIssuer: ['DeleteFiles', 'DeleteFiles'],
    DeleteFiles: ['ReportDeletion', 'ReportDeletion'],
    ReportDeletion: ['UnlockAfterDeletion', 'ReportNotWritten'],
    UnlockAfterDeletion: ['ChooseEnd', 'ChooseEnd'],
  },
  audit: {
    DiscoverClusters: ['Discovered', FAILS],
    ReadReleases: ['ListClusters', FAILS],
    ListClusters: ['IsFleetLarge', FAILS],
    AuditCluster: ['ClusterAudited', 'ClusterUnknown'],
    AuditClusterOfFleet: ['ClusterOfFleetAudited', 'ClusterOfFleetUnknown'],
    PublishAudit: ['AnnounceAudit', FAILS],
    AnnounceAudit: ['Audited', FAILS],
  },
};

/** Maps are not tried again: their iterations were. */
export const MAPS: ByMachine<Arrows> = {
  prepare: { CreateRoles: ['AreRolesCreated', 'WaitForIamConsistency'] },
  undo: {},
  plan: {},
  delete: {},
  audit: { AuditClusters: ['PublishAudit', FAILS], AuditFleet: ['PublishAudit', FAILS] },
};

/** A state's input, the state that follows, and how many seconds a Wait takes. */
export type Case = readonly [input: object, next: string, seconds?: number];

const outcomes = (...of: string[]) => ({ roles: { outcomes: of } });
const ended = (outcome: string) => ({ failure: { outcome } });
const REPORT_NOT_WRITTEN: readonly Case[] = [
  [{ failureError: { Error: 'AccessDenied', Cause: 'no' } }, 'UnlockAfterFailure'],
];

export const OTHERS: ByMachine<readonly Case[]> = {
  plan: {
    IsBundleAccepted: [
      [{ read: { accepted: true } }, 'PlanChanges'],
      [{ read: { accepted: false } }, 'BundleRejected'],
    ],
    ReportNotWritten: [[{ error: { Error: 'AccessDenied', Cause: 'no' } }, 'NotPlanned']],
  },
  prepare: {
    IsBundleAccepted: [
      [{ read: { accepted: true } }, 'Lock'],
      [{ read: { accepted: false } }, 'BundleRejected'],
    ],
    IsLockHeld: [
      [{ lock: { outcome: 'held' } }, 'PlanChanges'],
      [{ lock: { outcome: 'wait' } }, 'WaitForCluster'],
      [{ lock: { outcome: 'busy' } }, 'ReportFailure'],
    ],
    WaitForCluster: [[{ lock: { waitSeconds: 7 } }, 'Lock', 7]],
    NeedsApproval: [
      [{ plan: { needsApproval: true } }, 'PublishPlan'],
      [{ plan: { needsApproval: false } }, 'RegistersOnly'],
    ],
    NobodyDecided: [[{ error: { Error: 'States.Timeout', Cause: '' } }, 'ReportFailure']],
    RegistersOnly: [
      [{ plan: { registersOnly: true } }, 'RegisterCluster'],
      [{ plan: { registersOnly: false } }, 'HasChanges'],
    ],
    HasChanges: [
      [{ plan: { changes: 0 } }, 'Verify'],
      [{ plan: { changes: 1 } }, 'IsKeyPairDue'],
    ],
    IsKeyPairDue: [
      [{ plan: { makes: { key: true } } }, 'CreateKeyPair'],
      [{ plan: { makes: { key: false } } }, 'IsIssuerDue'],
    ],
    IsIssuerDue: [
      [{ plan: { makes: { issuer: true } } }, 'PublishOidcDocuments'],
      [{ plan: { makes: { issuer: false } } }, 'AreRolesDue'],
    ],
    AreRolesDue: [
      [{ plan: { makes: { roles: true } } }, 'CreateRoles'],
      [{ plan: { makes: { roles: false } } }, 'AreFilesDue'],
    ],
    AreFilesDue: [
      [{ plan: { makes: { files: true } } }, 'RenderSecrets'],
      [{ plan: { makes: { files: false } } }, 'Verify'],
    ],
    RoleNotCreated: [[{ error: { Error: 'ResourceConflict', Cause: 'taken' } }, ENDS]],
    AreRolesCreated: [
      [outcomes(), 'AreFilesDue'],
      [outcomes(ROLE_DONE), 'AreFilesDue'],
      [outcomes('ResourceConflict'), 'WaitForIamConsistency'],
      [outcomes(ROLE_DONE, 'ResourceConflict'), 'WaitForIamConsistency'],
      [outcomes('ResourceConflict', ROLE_DONE), 'WaitForIamConsistency'],
    ],
    WaitForIamConsistency: [[{}, 'UndoRoles', 25]],
    WaitForProviderConsistency: [[{}, 'UndoProvider', 25]],
    WaitForBucketConsistency: [[{}, 'UndoDocuments', 25]],
    HasRemovals: [
      [{ plan: { removals: 0 } }, 'PublishReport'],
      [{ plan: { removals: 1 } }, 'PruneResources'],
    ],
    ReportNotWritten: REPORT_NOT_WRITTEN,
    ChooseOutcome: [
      [ended('rolled-back'), 'RolledBack'],
      [ended('cluster-busy'), 'ClusterBusy'],
      [ended('approval-refused'), 'ApprovalRefused'],
      [ended('approval-timed-out'), 'ApprovalTimedOut'],
      [ended('plan-outdated'), 'PlanOutdated'],
      [ended('rollback-incomplete'), 'RollbackIncomplete'],
    ],
  },
  undo: {
    WaitForTasks: [[{}, 'UndoSecrets', 255]],
    WaitForBucketConsistency: [[{}, 'UndoDocuments', 25]],
    ReportNotWritten: REPORT_NOT_WRITTEN,
    ChooseOutcome: [
      [ended('rolled-back'), 'Undone'],
      [ended('rollback-incomplete'), 'RollbackIncomplete'],
    ],
  },
  delete: {
    IsDeletionConfirmed: [
      [{ read: { accepted: true, planOnly: false } }, 'Lock'],
      [{ read: { accepted: true, planOnly: true } }, 'PlanOnly'],
      [{ read: { accepted: false } }, 'DeletionRejected'],
    ],
    IsPlanRefused: [
      [{ plan: { refused: true } }, 'PlanRefused'],
      [{ plan: { refused: false } }, 'DeletionPlanned'],
    ],
    IsLockHeld: [
      [{ lock: { outcome: 'held' } }, 'PlanDeletion'],
      [{ lock: { outcome: 'wait' } }, 'WaitForCluster'],
      [{ lock: { outcome: 'busy' } }, 'ReportDeletion'],
    ],
    WaitForCluster: [[{ lock: { waitSeconds: 7 } }, 'Lock', 7]],
    IsDeletionRefused: [
      [{ plan: { refused: true } }, 'ReportDeletion'],
      [{ plan: { refused: false } }, 'NeedsApproval'],
    ],
    NeedsApproval: [
      [{ plan: { needsApproval: true } }, 'AskForApproval'],
      [{ plan: { needsApproval: false } }, 'DeleteRoles'],
    ],
    NobodyDecided: [[{ error: { Error: 'States.Timeout', Cause: '' } }, 'ReportDeletion']],
    ReportNotWritten: [[{ error: { Error: 'AccessDenied', Cause: 'no' } }, 'UnlockAfterDeletion']],
    ChooseEnd: [
      [{ end: { outcome: 'deleted' } }, 'Deleted'],
      [{ end: { outcome: 'refused' } }, 'DeletionRefused'],
      [{ end: { outcome: 'cluster-busy' } }, 'ClusterBusy'],
      [{ end: { outcome: 'approval-refused' } }, 'ApprovalRefused'],
      [{ end: { outcome: 'approval-timed-out' } }, 'ApprovalTimedOut'],
      [{ end: { outcome: 'plan-outdated' } }, 'PlanOutdated'],
      [{ end: { outcome: 'incomplete' } }, 'DeletionIncomplete'],
    ],
  },
  audit: {
    ListsAccount: [
      [{ listsAccount: true }, 'DiscoverClusters'],
      [{ trigger: 'schedule' }, 'ReadReleases'],
    ],
    IsFleetLarge: [
      [{ fleet: { large: true } }, 'AuditFleet'],
      [{ fleet: { large: false } }, 'AuditClusters'],
    ],
    ClusterAudited: [[{}, 'ClusterDone']],
    ClusterUnknown: [[{}, 'ClusterDone']],
    ClusterOfFleetAudited: [[{}, 'ClusterOfFleetDone']],
    ClusterOfFleetUnknown: [[{}, 'ClusterOfFleetDone']],
  },
};

/** All that a task or a Map reads of the state before it. */
export const INPUT = {
  operation: 'prepare',
  bundle: { bucket: 'b', key: 'k' },
  read: {
    cluster: { name: 'demo', region: 'us-east-1' },
    records: { reading: 'r' },
    options: {},
    planOnly: false,
  },
  run: { id: 'run-1', arn: 'arn', cluster: { name: 'demo', region: 'us-east-1' } },
  plan: { roles: [0, 1], records: { desired: 'd', plan: 'p' }, digest: 'd' },
  published: { report: 'r', page: 'p', digest: 'd', summary: 's' },
  approval: { decision: 'd' },
  verification: { checks: [] },
  fleet: { names: ['demo'], list: { bucket: 'b', key: 'k' } },
  report: { report: 'r' },
};

/** The execution that a state is part of. */
export const CONTEXT = {
  Execution: { Id: 'arn', Name: 'run-1', StartTime: '2026-01-02T03:04:05Z', Input: INPUT },
};

/** The same of a state that waits for an answer. */
export const WAITING_CONTEXT = { ...CONTEXT, Task: { Token: 'token' } };
